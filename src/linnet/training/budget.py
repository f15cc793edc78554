"""A run of so many CPU minutes: how many steps that is, found out while it runs and written down.

The learning rate falls towards the last step, so the number of steps must be known early. After a few steps, and
again at fixed shares of the run, the measured CPU time of a step gives a new number. Each goes to `plan.json` before
it holds, and a resumed run reads them there, so its learning rates are those of the run that was interrupted.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.lineage import write_atomically

PLAN_FILE = "plan.json"
FIRST_LOOK = 10  # steps before the first plan; fewer than the warm-up takes
LOOKS = (0.2, 0.5, 0.75, 0.9)  # shares of the budget at which the plan is made again
SPARE = 0.985  # of the budget is planned: the last checkpoint and the export need some


@dataclass(frozen=True)
class Plan:
    from_step: int  # holds from here on
    steps: int  # of the whole run
    share: float  # of the budget that was spent when it was made


class Budget:
    """The plans of one run, made as its CPU time is spent."""

    def __init__(self, out: Path, *, cpu_seconds: float, most_steps: int, world_size: int) -> None:
        self._path = out / PLAN_FILE
        self._cpu_seconds, self._most_steps, self._world_size = cpu_seconds, most_steps, world_size
        self._plans = (
            [Plan(**plan) for plan in json.loads(self._path.read_text())] if self._path.exists() else []
        )
        self._mark: tuple[int, float] | None = None
        self._spent_before = 0.0

    def begin(self, step: int, spent_before: float) -> None:
        """`spent_before`: CPU seconds that earlier processes of this run used, over all ranks."""
        self._spent_before = spent_before
        self._plans = [plan for plan in self._plans if plan.from_step <= step]
        self._mark = (step, self._now())

    def steps_at(self, step: int) -> int:
        """The number of steps that the run has by the plan that holds at `step`."""
        held = [plan.steps for plan in self._plans if plan.from_step <= step]
        return held[-1] if held else self._most_steps

    def spent(self) -> float:
        return self._spent_before + self._now()

    def look(self, step: int) -> int:
        """Make a new plan if it is time for one; the number of steps that now holds."""
        share = self.spent() / self._cpu_seconds
        if self._mark is None or not self._due(step, share):
            return self.steps_at(step)
        first, since = self._mark
        a_step = (self._now() - since) / max(step - first, 1)
        left = max(self._cpu_seconds * SPARE - self.spent(), 0.0)
        steps = min(self._most_steps, step + max(int(left / a_step), 1))
        self._plans.append(Plan(from_step=step, steps=steps, share=share))
        write_atomically(self._path, json.dumps([plan.__dict__ for plan in self._plans]))
        return steps

    def _due(self, step: int, share: float) -> bool:
        assert self._mark is not None
        if step - self._mark[0] < FIRST_LOOK:
            return False
        if not self._plans:
            return True
        return any(self._plans[-1].share < mark <= share for mark in LOOKS)

    def _now(self) -> float:
        return time.process_time() * self._world_size


def budget_callback(budget: Budget) -> Any:
    """Keeps the trainer's duration to the plan. The first rank plans for all: each has another CPU time."""
    import torch
    import torch.distributed as dist
    from olmo_core.distributed.utils import get_rank, is_distributed
    from olmo_core.train import Duration
    from olmo_core.train.callbacks import Callback

    class BudgetCallback(Callback):
        cpu_seconds: float | None = None  # spent by earlier parts of the run

        def pre_train(self) -> None:
            budget.begin(self.step, self.cpu_seconds or 0.0)
            self._hold(budget.steps_at(self.step))

        def post_step(self) -> None:
            self._hold(budget.look(self.step) if get_rank() == 0 else 0)

        def state_dict(self) -> dict[str, Any]:
            return {"cpu_seconds": budget.spent()}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self.cpu_seconds = state_dict["cpu_seconds"]

        def _hold(self, steps: int) -> None:
            if is_distributed():
                told = torch.tensor(steps, device=self.trainer.device)
                dist.broadcast(told, src=0)
                steps = int(told.item())
            self.trainer.max_duration = Duration.steps(steps)

    return BudgetCallback()
