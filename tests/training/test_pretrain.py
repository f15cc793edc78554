from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import BadInput, LinnetError, NotReady
from linnet.model.tokenizer import load_tokenizer
from linnet.progress import SilentProgress
from linnet.training.pretrain import PretrainConfig, PretrainReport, plan_steps, pretrain
from tests.model.corpora import write_corpus
from tests.training.tiny import TINY


class Recorder(SilentProgress):
    """Keeps what it is told; optionally calls back at a step of the training."""

    def __init__(self, at_step: int = 0, then: Any = None) -> None:
        self.started: list[str] = []
        self.notes: list[str] = []
        self.done, self.at_step, self.then = 0, at_step, then

    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        self.started.append(what)
        self.done = 0

    def advance(self, amount: int = 1, note: str = "") -> None:
        self.done += amount
        if note:
            self.notes.append(note)
        if self.then and self.started[-1] == "Training" and self.done >= self.at_step:
            self.then()


@pytest.fixture(scope="module")
def trained(
    corpus: Path, tokenizer: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, PretrainReport, Recorder]:
    out = tmp_path_factory.mktemp("base")
    recorder = Recorder()
    return out, pretrain(corpus, tokenizer, out, config=TINY, progress=recorder), recorder


def weights(out: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(out / "hf" / "model.safetensors")


def test_it_learns_and_reports(trained: tuple[Path, PretrainReport, Recorder]) -> None:
    out, report, recorder = trained
    assert report.steps > 30
    assert report.tokens_seen == report.steps * TINY.batch_tokens
    assert report.final_loss < 5.0  # ln(400) = 5.99 knows nothing
    assert report.resumed_from_step == 0
    assert report.documents == 324
    assert report.parameters == sum(tensor.numel() for tensor in weights(out).values())
    assert recorder.started[:5] == [
        "Turning documents into tokens",
        "Loading the training engine",
        "Counting token pairs",
        "Fitting the first weights to token pairs",
        "Training",
    ]
    assert len(recorder.notes) == report.steps + TINY.pair_steps
    assert "loss" in recorder.notes[-1] and "tokens/s" in recorder.notes[-1] and "left" in recorder.notes[-1]


def test_the_folder_holds_one_checkpoint_and_a_whole_model(
    trained: tuple[Path, PretrainReport, Recorder],
) -> None:
    out, report, _ = trained
    assert [path.name for path in (out / "checkpoints").glob("step*")] == [f"step{report.steps}"]
    assert {path.name for path in (out / "hf").iterdir()} >= {
        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "generation_config.json",
    }  # fmt: skip
    config = json.loads((out / "hf" / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["max_position_embeddings"] == 32
    assert (config["bos_token_id"], config["eos_token_id"], config["pad_token_id"]) == (0, 1, 2)
    generation = json.loads((out / "hf" / "generation_config.json").read_text())
    assert generation["eos_token_id"] == 1


def test_the_exported_model_gives_the_same_logits(trained: tuple[Path, PretrainReport, Recorder]) -> None:
    import torch
    from olmo_core.distributed.checkpoint import load_model_and_optim_state
    from transformers import AutoModelForCausalLM

    from linnet.model.presets import architecture
    from linnet.training.engine import olmo_config

    out, report, _ = trained
    olmo = olmo_config(architecture("nano", TINY.overrides), report.vocab_size, seed=0).build(
        init_device="cpu"
    )
    olmo.init_weights(max_seq_len=32)
    load_model_and_optim_state(str(out / "checkpoints" / f"step{report.steps}" / "model_and_optim"), olmo)
    theirs = AutoModelForCausalLM.from_pretrained(out / "hf")
    ids = torch.tensor([load_tokenizer(out / "hf").encode_document(["the bird sings at dawn"])])
    with torch.inference_mode():
        torch.testing.assert_close(theirs.eval()(ids).logits, olmo.eval()(ids), rtol=0, atol=2e-6)


def test_a_finished_run_is_not_repeated(
    trained: tuple[Path, PretrainReport, Recorder], corpus: Path, tokenizer: Path
) -> None:
    out, report, _ = trained
    recorder = Recorder()
    assert pretrain(corpus, tokenizer, out, config=TINY, progress=recorder) == report
    assert recorder.started == []


def test_killed_in_the_middle_it_ends_in_the_same_weights(
    trained: tuple[Path, PretrainReport, Recorder], corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    undisturbed, report, _ = trained
    kill_at_step(25, corpus, tokenizer, tmp_path)
    assert not (tmp_path / "hf").exists()
    again = pretrain(corpus, tokenizer, tmp_path, config=TINY)
    assert 20 <= again.resumed_from_step < report.steps
    assert again.steps == report.steps
    assert_same_weights(undisturbed, tmp_path)


def test_a_checkpoint_cut_short_is_named_and_the_one_before_it_is_good(
    trained: tuple[Path, PretrainReport, Recorder], corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    kill_at_step(25, corpus, tokenizer, tmp_path)
    last = tmp_path / "checkpoints" / "step20"
    largest = max((path for path in last.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:100])
    with pytest.raises(BadInput, match=r"step20 cannot be read .*; delete that folder and run the same"):
        pretrain(corpus, tokenizer, tmp_path, config=TINY)
    shutil.rmtree(last)
    again = pretrain(corpus, tokenizer, tmp_path, config=TINY)
    assert again.resumed_from_step == 10
    assert_same_weights(trained[0], tmp_path)


def kill_at_step(step: int, corpus: Path, tokenizer: Path, out: Path) -> None:
    import os
    import signal

    import psutil

    def kill_worker() -> None:
        for child in psutil.Process().children():
            if "linnet.training.pretrain_worker" in child.cmdline():
                os.kill(child.pid, signal.SIGKILL)

    with pytest.raises(LinnetError, match="killed by signal 9"):
        pretrain(corpus, tokenizer, out, config=TINY, progress=Recorder(at_step=step, then=kill_worker))


def assert_same_weights(one: Path, other: Path) -> None:
    import torch

    first, second = weights(one), weights(other)
    assert first.keys() == second.keys()
    for name in first:
        assert torch.equal(first[name], second[name]), name


def test_work_of_another_run_is_not_reused(
    trained: tuple[Path, PretrainReport, Recorder], corpus: Path, tokenizer: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained[0], tmp_path / "out")
    other = replace(TINY, seed=1, max_epochs=0.2)
    report = pretrain(corpus, tokenizer, tmp_path / "out", config=other)
    assert report.resumed_from_step == 0
    assert report.steps < trained[1].steps
    assert [path.name for path in (tmp_path / "out" / "checkpoints").glob("step*")] == [f"step{report.steps}"]


def test_it_says_what_is_missing(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="curate a corpus first"):
        pretrain(tmp_path, tokenizer, tmp_path / "out", config=TINY)
    with pytest.raises(NotReady, match="train a tokenizer first"):
        pretrain(corpus, tmp_path, tmp_path / "out", config=TINY)
    small = write_corpus(tmp_path / "small", [["hi"]])
    with pytest.raises(NotReady, match="less than one sequence of 32"):
        pretrain(small, tokenizer, tmp_path / "out", config=TINY)


@pytest.mark.parametrize(
    ("shards", "settings", "plan"),
    [
        ([32 * 80], {}, (256, 20)),
        ([32 * 80], {"max_epochs": 1.5}, (256, 15)),
        ([32 * 80], {"max_tokens": 1000}, (256, 3)),
        ([32 * 3, 31], {}, (96, 2)),  # smaller than a batch: the batch shrinks
        ([32], {"max_tokens": 1}, (32, 1)),
    ],
)
def test_plan_steps(shards: list[int], settings: dict[str, Any], plan: tuple[int, int]) -> None:
    assert plan_steps(shards, replace(TINY, **settings), corpus=Path("corpus")) == plan


@pytest.mark.parametrize(
    "wrong", [{"sequence_length": 0}, {"batch_tokens": 1000}, {"max_epochs": 0}, {"learning_rate": 2.0}]
)
def test_wrong_settings_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PretrainConfig(**wrong)


def test_defaults_build() -> None:
    assert PretrainConfig().preset == "nano"
