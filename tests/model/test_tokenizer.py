from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput, NotReady, WrongUse
from linnet.model.controls import Controls
from linnet.model.tokenizer import (
    SPECIAL_TOKENS,
    ModelTokenizer,
    TokenizerConfig,
    load_tokenizer,
    share_evenly,
    train_tokenizer,
)
from linnet.protocols import Message
from tests.model.corpora import random_posts, write_corpus

BOS_ID, END_ID = 0, 1
CONTROL_TOKENS = ("<|language:de|>", "<|language:en|>", "<|month:2026-01|>")
CONFIG = TokenizerConfig(vocab_size=400)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tokenizer")
    texts = [*random_posts(200), ["naïve café ☕ 日本語 <|end|> \U0001f600"]]
    train_tokenizer(write_corpus(root / "corpus", texts), root / "tokenizer", config=CONFIG)
    return root / "tokenizer"


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> ModelTokenizer:
    return load_tokenizer(folder)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_survives_the_round_trip(tokenizer: ModelTokenizer, text: str) -> None:
    ids = tokenizer.encode_text(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer.decode(ids, keep_special_tokens=True) == text


@settings(max_examples=200, deadline=None)
@given(
    parts=st.lists(
        st.one_of(st.sampled_from((*SPECIAL_TOKENS, *CONTROL_TOKENS)), st.text(max_size=8)), max_size=8
    )
)
def test_text_never_becomes_a_special_token(tokenizer: ModelTokenizer, parts: list[str]) -> None:
    text = "".join(parts)
    for ids in (tokenizer.encode_text(text), tokenizer.encode_texts([text])[0]):
        assert not tokenizer.special_ids & set(ids)
        assert tokenizer.decode(ids) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "  two  spaces ", "\r\n\t", "\x00", "e\u0301 \u00e9", "\u200d\ufe0f", "ＦＵＬＬ", "👩‍👩‍👧"],
)
def test_nothing_is_normalised(tokenizer: ModelTokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode_text(text)) == text


def test_special_tokens_stand_first(tokenizer: ModelTokenizer, folder: Path) -> None:
    tokens = json.loads((folder / "tokenizer.json").read_text())["added_tokens"]
    known = [*SPECIAL_TOKENS, *CONTROL_TOKENS[1:]]
    assert [(token["id"], token["content"]) for token in tokens] == list(enumerate(known))
    assert len(SPECIAL_TOKENS) == 32
    assert SPECIAL_TOKENS[:6] == ("<|bos|>", "<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>")


def test_document_and_chat_formats(tokenizer: ModelTokenizer) -> None:
    hello, answer = tokenizer.encode_text("hello"), tokenizer.encode_text("hi!")
    assert tokenizer.encode_document(["hello", "hi!"]) == [BOS_ID, *hello, END_ID, *answer, END_ID]
    dialogue = tokenizer.encode_document(["hello", "hi!"], ["ada", "bo"])
    assert dialogue == [BOS_ID, 6, *hello, END_ID, 7, *answer, END_ID]
    controls = Controls(month="2026-05", language="en", platform="test")
    header = [BOS_ID, 33, 32]  # the month after the last known one counts as that one
    assert tokenizer.encode_document(["hello"], ["ada"], controls) == [*header, *hello, END_ID]
    messages = [Message(role="user", content="hello"), Message(role="assistant", content="hi!")]
    assert tokenizer.encode_chat(messages, False) == [BOS_ID, 4, *hello, END_ID, 5, *answer, END_ID]
    assert tokenizer.encode_chat(messages[:1], True) == [BOS_ID, 4, *hello, END_ID, 5]
    assert tokenizer.encode_chat(messages[:1], True, controls) == [*header, 4, *hello, END_ID, 5]
    with pytest.raises(BadInput, match='role "tool" is unknown'):
        tokenizer.encode_chat([Message(role="tool", content="")])


