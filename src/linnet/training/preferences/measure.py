"""How often a model finds the better side of held-out pairs more probable, with 95% Wilson intervals.

log_prob   the sum of log-probabilities over an answer's tokens: favours short answers
per_token  the mean over its tokens: favours long ones
reward     the sum less what the reference model gives it, as DPO counts; before training it is 0 for all pairs
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from linnet.intervals import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class SideScores:
    """What one model gives each pair's sides, in nats."""

    chosen: Sequence[float]
    rejected: Sequence[float]


def share_preferred(margins: Sequence[float]) -> dict[str, float]:
    """The share of margins above 0 with its interval; a tie is no preference."""
    wins = sum(margin > 0 for margin in margins)
    low, high = wilson(wins, len(margins))
    return {"share": wins / len(margins), "low": low, "high": high, "pairs": len(margins)}


def preferences_of(
    before: SideScores, after: SideScores, lengths: Sequence[tuple[int, int]]
) -> dict[str, dict[str, float]]:
    """Every share, before and after. `lengths` are the tokens of both sides."""
    found = {}
    for name, scores in (("before", before), ("after", after)):
        sides = list(zip(scores.chosen, scores.rejected, lengths, strict=True))
        found[f"log_prob_{name}"] = share_preferred([c - r for c, r, _ in sides])
        found[f"per_token_{name}"] = share_preferred([c / lc - r / lr for c, r, (lc, lr) in sides])
    found["reward_after"] = share_preferred(reward_margins(before, after))
    return found


def reward_margins(before: SideScores, after: SideScores) -> list[float]:
    """By how much more the model moved towards the chosen side than towards the rejected one, in nats."""
    return [
        (after_c - before_c) - (after_r - before_r)
        for before_c, before_r, after_c, after_r in zip(
            before.chosen, before.rejected, after.chosen, after.rejected, strict=True
        )
    ]


def dpo_loss(margins: Sequence[float], beta: float) -> float:
    """-log sigmoid(beta * margin), the mean; ln 2 for a model that has not moved."""
    return sum(_softplus(-beta * margin) for margin in margins) / len(margins)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
