from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import LinnetError, NotReady
from linnet.evaluation.bits_per_byte import PostText, bits_per_byte
from linnet.evaluation.likelihood import windows_of
from linnet.model.controls import Controls
from linnet.model.tokenizer import load_tokenizer
from tests.evaluation.tiny_models import make_tokenizer, random_weights, uniform, with_second_platform
from tests.model.corpora import random_posts, write_corpus

CONTEXT_LENGTH = 16
CONTROLS = Controls(
    month="2026-01", language="en", platform="test"
)  # all in the corpus, so in the vocabulary


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bits")
    return make_tokenizer(
        with_second_platform(write_corpus(root / "corpus", random_posts(100))), root / "tokenizer"
    )


@pytest.fixture(scope="module")
def folder(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_weights(tmp_path_factory.mktemp("random"), tokenizer, context_length=CONTEXT_LENGTH)


@pytest.fixture(scope="module")
def uniform_folder(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return uniform(tmp_path_factory.mktemp("uniform"), tokenizer, context_length=CONTEXT_LENGTH)


def by_hand(folder: Path, text: str, controls: Controls | None = None) -> float:
    """Bits of one short post and its end, one forward pass a token."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    tokenizer = load_tokenizer(folder)
    header = tokenizer.header(controls) if controls else [tokenizer.bos_id]
    ids = [*header, *tokenizer.encode_text(text), tokenizer.end_id]
    bits = 0.0
    with torch.inference_mode():
        for position in range(len(header), len(ids)):
            logits = model(torch.tensor([ids[:position]])).logits[0, -1].double()
            bits -= float(torch.log_softmax(logits, -1)[ids[position]]) / math.log(2)
    return bits


def test_a_uniform_model_gives_the_figure_that_arithmetic_gives(uniform_folder: Path) -> None:
    tokenizer = load_tokenizer(uniform_folder)
    texts = ["the bird sings ☕", "x", "music and rain <|end|> " * 10]  # the last one in many windows
    tokens = sum(len(tokenizer.encode_text(text)) + 1 for text in texts)
    size = sum(len(text.encode()) for text in texts)
    report = bits_per_byte(uniform_folder, [PostText(text=text, controls=CONTROLS) for text in texts])
    assert report.tokens == tokens
    assert report.bytes == size
    assert report.bits_per_byte == pytest.approx(math.log2(tokenizer.vocab_size) * tokens / size, rel=1e-6)
    assert report.bits_per_byte_without_controls == pytest.approx(report.bits_per_byte, rel=1e-6)


def test_it_is_the_probability_of_all_tokens_and_the_end(folder: Path) -> None:
    text = "the bird sings ☕"
    assert len(load_tokenizer(folder).encode_text(text)) + 4 <= CONTEXT_LENGTH
    report = bits_per_byte(folder, [text])
    assert report.bytes == len(text.encode()) == 18
    assert report.tokens == len(load_tokenizer(folder).encode_text(text)) + 1
    assert report.bits_per_byte == pytest.approx(by_hand(folder, text) / 18, rel=1e-5)
    assert report.bits_per_byte_without_controls == report.bits_per_byte


def test_controls_are_given_and_not_counted(folder: Path) -> None:
    text = "the bird sings ☕"
    report = bits_per_byte(folder, [PostText(text=text, controls=CONTROLS)])
    plain = bits_per_byte(folder, [text])
    assert report.tokens == plain.tokens
    assert report.bits_per_byte == pytest.approx(by_hand(folder, text, CONTROLS) / 18, rel=1e-5)
    assert report.bits_per_byte != pytest.approx(plain.bits_per_byte, rel=1e-4)
    assert report.bits_per_byte_without_controls == pytest.approx(plain.bits_per_byte, rel=1e-6)
    assert report.controls == {"month": 1, "language": 1, "platform": 1}
    assert plain.controls == {"month": 0, "language": 0, "platform": 0}


def test_what_the_vocabulary_does_not_know_is_left_out(folder: Path) -> None:
    unknown = Controls(month="1999-01", language="xx", platform="elsewhere")
    later = Controls(month="2031-05", language="und")  # a month after the last known one counts as that one
    report = bits_per_byte(
        folder, [PostText(text="the bird", controls=unknown), PostText(text="sings", controls=later)]
    )
    assert report.controls == {"month": 1, "language": 0, "platform": 0}


def test_posts_are_scored_alone_whatever_the_batch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["the bird", "sings at dawn over a quiet river", "x", "music and rain <|end|> " * 10]
    posts = [
        PostText(text=text, controls=CONTROLS if number % 2 else Controls())
        for number, text in enumerate(texts)
    ]
    alone = [bits_per_byte(folder, [post]) for post in posts]
    for batch_tokens, at_once in ((1, 100), (40, 3), (10_000, 2)):
        monkeypatch.setattr("linnet.evaluation.bits_per_byte.POSTS_AT_ONCE", at_once)
        together = bits_per_byte(folder, posts, batch_tokens=batch_tokens)
        for name in ("bits_per_byte", "bits_per_byte_without_controls"):
            assert getattr(together, name) * together.bytes == pytest.approx(
                sum(getattr(one, name) * one.bytes for one in alone), rel=1e-5
            )
        assert together.tokens == sum(one.tokens for one in alone)


def test_posts_without_text_are_counted_and_nothing_else_is_dropped(folder: Path) -> None:
    report = bits_per_byte(folder, ["the bird", "", " ", "a\x00b", "lone \ud83d surrogate", ""])
    assert (report.posts, report.empty) == (4, 2)
    assert report.bytes == len("the bird a\x00blone \ufffd surrogate".encode())
    replaced = bits_per_byte(folder, ["the bird", " ", "a\x00b", "lone \ufffd surrogate"])
    assert replaced.bits_per_byte == report.bits_per_byte


def test_the_breakdowns_add_up(folder: Path) -> None:
    posts = [
        PostText(text="the bird sings", controls=Controls(month="2026-01", language="en"), source="x"),
        PostText(text="sings", controls=Controls(month="2026-02", language="en"), source="x"),
        PostText(text="ein Vogel", controls=Controls(language="de"), source="mastodon"),
    ]
    report = bits_per_byte(folder, posts)
    assert {name: set(groups) for name, groups in report.by.items()} == {
        "language": {"de", "en"}, "month": {"2026-01", "2026-02", "unknown"}, "source": {"mastodon", "x"},
    }  # fmt: skip
    for groups in report.by.values():
        assert sum(group.posts for group in groups.values()) == 3
        assert sum(group.bytes for group in groups.values()) == report.bytes
        assert sum(group.bits_per_byte * group.bytes for group in groups.values()) == pytest.approx(
            report.bits_per_byte * report.bytes
        )
    assert report.by["language"]["de"].bits_per_byte == pytest.approx(
        bits_per_byte(folder, [posts[2]]).bits_per_byte
    )


def test_a_tokenizer_that_loses_text_is_refused_without_quoting_the_post(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linnet.model.tokenizer import ModelTokenizer

    kept = ModelTokenizer.decode
    monkeypatch.setattr(
        ModelTokenizer, "decode", lambda self, ids, **rest: kept(self, ids, **rest).replace("rain", "ruin")
    )
    with pytest.raises(LinnetError, match="loses text of post 2") as raised:
        bits_per_byte(folder, ["the bird", "sings in the rain"])
    assert "sings" not in str(raised.value)


@given(header=st.integers(1, 4), size=st.integers(1, 200), context_length=st.integers(2, 40))
def test_windows_target_every_token_once_in_order(header: int, size: int, context_length: int) -> None:
    given_ids = [-1 - number for number in range(header)]
    body = list(range(size))
    if context_length <= header:
        with pytest.raises(NotReady, match="has no room"):
            windows_of(given_ids, body, context_length)
        return
    windows = windows_of(given_ids, body, context_length)
    assert [target for window in windows for target in window.targets] == body
    for window in windows:
        assert window.inputs[:header] == given_ids
        assert len(window.inputs) <= context_length
        seen, first = window.inputs[header:], window.targets[0]
        assert [*seen, window.targets[-1]] == list(
            range(window.targets[-1] - len(seen), window.targets[-1] + 1)
        )
        before = (
            len(window.inputs) - len(window.targets) + 1 - header
        )  # tokens of the body before the first target
        assert before == first or before >= (context_length - header) // 2


def test_errors_name_the_next_step(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no model in"):
        bits_per_byte(tmp_path, ["text"])
    with pytest.raises(NotReady, match="no text to score"):
        bits_per_byte(folder, ["", ""])
