"""How fast a run is over its last steps, how well it uses the machine, and how long it still takes."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from linnet.progress import format_seconds

SPEED_STEPS = 20  # steps that the speed is averaged over
LEFT_STEPS = 200  # steps that the time left is reckoned from: it should not jump


@dataclass(frozen=True, kw_only=True)
class Speed:
    tokens_per_second: float
    mfu: float | None  # 0..1
    seconds_left: float


class Clock:
    """Takes the time of every step that ends."""

    def __init__(self, *, batch_tokens: int, steps: int, flops_per_token: int, peak_flops: float) -> None:
        self.batch_tokens, self.steps = batch_tokens, steps
        self.flops_per_token, self.peak_flops = flops_per_token, peak_flops
        self._ends: deque[tuple[int, float]] = deque(maxlen=LEFT_STEPS + 1)

    def step_ended(self, step: int, at: float) -> Speed | None:
        """The speed after this step; None for the first call, which only starts the clock."""
        self._ends.append((step, at))
        if len(self._ends) < 2:
            return None
        speed = self.batch_tokens / self._seconds_a_step(SPEED_STEPS)
        return Speed(
            tokens_per_second=speed,
            mfu=speed * self.flops_per_token / self.peak_flops if self.peak_flops else None,
            seconds_left=max(self.steps - step, 0) * self._seconds_a_step(LEFT_STEPS),
        )

    def _seconds_a_step(self, window: int) -> float:
        first, last = self._ends[max(len(self._ends) - 1 - window, 0)], self._ends[-1]
        return max(last[1] - first[1], 1e-9) / (last[0] - first[0])


def progress_note(loss: float, speed: Speed) -> str:
    """The live figures of the terminal's progress line."""
    parts = [f"loss {loss:.2f}", f"{speed.tokens_per_second:,.0f} tokens/s"]
    if speed.mfu is not None and math.isfinite(speed.mfu):
        parts.append(f"MFU {speed.mfu:.0%}")
    return ", ".join([*parts, f"{format_seconds(speed.seconds_left)} left"])
