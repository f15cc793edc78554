"""Whole tiny runs that are watched: figures, NaN, loss spikes, and all of it interrupted."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from linnet.errors import BadInput, LinnetError
from linnet.training import pretrain as pretraining
from linnet.training.pretrain import pretrain
from linnet.training.watch.config import WatchConfig
from linnet.training.watch.metrics import read_metrics
from linnet.training.watch.rewinds import checkpoint_steps, read_rewinds
from linnet.training.watch.run import read_run
from tests.training.test_pretrain import Recorder, weights
from tests.training.tiny import TINY

PLAIN = replace(
    TINY, optimizer="adamw", learning_rate=4e-3, embedding_learning_rate=4e-3, plain_share=0.0, pair_steps=0
)
SHORT = replace(PLAIN, max_epochs=1.0)
WATCH = WatchConfig(spike_window=10, spike_steps=3, spike_margin_steps=2)
FAULTY = "tests.training.faulty_worker"


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the runs of a test go wrong; the fault is told to their worker."""

    def set_fault(what: str) -> None:
        run_worker = pretraining.run_worker
        monkeypatch.setenv("FAULT", what)
        monkeypatch.setattr(
            pretraining, "run_worker", lambda module, *rest, **named: run_worker(FAULTY, *rest, **named)
        )

    return set_fault


def kill_worker() -> None:
    for child in psutil.Process().children():
        if child.status() != psutil.STATUS_ZOMBIE and any("_worker" in word for word in child.cmdline()):
            child.kill()


def tensorboard_steps(out: Path) -> list[int]:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(out / "tensorboard"))
    events.Reload()
    return [event.step for event in events.Scalars("train/loss")]


def test_the_figures_of_a_run_that_was_killed(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    watch = WatchConfig(tensorboard=True)
    with pytest.raises(LinnetError, match="killed by signal 9"):
        pretrain(corpus, tokenizer, tmp_path, config=SHORT, watch=watch,
                 progress=Recorder(at_step=17, then=kill_worker))  # fmt: skip
    assert read_metrics(tmp_path)[-1]["step"] > 10
    recorder = Recorder()
    report = pretrain(corpus, tokenizer, tmp_path, config=SHORT, watch=watch, progress=recorder)
    rows = read_metrics(tmp_path)
    assert report.resumed_from_step == 10
    assert [row["step"] for row in rows] == list(range(1, report.steps + 1))
    assert [row["tokens"] for row in rows] == [
        step * SHORT.batch_tokens for step in range(1, report.steps + 1)
    ]
    assert rows[0]["loss"] == pytest.approx(math.log(report.vocab_size), abs=0.3)
    assert rows[-1]["loss"] < rows[0]["loss"]
    assert sum(row["loss"] for row in rows[-20:]) / 20 == pytest.approx(report.final_loss)
    assert max(row["learning_rate"] for row in rows) <= SHORT.learning_rate
    assert all(row["grad_norm"] > 0 and row["tokens_per_second"] > 0 and 0 < row["mfu"] < 1 for row in rows)
    assert rows[-1]["seconds_left"] == 0 and rows[0]["seconds_left"] > 0
    times = [row["cpu_seconds"] for row in rows]
    assert times == sorted(times)
    assert "MFU" in recorder.notes[-1] and recorder.notes[-1].endswith("left")
    assert tensorboard_steps(tmp_path) == list(range(1, report.steps + 1))
    run = read_run(tmp_path)
    assert run is not None
    assert (run["state"], run["progress"], run["seconds_left"]) == ("finished", 1.0, None)
    assert run["total_tokens"] == report.tokens_seen


def test_watching_otherwise_is_the_same_run(corpus: Path, tokenizer: Path, tmp_path: Path) -> None:
    short = replace(SHORT, max_tokens=512)
    first = pretrain(corpus, tokenizer, tmp_path, config=short)
    recorder = Recorder()
    watch = WatchConfig(tensorboard=True, spike_factor=3.0)
    assert pretrain(corpus, tokenizer, tmp_path, config=short, watch=watch, progress=recorder) == first
    assert recorder.started == []
    pretrain(
        corpus, tokenizer, tmp_path, config=replace(short, seed=3)
    )  # another run starts its figures anew
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2]


