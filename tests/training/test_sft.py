from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import NotReady
from linnet.training.pretrain import pretrain
from linnet.training.sft import SftConfig, SftReport, sft
from tests.model.corpora import random_posts, write_corpus
from tests.training.tiny import TINY

CONFIG = SftConfig(max_steps=12, batch_size=4, learning_rate=3e-3, max_heldout_conversations=12, threads=1)


@pytest.fixture(scope="module")
def base(corpus: Path, tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("base")
    pretrain(corpus, tokenizer, out, config=replace(TINY, sequence_length=64))
    return out


@pytest.fixture(scope="module")
def tuned(corpus: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SftReport]:
    out = tmp_path_factory.mktemp("chat")
    return out, sft(corpus, base, out, config=CONFIG)


def test_it_learns_from_threads(tuned: tuple[Path, SftReport]) -> None:
    _, report = tuned
    assert report.steps == 12
    assert report.conversations == 48
    assert 30 <= report.thread_conversations <= 34  # seven in ten
    assert report.heldout_conversations == 12
    assert report.heldout_loss_before is not None and report.heldout_loss_after is not None
    assert report.heldout_loss_after < report.heldout_loss_before - 0.05


def test_the_chat_model_is_whole(tuned: tuple[Path, SftReport]) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model_folder = tuned[0] / "hf"
    assert json.loads((model_folder / "config.json").read_text())["eos_token_id"] == 1
    tokenizer: Any = AutoTokenizer.from_pretrained(model_folder)
    model: Any = AutoModelForCausalLM.from_pretrained(model_folder)
    prompt: Any = tokenizer.apply_chat_template(
        [{"role": "user", "content": "the bird"}], add_generation_prompt=True, return_tensors="pt"
    )["input_ids"]
    with torch.inference_mode():
        generated = model.generate(prompt, max_new_tokens=8)
    assert generated.shape[1] > prompt.shape[1]


def test_twice_gives_the_same_weights(
    tuned: tuple[Path, SftReport], corpus: Path, base: Path, tmp_path: Path
) -> None:
    out, report = tuned
    assert sft(corpus, base / "hf", tmp_path, config=CONFIG).heldout_loss_after == report.heldout_loss_after
    weights = [(folder / "hf" / "model.safetensors").read_bytes() for folder in (out, tmp_path)]
    assert weights[0] == weights[1]
    assert sft(corpus, base, out, config=CONFIG) == report  # finished: nothing runs


def test_single_posts_are_enough(base: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", random_posts(20))
    report = sft(corpus, base, tmp_path / "out", config=replace(CONFIG, max_steps=2))
    assert report.thread_conversations == 0
    assert report.conversations == 8
    assert report.heldout_loss_before is None


def test_it_says_what_is_missing(corpus: Path, base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="train one first"):
        sft(corpus, tmp_path, tmp_path / "out", config=CONFIG)
    too_long = write_corpus(tmp_path / "corpus", [["word " * 400]])
    with pytest.raises(NotReady, match="no conversation can be made"):
        sft(too_long, base, tmp_path / "out", config=CONFIG)


@pytest.mark.parametrize("wrong", [{"max_steps": 0}, {"single_post_share": 2.0}, {"learning_rate": 0.0}])
def test_wrong_settings_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SftConfig(**wrong)  # type: ignore[arg-type]


def test_defaults_build() -> None:
    assert SftConfig().max_steps == 100
