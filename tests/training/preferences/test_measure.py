from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.training.preferences.measure import (
    SideScores,
    dpo_loss,
    preferences_of,
    share_preferred,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("wins", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_wilson(wins: int, total: int, low: float, high: float):
    assert wilson_interval(wins, total) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share(drawn: tuple[int, int]):
    low, high = wilson_interval(*drawn)
    assert 0 <= low <= drawn[0] / drawn[1] + 1e-12 and drawn[0] / drawn[1] - 1e-12 <= high <= 1


def test_a_tie_is_no_preference():
    assert share_preferred([0.0, 1.0])["share"] == 0.5


def test_each_measure_looks_at_its_own():
    before = SideScores(chosen=[-10.0], rejected=[-9.0])
    after = SideScores(chosen=[-11.0], rejected=[-12.0])
    found = preferences_of(before, after, [(10, 5)])
    shares = {name: one["share"] for name, one in found.items()}
    assert shares == {
        "log_prob_before": 0.0,
        "per_token_before": 1.0,  # -1.0 against -1.8
        "log_prob_after": 1.0,
        "per_token_after": 1.0,
        "reward_after": 1.0,  # -1 against -3
    }


def test_the_loss_of_a_model_that_did_not_move_is_ln_2():
    assert dpo_loss([0.0, 0.0], 0.1) == pytest.approx(math.log(2))
    assert dpo_loss([1000.0], 1.0) == pytest.approx(0.0)
    assert dpo_loss([-1000.0], 1.0) == pytest.approx(1000.0)
