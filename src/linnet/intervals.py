"""How sure a share is."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959964


def wilson(wins: float, total: int) -> tuple[float, float]:
    """The 95% interval of `wins` of `total` (Wilson 1927), honest at 0 of n as well; (0, 1) where nothing was drawn.

    Where half wins stand for ties it is a little too wide.
    """
    if not total:
        return 0.0, 1.0
    share, square = wins / total, Z_95**2
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = Z_95 / (1 + square / total) * sqrt(share * (1 - share) / total + square / (4 * total**2))
    return max(0.0, centre - half), min(1.0, centre + half)
