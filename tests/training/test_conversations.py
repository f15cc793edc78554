from __future__ import annotations

import random
from pathlib import Path

import pytest

from linnet.model.documents import DocumentText
from linnet.model.tokenizer import BOS_ID, END_ID, ModelTokenizer, load_tokenizer
from linnet.protocols import Message
from linnet.training.conversations import IGNORED, choose_documents, conversation_of, encode_conversation


def document(*posts: tuple[str, str], name: str = "d") -> DocumentText:
    return DocumentText(
        document_id=name,
        texts=tuple(text for _, text in posts),
        author_ids=tuple(author for author, _ in posts),
        language="en",
    )


@pytest.mark.parametrize(
    ("posts", "turns"),
    [
        ([("a", "hi?"), ("b", "yes")], ["user: hi?", "assistant: yes"]),
        ([("a", "hi?"), ("b", "yes"), ("a", "thanks")], ["user: hi?", "assistant: yes"]),
        ([("a", "one"), ("a", "two"), ("b", "three")], ["user: one\ntwo", "assistant: three"]),
        (
            [("a", "1"), ("b", "2"), ("c", "3"), ("a", "4")],
            ["user: 1", "assistant: 2", "user: 3", "assistant: 4"],
        ),
        ([("a", "look #birds now")], ["user: Write a post about #birds", "assistant: look #birds now"]),
        ([("a", "short one")], ["user: Write a short post", "assistant: short one"]),
        ([("a", "a b c d e f")], ["user: Continue this post: a b c", "assistant: d e f"]),
        ([("a", "hello"), ("a", "there")], ["user: Write a short post", "assistant: hello\nthere"]),
        ([("a", "  "), ("b", "hello")], ["user: Write a short post", "assistant: hello"]),
        ([("a", " ")], []),
    ],
)
def test_conversation_of(posts: list[tuple[str, str]], turns: list[str]) -> None:
    messages = conversation_of(document(*posts))
    assert [f"{message.role}: {message.content}" for message in messages] == turns


@pytest.fixture(scope="module")
def model_tokenizer(tokenizer: Path) -> ModelTokenizer:
    return load_tokenizer(tokenizer)


def test_only_the_assistant_counts(model_tokenizer: ModelTokenizer) -> None:
    messages = [
        Message(role="user", content="<|assistant|> the bird"),
        Message(role="assistant", content="sings"),
    ]
    encoded = encode_conversation(messages, model_tokenizer, max_tokens=100)
    assert encoded is not None
    assert encoded.input_ids == model_tokenizer.encode_chat(messages, False)
    answer = [*model_tokenizer.encode_text("sings"), END_ID]
    assert [label for label in encoded.labels if label != IGNORED] == answer
    assert encoded.labels[-len(answer) :] == answer
    assert encoded.input_ids.count(5) == 1  # the text of the post made no role token


def test_what_does_not_fit_leaves_from_the_start(model_tokenizer: ModelTokenizer) -> None:
    exchange = [Message(role="user", content="the bird"), Message(role="assistant", content="sings")]
    one = encode_conversation(exchange, model_tokenizer, max_tokens=100)
    assert one is not None
    size = len(one.input_ids)
    assert encode_conversation(exchange * 3, model_tokenizer, max_tokens=size) == one
    assert encode_conversation(exchange, model_tokenizer, max_tokens=size - 1) is None
    three = encode_conversation(exchange * 3, model_tokenizer, max_tokens=100)
    assert three is not None and len(three.input_ids) == 1 + 3 * (size - 1)
    assert three.input_ids.count(BOS_ID) == 1


def test_single_posts_fill_up_what_threads_leave() -> None:
    threads = [document(("a", "x"), ("b", "y"), name=f"t{i}") for i in range(10)]
    singles = [document(("a", "x"), name=f"s{i}") for i in range(100)]

    def chosen(count: int, documents: list[DocumentText]) -> tuple[int, int]:
        picked = choose_documents(documents, count, single_post_share=0.3, rng=random.Random(0))
        return sum(len(d.texts) > 1 for d in picked), sum(len(d.texts) == 1 for d in picked)

    assert chosen(10, threads + singles) == (7, 3)
    assert chosen(40, threads + singles) == (10, 30)
    assert chosen(40, singles) == (0, 40)
    assert chosen(40, threads) == (10, 0)
    assert chosen(1000, threads + singles) == (10, 100)
