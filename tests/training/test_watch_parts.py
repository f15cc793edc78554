"""The parts of watching, without a run."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.progress import SILENT
from linnet.training.pretrain_worker import _keep_only_last_checkpoint
from linnet.training.tokens import TokenShard, check_shards
from linnet.training.watch.batches import batch_sequences, find_sequences, name_places
from linnet.training.watch.config import WatchConfig, watch_config
from linnet.training.watch.metrics import METRICS_FILE, MetricsFile, read_metrics
from linnet.training.watch.peak import measure_peak_flops
from linnet.training.watch.progress import Clock, Speed, progress_note
from linnet.training.watch.rewinds import (
    Rewind,
    act_on_rewinds,
    checkpoint_steps,
    decide_rewind,
    pending_rewind,
    read_rewinds,
    write_rewinds,
)
from linnet.training.watch.run import read_run, thin
from linnet.training.watch.spikes import Spike, find_spike

WATCH = WatchConfig(spike_window=20, spike_steps=3, spike_margin_steps=10)


# --- settings ----------------------------------------------------------------------------------------------


def test_settings() -> None:
    assert watch_config({}) == WatchConfig()
    assert watch_config({"tensorboard": True, "spike_factor": 5}).spike_factor == 5


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"tensorbord": True}, "tensorbord is no setting"),
        ({"tensorboard": "yes"}, "it must be true or false"),
        ({"spike_window": 3}, "spike_window is 3; it must be 10 or more"),
        ({"max_rewinds": -1}, "max_rewinds is -1"),
        ({"peak_flops": -1.0}, "peak_flops is -1.0"),
        ({"spike_steps": 0}, "spike_steps is 0"),
    ],
)
def test_wrong_settings(table: dict[str, Any], line: str) -> None:
    with pytest.raises(WrongUse, match=rf"\[training\] in linnet.toml cannot be used: .*{line}"):
        watch_config(table)


def test_a_package_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    WatchConfig().check_installed()
    with pytest.raises(WrongUse, match='wandb = "birds" needs the package wandb: pip install wandb'):
        WatchConfig(wandb="birds").check_installed()
    with pytest.raises(WrongUse, match="pip install tensorboard"):
        WatchConfig(tensorboard=True).check_installed()


def test_the_settings_are_a_table_of_the_workspace(tmp_path: Path) -> None:
    from linnet.workspace import init_workspace

    workspace = init_workspace(tmp_path / "ws")
    with workspace.settings_path.open("a") as file:
        file.write('\n[training]\nwandb = "birds"\n')
    assert watch_config(workspace.settings()["training"]).wandb == "birds"


# --- spikes ------------------------------------------------------------------------------------------------


def losses_of(values: list[float]) -> list[tuple[int, float]]:
    return list(enumerate(values, start=1))


def noisy(count: int, seed: int = 0) -> list[float]:
    rng = random.Random(seed)
    return [4.0 + rng.gauss(0, 0.05) for _ in range(count)]


def test_a_spike_is_some_steps_in_a_row() -> None:
    rows = losses_of([*noisy(25), 6.0, 6.5, 7.0])
    assert find_spike(rows[:-1], WATCH) is None
    spike = find_spike(rows, WATCH)
    assert spike is not None
    assert (spike.first_step, spike.last_step, spike.losses) == (26, 28, (6.0, 6.5, 7.0))
    assert 4.2 < spike.limit < 5.0


@pytest.mark.parametrize(
    "values",
    [
        [*noisy(25), 6.0, 4.0, 6.0],  # one step between is as ever
        [*noisy(19), 6.0, 6.0, 6.0],  # too early to tell
        [*noisy(25), 2.0, 2.0, 2.0],  # better than ever
        [9.0 - step * 0.1 for step in range(60)],  # learning
        [4.0] * 25 + [4.01] * 3,  # no deviation at all
    ],
)
def test_no_spike(values: list[float]) -> None:
    assert find_spike(losses_of(values), WATCH) is None


@given(st.integers(0, 10_000))
def test_noise_alone_is_no_spike(seed: int) -> None:
    assert find_spike(losses_of(noisy(23, seed)), WATCH) is None


def test_detection_can_be_turned_off() -> None:
    assert find_spike(losses_of([*noisy(25), 6.0, 6.5, 7.0]), replace(WATCH, spike_factor=0.0)) is None


# --- rewinds -----------------------------------------------------------------------------------------------

SPIKE = Spike(first_step=126, last_step=128, losses=(6.0, 6.5, 7.0), limit=4.4)


@pytest.mark.parametrize(
    ("checkpoints", "back", "skip_from"),
    [
        ([50, 100], 100, 116),
        ([50, 100, 120], 100, 116),  # 120 is so close that the spike may be in it
        ([120], 120, 121),  # better than none
        ([100, 126, 150], 100, 116),
    ],
)
def test_where_it_goes_back_to(checkpoints: list[int], back: int, skip_from: int) -> None:
    rewind = decide_rewind(SPIKE, checkpoints, WATCH, time=1.0)
    assert rewind is not None
    assert (rewind.to_step, rewind.skip_from, rewind.skip_to) == (back, skip_from, 138)


@pytest.mark.parametrize("checkpoints", [[], [126], [0, 150]])
def test_no_earlier_checkpoint_no_rewind(checkpoints: list[int]) -> None:
    assert decide_rewind(SPIKE, checkpoints, WATCH, time=1.0) is None


def checkpoint(out: Path, step: int) -> None:
    folder = out / "checkpoints" / f"step{step}"
    folder.mkdir(parents=True)
    (folder / ".metadata.json").write_text("{}")


def test_acting_on_a_rewind_happens_once(tmp_path: Path) -> None:
    for step in (100, 150):
        checkpoint(tmp_path, step)
    (tmp_path / "checkpoints" / "step175").mkdir()  # half written
    decided = decide_rewind(SPIKE, checkpoint_steps(tmp_path), WATCH, time=1.0)
    assert decided is not None
    write_rewinds(tmp_path, [decided])
    assert pending_rewind(tmp_path)
    assert act_on_rewinds(tmp_path, WATCH) == [replace(decided, done=True)]
    assert checkpoint_steps(tmp_path) == [100]
    checkpoint(tmp_path, 150)  # of the run that goes on: it stays
    assert act_on_rewinds(tmp_path, WATCH) == read_rewinds(tmp_path) == [replace(decided, done=True)]
    assert checkpoint_steps(tmp_path) == [100, 150]
    assert not pending_rewind(tmp_path)


def test_what_a_killed_save_leaves_is_no_checkpoint(tmp_path: Path) -> None:
    for step in (50, 100):
        checkpoint(tmp_path, step)
    (tmp_path / "checkpoints" / "step93-tmp").mkdir()
    (tmp_path / "checkpoints" / "step150").mkdir()  # without its metadata
    _keep_only_last_checkpoint(tmp_path)
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["step100"]


def test_the_last_rewind_that_is_allowed(tmp_path: Path) -> None:
    checkpoint(tmp_path, 100)
    checkpoint(tmp_path, 150)
    rewind = Rewind(to_step=100, skip_from=116, skip_to=138, first_step=126, last_step=128,
                    losses=(6.0, 7.0), limit=4.4, time=1.0)  # fmt: skip
    write_rewinds(tmp_path, [replace(rewind, done=True)] * 3 + [rewind])
    with pytest.raises(LinnetError, match=r"after 3 rewinds already.*goes on from step 100"):
        act_on_rewinds(tmp_path, WATCH)
    assert checkpoint_steps(tmp_path) == [100, 150]
    assert len(act_on_rewinds(tmp_path, replace(WATCH, max_rewinds=4))) == 4
    assert checkpoint_steps(tmp_path) == [100]


# --- batches -----------------------------------------------------------------------------------------------


def test_a_sequence_is_found_in_its_shard(tmp_path: Path) -> None:
    import numpy as np

    shards = []
    for number, tokens in enumerate(([0, 5, 5, 0, 6, 6, 6, 6, 0, 7], [0, 8, 8, 8, 0, 9, 0, 9, 9])):
        shards.append(str(tmp_path / f"documents-{number}.bin"))
        np.array(tokens, dtype="<u2").tofile(shards[-1])  # two sequences of 4 each; the tail is dropped
    places = find_sequences([3, 0, 1], shards, length=4, dtype="uint16", bos_id=0)
    assert [
        (place.sequence, place.shard, place.first_token, place.first_document, place.last_document)
        for place in places
    ] == [(0, "documents-0.bin", 0, 0, 1), (1, "documents-0.bin", 4, 1, 1), (3, "documents-1.bin", 4, 1, 2)]
    assert name_places(places[:1]) == "sequences 0 (documents-0.bin, documents 0 to 1)"
    assert name_places(places * 2).endswith("and 2 more")
    with pytest.raises(ValueError, match="sequence 4 is in no shard"):
        find_sequences([4], shards, length=4, dtype="uint16", bos_id=0)


def test_the_sequences_of_a_batch() -> None:
    loader = SimpleNamespace(
        global_batch_size=12,
        dataset=SimpleNamespace(sequence_length=4),
        batches_processed=2,
        get_global_indices=lambda: [4, 2, 0, 1, 5, 3, 6],
    )
    assert batch_sequences(loader) == [1, 5, 3]


# --- figures -----------------------------------------------------------------------------------------------


def row_of(step: int, **more: Any) -> dict[str, Any]:
    return {"step": step, "steps": 40, "tokens": step * 8, "loss": 5.0 - step / 10, "learning_rate": 0.1, "grad_norm": 1.0,
            "tokens_per_second": 100.0, "mfu": None, "seconds_left": 1.0, "cpu_seconds": step * 2.0, "time": 0.0, **more}  # fmt: skip


def test_rows_after_the_checkpoint_are_cut_and_their_time_is_not_forgotten(tmp_path: Path) -> None:
    file = MetricsFile(tmp_path, after_step=0)
    for step in (1, 2, 3):
        file.append(row_of(step))
    file.sync()
    file.close()
    with (tmp_path / METRICS_FILE).open("a") as crashed:
        crashed.write('{"step": 4, "lo')
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2, 3]
    again = MetricsFile(tmp_path, after_step=2)
    again.append(row_of(3))
    again.close()
    assert again.cpu_seconds_before == 6.0
    assert [row["step"] for row in read_metrics(tmp_path)] == [1, 2, 3]


def test_the_clock() -> None:
    clock = Clock(batch_tokens=1000, steps=10, flops_per_token=50, peak_flops=1e6)
    assert clock.step_ended(4, 100.0) is None
    speed = clock.step_ended(5, 100.5)
    assert speed == Speed(tokens_per_second=2000.0, mfu=0.1, seconds_left=2.5)
    assert clock.step_ended(10, 101.0).seconds_left == 0  # type: ignore[union-attr]
    unknown = Clock(batch_tokens=1000, steps=10, flops_per_token=50, peak_flops=0)
    unknown.step_ended(0, 0.0)
    assert unknown.step_ended(1, 1.0).mfu is None  # type: ignore[union-attr]


def test_the_line_of_the_terminal() -> None:
    speed = Speed(tokens_per_second=12_345.6, mfu=0.414, seconds_left=250)
    assert progress_note(3.14159, speed) == "loss 3.14, 12,346 tokens/s, MFU 41%, 4 min left"
    assert progress_note(3.14159, replace(speed, mfu=None)) == "loss 3.14, 12,346 tokens/s, 4 min left"


def test_the_peak_is_measured_fast_and_leaves_chance_alone() -> None:
    import time

    import torch

    before, started = torch.get_rng_state(), time.perf_counter()
    assert measure_peak_flops(seconds=0.05) > 1e8
    assert time.perf_counter() - started < 20
    assert torch.equal(torch.get_rng_state(), before)


def test_a_run_of_many_steps_is_thinned(tmp_path: Path) -> None:
    rows = [row_of(step, mfu=0.5 if step % 2 else None) for step in range(1, 1001)]
    points = thin(rows, 100)
    assert len(points) == 100
    assert (points[0]["step"], points[-1]["step"]) == (10, 1000)
    assert points[0]["loss"] == pytest.approx(5.0 - 5.5 / 10)
    assert points[0]["mfu"] == 0.5
    assert thin(rows[:7], 100) == rows[:7]


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    assert read_run(tmp_path) is None
    (tmp_path / "job.json").write_text(json.dumps({"batch_tokens": 8, "config": {}}))
    assert read_run(tmp_path) is None


# --- shards ------------------------------------------------------------------------------------------------


def shard_of(path: Path, ids: list[int], **more: Any) -> TokenShard:
    import numpy as np
    import xxhash

    np.array(ids, dtype="<u2").tofile(path)
    digest = xxhash.xxh3_64(path.read_bytes()).hexdigest()
    return TokenShard(path=str(path), num_tokens=len(ids), num_documents=1, vocab_size=100, digest=digest)


def test_shards_that_are_as_they_were_written(tmp_path: Path) -> None:
    shards = [shard_of(tmp_path / "a.bin", [0, 99, 5]), shard_of(tmp_path / "b.bin", [])]
    check_shards(shards, vocab_size=100, progress=SILENT)


@pytest.mark.parametrize(
    ("ids", "line"),
    [
        ([0, 99], "a.bin is damaged: it has 4 bytes and should have 6"),
        (None, "a.bin is damaged: it has 0 bytes and should have 6"),
        ([0, 98, 5], "a.bin is damaged: its bytes are not those that were written"),
        ([0, 99, 100], "a.bin holds the token id 100 at position 2, and the vocabulary has 100 tokens"),
    ],
)
def test_a_shard_that_is_not(tmp_path: Path, ids: list[int] | None, line: str) -> None:
    import numpy as np

    shard = shard_of(tmp_path / "a.bin", [0, 99, 5])
    if ids is None:
        (tmp_path / "a.bin").unlink()
    else:
        np.array(ids, dtype="<u2").tofile(tmp_path / "a.bin")
    with pytest.raises(BadInput, match=line) as error:
        check_shards([shard], vocab_size=100, progress=SILENT)
    assert "run the same command again" in str(error.value)