def test_transformers_loads_it_offline_and_agrees(
    tokenizer: ModelTokenizer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from transformers import AutoTokenizer

    theirs: Any = AutoTokenizer.from_pretrained(folder)
    assert (theirs.bos_token_id, theirs.eos_token_id, theirs.pad_token_id) == (0, 1, 2)
    assert len(theirs) == tokenizer.vocab_size
    text = "the bird sings, naïve café"
    assert theirs(text)["input_ids"] == [BOS_ID, *tokenizer.encode_text(text)]
    assert theirs.decode(tokenizer.encode_text(text)) == text
    chat = [{"role": "system", "content": "be kind"}, {"role": "user", "content": text}]
    rendered = theirs.apply_chat_template(chat, add_generation_prompt=True)["input_ids"]
    assert rendered == tokenizer.encode_chat([Message(**message) for message in chat], True)


def test_training_is_deterministic_and_reads_the_train_split_only(tmp_path: Path) -> None:
    posts = random_posts(120)
    corpus = write_corpus(tmp_path / "corpus", posts, heldout_every=4, files=2)
    train_only = write_corpus(tmp_path / "train-only", [post for i, post in enumerate(posts) if i % 4])
    first = train_tokenizer(corpus, tmp_path / "first", config=CONFIG)
    second = train_tokenizer(corpus, tmp_path / "second", config=CONFIG)
    train_tokenizer(train_only, tmp_path / "third", config=CONFIG)
    made = [(tmp_path / name / "tokenizer.json").read_bytes() for name in ("first", "second", "third")]
    assert made[0] == made[1] == made[2]
    assert first == second
    assert first.measured_on == "heldout"
    assert first.sampled_documents == {"en": 90}
    assert first.bytes_per_token["all"] > 1.5


def test_sampling_is_balanced_over_languages(tmp_path: Path) -> None:
    posts = random_posts(110)
    corpus = write_corpus(tmp_path / "corpus", posts, languages=["en"] * 100 + ["de"] * 10)
    config = TokenizerConfig(vocab_size=400, max_sample_documents=30)
    report = train_tokenizer(corpus, tmp_path / "out", config=config)
    assert report.sampled_documents == {"de": 10, "en": 20}
    assert set(report.bytes_per_token) == {"all", "de", "en"}


@pytest.mark.parametrize(
    ("total", "available", "shares"),
    [
        (10, {"a": 100, "b": 100}, {"a": 5, "b": 5}),
        (10, {"a": 2, "b": 100}, {"a": 2, "b": 8}),
        (11, {"a": 100, "b": 100}, {"a": 6, "b": 5}),
        (100, {"a": 3, "b": 4}, {"a": 3, "b": 4}),
        (5, {}, {}),
    ],
)
def test_share_evenly(total: int, available: dict[str, int], shares: dict[str, int]) -> None:
    assert share_evenly(total, available) == shares


def test_the_ninth_author_shares_the_last_token(tokenizer: ModelTokenizer) -> None:
    authors = [f"author {number}" for number in range(10)]
    ids = tokenizer.encode_document(["x"] * 10, authors)
    assert [token for token in ids if token in tokenizer.author_ids] == [*range(6, 14), 13, 13]


def test_a_vocabulary_without_room_for_words_is_refused(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", random_posts(20))
    with pytest.raises(WrongUse, match="no room for words beside 34 special tokens"):
        train_tokenizer(corpus, tmp_path / "out", config=TokenizerConfig(vocab_size=288))


def test_errors_name_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="curate a corpus first"):
        train_tokenizer(tmp_path, tmp_path / "out", config=CONFIG)
    heldout = write_corpus(tmp_path / "heldout", random_posts(3), heldout_every=1)
    with pytest.raises(NotReady, match="no document to train on"):
        train_tokenizer(heldout, tmp_path / "out", config=CONFIG)
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "documents-00000.parquet").write_bytes(b"not parquet")
    with pytest.raises(BadInput, match="no readable corpus file"):
        train_tokenizer(broken, tmp_path / "out", config=CONFIG)
    with pytest.raises(NotReady, match="train a tokenizer first"):
        load_tokenizer(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(BadInput, match="no tokenizer file"):
        load_tokenizer(tmp_path)


@pytest.mark.parametrize(
    "wrong", [{"vocab_size": 287}, {"max_sample_documents": 0}, {"min_pair_frequency": 0}]
)
def test_wrong_settings_are_named(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TokenizerConfig(**wrong)


def test_defaults_build() -> None:
    assert TokenizerConfig().vocab_size == 4096
