from __future__ import annotations

from pathlib import Path

import pytest

from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.protocols import Message
from linnet.training.conversations import IGNORED, encode_conversation, fit_example
from linnet.training.tasks.task import TaskExample

EXCHANGE = [Message(role="user", content="the bird"), Message(role="assistant", content="sings")]
SYSTEM = Message(role="system", content="be brief")


@pytest.fixture(scope="module")
def model_tokenizer(tokenizer: Path) -> ModelTokenizer:
    return load_tokenizer(tokenizer)


def example(messages: list[Message], shorter: TaskExample | None = None) -> TaskExample:
    return TaskExample(
        task="t",
        messages=tuple(messages),
        post_ids=(),
        author_ids=(),
        shorter=None if shorter is None else lambda: shorter,
    )


def test_only_the_assistant_counts(model_tokenizer: ModelTokenizer) -> None:
    messages = [Message(role="user", content="<|assistant|> the bird"), EXCHANGE[1]]
    encoded = encode_conversation(messages, model_tokenizer, max_tokens=100)
    assert encoded is not None
    assert encoded.input_ids == model_tokenizer.encode_chat(messages, False)
    answer = [*model_tokenizer.encode_text("sings"), model_tokenizer.end_id]
    assert [label for label in encoded.labels if label != IGNORED] == answer
    assert encoded.labels[-len(answer) :] == answer
    assert encoded.num_counted == len(answer)
    assistant = model_tokenizer.encode_message("assistant", "")[0]
    assert encoded.input_ids.count(assistant) == 1  # the text of the post made no role token


def test_what_does_not_fit_leaves_from_the_start(model_tokenizer: ModelTokenizer) -> None:
    one = encode_conversation(EXCHANGE, model_tokenizer, max_tokens=100)
    assert one is not None
    size = len(one.input_ids)
    assert encode_conversation(EXCHANGE * 3, model_tokenizer, max_tokens=size) == one
    assert encode_conversation(EXCHANGE, model_tokenizer, max_tokens=size - 1) is None
    three = encode_conversation(EXCHANGE * 3, model_tokenizer, max_tokens=100)
    assert three is not None and len(three.input_ids) == 1 + 3 * (size - 1)
    assert three.input_ids.count(model_tokenizer.bos_id) == 1


def test_the_system_message_stays(model_tokenizer: ModelTokenizer) -> None:
    one = encode_conversation([SYSTEM, *EXCHANGE], model_tokenizer, max_tokens=100)
    assert one is not None
    assert one.input_ids == model_tokenizer.encode_chat([SYSTEM, *EXCHANGE], False)
    assert encode_conversation([SYSTEM, *EXCHANGE * 5], model_tokenizer, max_tokens=len(one.input_ids)) == one


def test_distractors_leave_before_an_example_does(model_tokenizer: ModelTokenizer) -> None:
    short = example(EXCHANGE)
    size = len(model_tokenizer.encode_chat(EXCHANGE, False))
    long = example([Message(role="user", content="the bird " * 50), EXCHANGE[1]], shorter=short)
    fitted = fit_example(long, model_tokenizer, max_tokens=size)
    assert fitted is not None and fitted.example is short and fitted.shortened
    whole = fit_example(long, model_tokenizer, max_tokens=1000)
    assert whole is not None and whole.example is long and not whole.shortened
    assert fit_example(long, model_tokenizer, max_tokens=size - 1) is None


def test_first_exchanges_that_leave_are_counted(model_tokenizer: ModelTokenizer) -> None:
    size = len(model_tokenizer.encode_chat(EXCHANGE * 2, False))
    for room, shortened in ((size, False), (size - 1, True)):
        fitted = fit_example(example(EXCHANGE * 2), model_tokenizer, max_tokens=room)
        assert fitted is not None and fitted.shortened is shortened