@pytest.mark.parametrize(
    ("what", "cause"),
    [
        ("nan_weight:13", "the loss is nan; the weight embeddings.weight was no number before this batch"),
        ("nan_gradient:13", r"the gradient norm is nan; its batch is sequences \d+ \(documents-0000\d.bin"),
    ],
)
def test_a_step_that_is_no_number_is_not_applied(
    corpus: Path, tokenizer: Path, tmp_path: Path, fault: Any, what: str, cause: str
) -> None:
    fault(what)
    with pytest.raises(
        LinnetError, match=f"step 13 was not applied: {cause}.*checkpoint of step 10 stands"
    ) as e:
        pretrain(corpus, tokenizer, tmp_path, config=SHORT)
    assert "\n" not in str(e.value)
    stopped = json.loads((tmp_path / "stopped.json").read_text())
    assert len(stopped["sequences"]) == 8  # 256 tokens of 32 each
    assert checkpoint_steps(tmp_path)[-1] == 10
    assert all(math.isfinite(row["loss"]) for row in read_metrics(tmp_path))
    run = read_run(tmp_path)
    assert run is not None and run["state"] == "stopped" and run["stopped"]["step"] == 13
    if what.startswith("nan_gradient"):  # the fault is gone: it goes on from the checkpoint
        fault("nan_gradient:0")
        assert pretrain(corpus, tokenizer, tmp_path, config=SHORT).resumed_from_step == 10
        assert not (tmp_path / "stopped.json").exists()


def test_a_spike_is_gone_around(corpus: Path, tokenizer: Path, tmp_path: Path, fault: Any) -> None:
    import torch

    fault("bad_batches:27:31")
    report = pretrain(corpus, tokenizer, tmp_path / "one", config=PLAIN, watch=WATCH)
    [rewind] = read_rewinds(tmp_path / "one")
    assert (rewind.to_step, rewind.first_step, rewind.last_step, rewind.done) == (20, 27, 29, True)
    assert (rewind.skip_from, rewind.skip_to) == (25, 31)
    assert report.resumed_from_step == 20
    steps = [row["step"] for row in read_metrics(tmp_path / "one")]
    assert steps == [*range(1, 25), *range(32, report.steps + 1)]

    # Without a rewind left it is an error, again and again; with one it goes on from there, to the same weights.
    none = replace(WATCH, max_rewinds=0)
    for _ in range(2):
        with pytest.raises(LinnetError, match="steps 27 to 29, after 0 rewinds already"):
            pretrain(corpus, tokenizer, tmp_path / "two", config=PLAIN, watch=none)
    assert not read_rewinds(tmp_path / "two")[0].done
    pretrain(corpus, tokenizer, tmp_path / "two", config=PLAIN, watch=WATCH)
    assert replace(read_rewinds(tmp_path / "two")[0], time=0.0) == replace(rewind, time=0.0)
    for name, tensor in weights(tmp_path / "one").items():
        assert torch.equal(tensor, weights(tmp_path / "two")[name]), name


def test_a_damaged_shard_stops_a_run_before_it_starts(
    corpus: Path, tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_worker(*arguments: Any, **named: Any) -> Any:
        raise LinnetError("the worker was started")

    monkeypatch.setattr(pretraining, "run_worker", no_worker)
    with pytest.raises(LinnetError, match="the worker was started"):
        pretrain(corpus, tokenizer, tmp_path, config=SHORT)
    shard = tmp_path / "tokens" / "documents-00001.bin"
    with shard.open("r+b") as file:
        file.seek(20)
        file.write(b"\xff\xff")
    with pytest.raises(BadInput, match=r"documents-00001.bin holds the token id 65535 at position 10"):
        pretrain(corpus, tokenizer, tmp_path, config=SHORT)
