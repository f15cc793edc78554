"""When a loss is a spike: far above its rolling median for some steps in a row.

Far is `spike_factor` times the median absolute deviation, of the losses in the window before. The answer depends
on the last losses alone, so a run that goes on from a checkpoint finds the same spikes.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from linnet.training.watch.config import WatchConfig

LEAST_DEVIATION = 0.005  # of the median: a loss that hardly moves has no spike at its smallest rise


@dataclass(frozen=True, kw_only=True)
class Spike:
    first_step: int
    last_step: int
    losses: tuple[float, ...]  # of its steps
    limit: float  # what they are above


def find_spike(rows: Sequence[tuple[int, float]], config: WatchConfig) -> Spike | None:
    """A spike that ends at the last of these (step, loss); None while there are too few to tell."""
    if not config.spike_factor or len(rows) < config.spike_window + config.spike_steps:
        return None
    suspects = rows[-config.spike_steps :]
    window = [loss for _, loss in rows[-config.spike_window - config.spike_steps : -config.spike_steps]]
    median = statistics.median(window)
    deviation = statistics.median(abs(loss - median) for loss in window)
    limit = median + config.spike_factor * max(deviation, LEAST_DEVIATION * median)
    if any(loss <= limit for _, loss in suspects):
        return None
    return Spike(
        first_step=suspects[0][0],
        last_step=suspects[-1][0],
        losses=tuple(loss for _, loss in suspects),
        limit=limit,
    )
