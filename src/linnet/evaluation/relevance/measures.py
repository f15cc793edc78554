"""What a run is worth: MAP, nDCG@10, MRR, P@1, recall@100 with bootstrap intervals, and whether two runs differ.

The measures are trec_eval's, through `ir_measures`. Intervals: percentile bootstrap over topics (Sakai 2006). Two runs
on the same topics are compared by a paired randomisation test (Smucker, Allan and Carterette 2007).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linnet.errors import BadInput
from linnet.evaluation.relevance.tables import Qrels

MEASURES = ("AP@5", "AP", "nDCG@10", "RR", "P@1", "R@100")
RESAMPLES = 2_000
PERMUTATIONS = 10_000

PerTopic = dict[str, np.ndarray]  # measure -> one value a judged topic, in the order of the topics' ids


@dataclass(frozen=True, kw_only=True)
class Measured:
    value: float  # the mean over the judged topics
    low: float  # of the 95% bootstrap interval
    high: float

    def to_json(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 4) for name in ("value", "low", "high")}


def measure_topics(
    run: Mapping[str, Sequence[tuple[str, float]]], qrels: Qrels, measures: Sequence[str] = MEASURES
) -> PerTopic:
    """Every judged topic counts: one without results has 0. Topics without a relevant document are left out."""
    import ir_measures

    judged = sorted(topic for topic, documents in qrels.items() if any(r > 0 for r in documents.values()))
    if not judged:
        raise BadInput("no topic has a relevant document; give the judgements that belong to these topics")
    if not set(judged) & set(run):
        raise BadInput(
            f"none of the run's topics is judged; the judgements are for {', '.join(judged[:5])} ..."
        )
    place = {topic: number for number, topic in enumerate(judged)}
    parsed = [ir_measures.parse_measure(name) for name in measures]
    values = {name: np.zeros(len(judged)) for name in measures}
    scored = [
        # Ranks instead of scores: equal scores would be ordered by name.
        ir_measures.ScoredDoc(topic, document, -float(rank))
        for topic, results in run.items()
        for rank, (document, _) in enumerate(results)
    ]
    wanted = [
        ir_measures.Qrel(topic, document, relevance)
        for topic in judged
        for document, relevance in qrels[topic].items()
    ]
    for found in ir_measures.iter_calc(parsed, wanted, scored):
        if found.query_id in place:
            values[str(found.measure)][place[found.query_id]] = found.value
    return values


def summarise(values: PerTopic, *, seed: int = 0) -> dict[str, Measured]:
    """Mean and 95% interval of each measure."""
    summary = {}
    for name, topics in values.items():
        rng = np.random.default_rng(seed)
        means = topics[rng.integers(0, len(topics), (RESAMPLES, len(topics)))].mean(axis=1)
        low, high = np.quantile(means, (0.025, 0.975))
        summary[name] = Measured(value=float(topics.mean()), low=float(low), high=float(high))
    return summary


def p_value(ours: np.ndarray, theirs: np.ndarray, *, seed: int = 0) -> float:
    """Two-sided p of the difference of two runs' means, both arrays over the same topics."""
    difference = ours - theirs
    observed = abs(difference.mean())
    rng = np.random.default_rng(seed)
    signs = rng.choice((-1.0, 1.0), size=(PERMUTATIONS, len(difference)))
    as_large = (np.abs((signs * difference).mean(axis=1)) >= observed - 1e-12).sum()
    return float((as_large + 1) / (PERMUTATIONS + 1))
