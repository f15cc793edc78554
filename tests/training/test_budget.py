from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from linnet.training import budget as budget_module
from linnet.training.budget import FIRST_LOOK, PLAN_FILE, Budget


class Cpu:
    seconds = 0.0


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch) -> Cpu:
    cpu = Cpu()
    monkeypatch.setattr(budget_module.time, "process_time", lambda: cpu.seconds)
    return cpu


def run(
    budget: Budget, cpu: Cpu, *, a_step: float, start: int = 0, spent: float = 0.0, stop: int = 10**9
) -> int:
    """Take steps of so many CPU seconds until the plan, or `stop`, ends the run; how many were taken in all."""
    budget.begin(start, spent)
    step = start
    while step < min(budget.steps_at(step), stop):
        step += 1
        cpu.seconds += a_step
        budget.look(step)
    return step


def test_a_run_ends_with_its_budget(tmp_path: Path, cpu: Cpu) -> None:
    cpu.seconds = 7.0  # loading the engine
    steps = run(Budget(tmp_path, cpu_seconds=107, most_steps=10**6, world_size=1), cpu, a_step=0.5)
    assert 95 <= cpu.seconds <= 107
    assert steps == pytest.approx(197, abs=4)


def test_steps_that_grow_dearer_are_planned_anew(tmp_path: Path, cpu: Cpu) -> None:
    budget = Budget(tmp_path, cpu_seconds=100, most_steps=10**6, world_size=1)
    budget.begin(0, 0.0)
    step = 0
    while step < budget.steps_at(step):
        step += 1
        cpu.seconds += 0.2 if cpu.seconds < 40 else 0.8
        budget.look(step)
    assert 80 <= cpu.seconds <= 115


def test_a_resumed_run_keeps_the_plans_of_the_first(tmp_path: Path, cpu: Cpu) -> None:
    first = Budget(tmp_path, cpu_seconds=100, most_steps=10**6, world_size=1)
    run(first, cpu, a_step=1.0, stop=60)
    plans = (tmp_path / PLAN_FILE).read_text()
    again = Budget(tmp_path, cpu_seconds=100, most_steps=10**6, world_size=1)
    again.begin(40, 40.0)
    for step in range(FIRST_LOOK + 1, 41):
        assert again.steps_at(step) == first.steps_at(step)
    assert len(plans) > 10


def test_the_corpus_limits_the_steps_too(tmp_path: Path, cpu: Cpu) -> None:
    assert run(Budget(tmp_path, cpu_seconds=1000, most_steps=50, world_size=1), cpu, a_step=0.1) == 50


def test_two_ranks_spend_twice_the_time(tmp_path: Path, cpu: Cpu) -> None:
    run(Budget(tmp_path, cpu_seconds=100, most_steps=10**6, world_size=2), cpu, a_step=0.5)
    assert 40 <= cpu.seconds <= 50


def test_all_ranks_have_the_steps_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ranks with steps of their own would wait for each other for ever."""
    import torch
    import torch.distributed as dist
    from olmo_core.distributed import utils
    from olmo_core.train import Duration

    trainer = SimpleNamespace(global_step=FIRST_LOOK + 1, device=torch.device("cpu"), max_duration=None)
    monkeypatch.setattr(utils, "get_rank", lambda: 1)
    monkeypatch.setattr(utils, "is_distributed", lambda: True)
    monkeypatch.setattr(dist, "broadcast", lambda tensor, src: tensor.fill_(77))
    budget = Budget(tmp_path, cpu_seconds=100, most_steps=10**6, world_size=2)
    budget.begin(0, 0.0)
    callback = budget_module.budget_callback(budget)
    callback.trainer = trainer
    callback.post_step()
    assert trainer.max_duration == Duration.steps(77)
    assert not (tmp_path / PLAN_FILE).exists()
