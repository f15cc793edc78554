from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.intervals import wilson


@pytest.mark.parametrize(
    ("wins", "total", "low", "high"),
    [
        (0, 0, 0.0, 1.0),
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_wilson(wins: int, total: int, low: float, high: float) -> None:
    assert wilson(wins, total) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share(drawn: tuple[int, int]) -> None:
    low, high = wilson(*drawn)
    assert 0 <= low <= drawn[0] / drawn[1] + 1e-12 and drawn[0] / drawn[1] - 1e-12 <= high <= 1
