"""The same pieces on every runner, and lost workers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from linnet.corpus.engine import Engine, EngineConfig, Task
from linnet.errors import BadInput, WrongUse


def square(number: int) -> int:
    return number * number


def refuse(number: int) -> int:
    raise BadInput(f"{number} cannot be squared")


def die_once(number: int, witness: Path) -> int:
    """Kills its own process the first time."""
    if number == 3 and not witness.exists():
        witness.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("processes", [True, False])
def test_results_come_in_the_order_of_the_tasks(processes):
    tasks = [Task(square, (number,)) for number in range(5)]
    assert Engine().map(tasks, processes=processes) == [0, 1, 4, 9, 16]
    assert Engine().map([]) == []


def test_what_a_piece_raises_is_raised():
    with pytest.raises(BadInput, match="2 cannot be squared"):
        Engine().map([Task(square, (1,)), Task(refuse, (2,))])


def test_a_worker_that_is_killed_takes_nothing_with_it(tmp_path):
    tasks = [Task(die_once, (number, tmp_path / "witness")) for number in range(6)]
    assert Engine().map(tasks) == list(range(6))
    assert (tmp_path / "witness").exists()


@pytest.mark.parametrize("wrong", [{"runner": "spark"}, {"workers": -1}])
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(WrongUse, match=next(iter(wrong))):
        EngineConfig(**wrong)


def test_settings_that_are_not_there_are_named():
    with pytest.raises(WrongUse, match="adress"):
        EngineConfig.from_settings({"adress": "x"})
