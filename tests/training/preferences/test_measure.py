from __future__ import annotations

import math

import pytest

from linnet.training.preferences.measure import (
    SideScores,
    dpo_loss,
    preferences_of,
    share_preferred,
)


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
