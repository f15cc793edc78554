"""TREC's run files: `topic Q0 document rank score tag`, one line a result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from linnet.errors import BadInput
from linnet.evaluation.relevance.tables import read_lines
from linnet.lineage import write_atomically

Run = dict[str, list[tuple[str, float]]]  # topic -> (document, score), best first


def run_lines(run: Mapping[str, Sequence[tuple[str, float]]], *, tag: str) -> Iterable[str]:
    """Scores are written so that they fall with the rank: tools that sort by score keep this order."""
    for topic, results in run.items():
        last = float("inf")
        for rank, (document, score) in enumerate(results, start=1):
            last = min(score, last - 1e-6)
            yield f"{topic} Q0 {document} {rank} {last:.6f} {tag}"


def write_run(path: Path, run: Mapping[str, Sequence[tuple[str, float]]], *, tag: str) -> None:
    write_atomically(path, "".join(line + "\n" for line in run_lines(run, tag=tag)))


def read_run(path: Path) -> Run:
    """Best first by score; equal scores by document, as trec_eval does."""
    run: Run = {}
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        parts = line.split()
        try:
            topic, _, document, _, score, _ = parts
            run.setdefault(topic, []).append((document, float(score)))
        except ValueError as error:
            raise BadInput(
                f"{path.name}, line {number} is no result; a line is: topic Q0 document rank score tag"
            ) from error
    for results in run.values():
        results.sort(key=lambda result: (-result[1], result[0]))
    return run
