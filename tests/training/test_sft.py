from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import NotReady
from linnet.model.presets import architecture
from linnet.model.tokenizer import load_tokenizer
from linnet.training.export import hf_config, save_model_folder
from linnet.training.learnt import posts_learnt, write_learnt
from linnet.training.sft import SftConfig, SftReport, sft
from linnet.training.tasks.catalogue import TASK_NAMES
from tests.model.corpora import random_posts, write_corpus
from tests.training.tiny import TINY_SHAPE

CONFIG = SftConfig(max_steps=12, batch_size=4, learning_rate=3e-3, max_heldout_conversations=24, threads=1)


@pytest.fixture(scope="module")
def base(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights, and room for a few posts."""
    import torch
    from transformers import LlamaForCausalLM

    out = tmp_path_factory.mktemp("base")
    loaded = load_tokenizer(tokenizer)
    torch.manual_seed(1)
    config = hf_config(
        architecture("nano", {**TINY_SHAPE, "n_layers": 1}),
        vocab_size=loaded.vocab_size,
        context_length=256,
        token_ids=loaded.special_token_ids,
    )
    save_model_folder(LlamaForCausalLM(config), out / "hf", tokenizer=tokenizer)
    write_learnt(out, ())
    return out


@pytest.fixture(scope="module")
def tuned(corpus: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SftReport]:
    out = tmp_path_factory.mktemp("chat")
    return out, sft(corpus, base, out, config=CONFIG)


def test_it_learns_every_task_that_the_corpus_bears(tuned: tuple[Path, SftReport]) -> None:
    _, report = tuned
    assert (report.steps, report.conversations) == (12, 48)
    assert set(report.tasks) == set(TASK_NAMES)
    assert sum(task["conversations"] for task in report.tasks.values()) == 48
    assert report.tasks["reply"]["conversations"] >= 12  # its share, and what others leave
    assert report.tasks["creative"]["conversations"] == 0  # nobody sells anything
    assert sum(report.tasks["reply"]["kinds"].values()) == report.tasks["reply"]["conversations"]
    assert report.heldout_conversations > 8
    assert report.heldout_loss_before is not None and report.heldout_loss_after is not None
    assert report.heldout_loss_after < report.heldout_loss_before - 0.05


def test_losses_have_intervals(tuned: tuple[Path, SftReport]) -> None:
    scored = [task for task in tuned[1].tasks.values() if task["heldout_conversations"]]
    assert len(scored) >= 2
    for task in scored:
        for name in ("heldout_loss_before", "heldout_loss_after", "heldout_loss_change"):
            found = task[name]
            assert found["low"] <= found["value"] <= found["high"]
        change = task["heldout_loss_after"]["value"] - task["heldout_loss_before"]["value"]
        assert task["heldout_loss_change"]["value"] == pytest.approx(change)


def test_only_posts_of_the_train_split_are_learnt(tuned: tuple[Path, SftReport], corpus: Path) -> None:
    import polars as pl

    documents = pl.read_parquet(corpus / "documents-*.parquet")

    def posts(split: str) -> list[str]:
        return documents.filter(pl.col("split") == split)["post_ids"].explode().to_list()

    assert posts_learnt(tuned[0], posts("heldout")) == set()
    assert len(posts_learnt(tuned[0], posts("train"))) >= tuned[1].posts > 48


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


def test_twice_gives_the_same_bytes(
    tuned: tuple[Path, SftReport], corpus: Path, base: Path, tmp_path: Path
) -> None:
    out, report = tuned
    again = sft(corpus, base / "hf", tmp_path, config=CONFIG)
    assert again.heldout_loss_after == report.heldout_loss_after
    for name in ("hf/model.safetensors", "report.json", "run.json", "learnt.npy"):
        assert (out / name).read_bytes() == (tmp_path / name).read_bytes()
    assert again.seconds != report.seconds  # which is why no output holds it
    assert sft(corpus, base, out, config=CONFIG) == report  # finished: nothing runs


def test_single_posts_are_enough(base: Path, tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", random_posts(20))
    report = sft(corpus, base, tmp_path / "out", config=replace(CONFIG, max_steps=2))
    assert report.tasks["reply"]["conversations"] == 0
    assert report.conversations == 8
    assert report.heldout_loss_before is None
    assert "heldout_loss_before" not in report.tasks["write_post"]


def test_it_says_what_is_missing(corpus: Path, base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="train one first"):
        sft(corpus, tmp_path, tmp_path / "out", config=CONFIG)
    too_long = write_corpus(tmp_path / "corpus", [["word " * 400]])
    with pytest.raises(NotReady, match="no conversation can be made"):
        sft(too_long, base, tmp_path / "out", config=replace(CONFIG, task_shares={"write_post": 1.0}))
    all_heldout = write_corpus(tmp_path / "heldout", [["a post"]], heldout_every=1)
    with pytest.raises(NotReady, match="no document to train on"):
        sft(all_heldout, base, tmp_path / "out", config=CONFIG)


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_steps": 0},
        {"max_documents": 0},
        {"learning_rate": 0.0},
        {"task_shares": {"poetry": 1.0}},
        {"task_shares": {"reply": -1.0}},
        {"task_shares": {"reply": 0.0}},
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SftConfig(**wrong)


def test_defaults_build() -> None:
    config = SftConfig()
    assert config.max_steps == 60
    assert set(config.task_shares) == set(TASK_NAMES)
    assert sum(config.task_shares.values()) == pytest.approx(1.0)
