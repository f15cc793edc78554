from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import NotReady
from linnet.evaluation.bits_per_byte import bits_per_byte, windows_of
from linnet.model.presets import Architecture
from linnet.model.tokenizer import TokenizerConfig, load_tokenizer, train_tokenizer
from tests.model.corpora import random_posts, write_corpus

CONTEXT_LENGTH = 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with random weights."""
    import torch
    from transformers import LlamaForCausalLM

    from linnet.training.export import llama_config, save_model_folder

    root = tmp_path_factory.mktemp("bits")
    config = TokenizerConfig(vocab_size=400)
    train_tokenizer(write_corpus(root / "corpus", random_posts(100)), root / "tokenizer", config=config)
    vocab_size = load_tokenizer(root / "tokenizer").vocab_size
    shape = Architecture(d_model=64, n_layers=2, n_heads=2, n_kv_heads=2, hidden_size=64)
    torch.manual_seed(0)
    model = LlamaForCausalLM(llama_config(shape, vocab_size=vocab_size, context_length=CONTEXT_LENGTH))
    save_model_folder(model, root / "hf", tokenizer=root / "tokenizer")
    return root / "hf"


def by_hand(folder: Path, text: str) -> float:
    """Bits of one short post and its end, one forward pass a token."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder).eval()
    ids = [0, *load_tokenizer(folder).encode_text(text), 1]
    bits = 0.0
    with torch.inference_mode():
        for position in range(1, len(ids)):
            logits = model(torch.tensor([ids[:position]])).logits[0, -1].double()
            bits -= float(torch.log_softmax(logits, -1)[ids[position]]) / math.log(2)
    return bits


def test_it_is_the_probability_of_all_tokens_and_the_end(folder: Path) -> None:
    text = "the bird sings ☕"
    assert len(load_tokenizer(folder).encode_text(text)) + 1 <= CONTEXT_LENGTH
    report = bits_per_byte(folder, [text])
    assert report.bytes == len(text.encode()) == 18
    assert report.tokens == len(load_tokenizer(folder).encode_text(text)) + 1
    assert report.bits_per_byte == pytest.approx(by_hand(folder, text) / 18, rel=1e-5)


def test_posts_are_scored_alone_whatever_the_batch(folder: Path) -> None:
    texts = ["the bird", "sings at dawn over a quiet river", "x", "", "music and rain <|end|> " * 10]
    alone = [bits_per_byte(folder, [text]) for text in texts if text]
    for batch_tokens in (1, 40, 10_000):
        together = bits_per_byte(folder, [text for text in texts if text], batch_tokens=batch_tokens)
        assert together.bits_per_byte * together.bytes == pytest.approx(
            sum(one.bits_per_byte * one.bytes for one in alone), rel=1e-5
        )
    whole = bits_per_byte(folder, texts)
    assert whole.posts == 5
    assert whole.tokens == sum(one.tokens for one in alone) + 1  # the empty post's end


def test_random_weights_know_nothing(folder: Path) -> None:
    report = bits_per_byte(folder, [post[0] for post in random_posts(30, seed=9)])
    vocab_size = load_tokenizer(folder).vocab_size
    assert report.bits_per_byte == pytest.approx(
        math.log2(vocab_size) * report.tokens / report.bytes, rel=0.02
    )


@given(size=st.integers(2, 200), context_length=st.integers(1, 40))
def test_windows_target_every_token_once_in_order(size: int, context_length: int) -> None:
    ids = list(range(size))
    windows = windows_of(ids, context_length)
    assert [target for window in windows for target in window.targets] == ids[1:]
    for window in windows:
        assert 1 <= len(window.inputs) <= context_length
        assert window.inputs[-1] + 1 == window.targets[-1]
        seen_before = len(window.inputs) - len(window.targets)
        assert window.inputs[0] == 0 or seen_before >= context_length // 2 - 1
        assert window.inputs == list(range(window.inputs[0], window.inputs[-1] + 1))


def test_errors_name_the_next_step(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="no model in"):
        bits_per_byte(tmp_path, ["text"])
    with pytest.raises(NotReady, match="no text to score"):
        bits_per_byte(folder, [])
