from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linnet.errors import BadInput
from linnet.evaluation.relevance.measures import measure_topics, p_value, summarise
from linnet.evaluation.relevance.trec import read_run, write_run

QRELS = {"a": {"1": 1, "2": 1, "3": 0}, "b": {"9": 1}, "c": {"5": 1}, "none": {"1": 0}}
RUN = {"a": [("1", 3.0), ("8", 2.0), ("2", 1.0)], "b": [("7", 5.0), ("9", 5.0)], "unjudged": [("1", 1.0)]}


def test_measures_by_hand() -> None:
    values = measure_topics(RUN, QRELS)
    # c has no results and counts as 0; "none" has nothing to find and does not count.
    assert values["AP@5"].tolist() == pytest.approx([(1 + 2 / 3) / 2, 1 / 2, 0])
    assert values["RR"].tolist() == pytest.approx([1, 1 / 2, 0])
    assert values["P@1"].tolist() == [1, 0, 0]
    assert values["R@100"].tolist() == [1, 1, 0]
    assert values["nDCG@10"][0] == pytest.approx((1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3)))


def test_equal_scores_keep_the_order_of_the_run() -> None:
    assert measure_topics({"b": [("7", 5.0), ("9", 5.0)]}, {"b": {"7": 1}})["P@1"].tolist() == [1]


def test_a_run_file_comes_back_as_it_was(tmp_path: Path) -> None:
    write_run(tmp_path / "x.run", RUN, tag="test")
    back = read_run(tmp_path / "x.run")
    assert {topic: [document for document, _ in results] for topic, results in back.items()} == {
        topic: [document for document, _ in results] for topic, results in RUN.items()
    }
    assert (tmp_path / "x.run").read_text().splitlines()[0] == "a Q0 1 1 3.000000 test"
    (tmp_path / "bad.run").write_text("a Q0 1 1 high tag\n")
    with pytest.raises(BadInput, match=r"bad\.run, line 1"):
        read_run(tmp_path / "bad.run")


def test_intervals_hold_the_mean_and_shrink_with_topics() -> None:
    rng = np.random.default_rng(0)
    few, many = (summarise({"RR": rng.random(count)})["RR"] for count in (20, 2_000))
    for measured in (few, many):
        assert measured.low < measured.value < measured.high
    assert many.high - many.low < 0.2 * (few.high - few.low)


def test_a_difference_is_told_from_chance() -> None:
    rng = np.random.default_rng(1)
    base = rng.random(200)
    assert p_value(base, base) == 1.0
    assert p_value(base + 0.05, base) < 0.001
    assert p_value(base, rng.permutation(base)) > 0.05


@pytest.mark.parametrize(
    ("run", "qrels", "says"),
    [
        (RUN, {"a": {"1": 0}}, "no topic has a relevant"),
        ({"x": [("1", 1.0)]}, QRELS, "none of the run's topics"),
    ],
)
def test_judgements_of_other_topics_are_said(run: dict, qrels: dict, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        measure_topics(run, qrels)
