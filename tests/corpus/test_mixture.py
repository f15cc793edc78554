from __future__ import annotations

import polars as pl
import pytest

from linnet.corpus.mixture import MOST_REPEATS, Mixture, MixtureConfig, copies


def weights(config, counts, languages, months):
    mixture = Mixture.of(config, counts, "2026-03")
    return mixture.weights(pl.Series(languages), pl.Series(months)).to_list()


def test_everything_counts_once_as_it_comes():
    assert weights(MixtureConfig(), {"en": 90, "de": 10}, ["en", "de"], ["2020-01", "2026-03"]) == [1.0, 1.0]


def test_alpha_lifts_the_small_languages():
    large, small = weights(
        MixtureConfig(language_alpha=0.5), {"en": 90, "de": 10}, ["en", "de"], ["2026-03"] * 2
    )
    assert large < 1 < small
    # shares become proportional to their square roots, and the corpus keeps its size
    assert 90 * large / (10 * small) == pytest.approx(3.0, rel=1e-3)
    assert 90 * large + 10 * small == pytest.approx(100, rel=1e-3)


def test_age_halves_and_repeats_are_limited():
    aged = weights(MixtureConfig(half_life_months=12), {"en": 1}, ["en"] * 2, ["2025-03", "2026-03"])
    assert aged == [0.5, 1.0]
    most = weights(MixtureConfig(language_weights={"de": 50.0}), {"de": 1}, ["de"], ["2026-03"])
    assert most == [MOST_REPEATS]


def test_copies_follow_the_weights_and_never_change():
    ids = pl.Series([str(number) for number in range(4000)])
    half = copies(ids, pl.Series([0.5] * 4000))
    assert set(half.to_list()) == {0, 1}
    assert half.mean() == pytest.approx(0.5, abs=0.03)
    assert copies(ids, pl.Series([0.5] * 4000)).equals(half)
    assert set(copies(ids, pl.Series([2.0] * 4000)).to_list()) == {2}


@pytest.mark.parametrize(
    "wrong", [{"language_alpha": 1.5}, {"half_life_months": -1}, {"language_weights": {"de": -1}}]
)
def test_a_wrong_setting_is_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        MixtureConfig(**wrong)
