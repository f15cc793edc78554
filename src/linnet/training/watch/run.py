"""What stands in a run's folder, for pages and programs that look on while it goes on, or later."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from linnet.training.run_folder import REPORT_FILE
from linnet.training.watch.metrics import read_metrics
from linnet.training.watch.rewinds import checkpoint_steps, read_rewinds
from linnet.training.watch.stops import STOPPED_FILE

MAX_POINTS = 600  # of a curve: more than a screen shows


def read_run(folder: Path, *, running: bool = False) -> dict[str, Any] | None:
    """The figures of the run in `folder`; None where nothing was ever reported.

    {"state": "running" | "finished" | "stopped", "step", "steps", "tokens", "total_tokens", "progress": 0..1,
     "seconds_left", "loss", "mfu", ..., "points": [rows of metrics.jsonl], "rewinds": [...],
     "checkpoints": [steps], "stopped": {...} | None}
    """
    rows = read_metrics(folder)
    job = _json(folder / "job.json")
    if not rows or job is None:
        return None
    finished = (folder / REPORT_FILE).exists()
    last = rows[-1]
    steps = last["steps"]
    state = "finished" if finished else "running" if running else "stopped"
    return {
        **last,
        "state": state,
        "total_tokens": steps * int(job["batch_tokens"]),
        "progress": 1.0 if finished else min(last["step"] / steps, 1.0),
        "seconds_left": last["seconds_left"] if state == "running" else None,
        "preset": job["config"].get("preset"),
        "points": thin(rows, MAX_POINTS),
        "rewinds": [asdict(rewind) for rewind in read_rewinds(folder)],
        "checkpoints": checkpoint_steps(folder),
        "stopped": None if finished else _json(folder / STOPPED_FILE),
    }


def thin(rows: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """At most `most` rows: each stands for a stretch of steps, its figures are their mean, its step their last."""
    if len(rows) <= most:
        return list(rows)
    bounds = [round(number * len(rows) / most) for number in range(most + 1)]
    return [_mean(rows[first:last]) for first, last in pairwise(bounds)]


def _mean(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    merged = dict(rows[-1])
    for name in ("loss", "grad_norm", "tokens_per_second", "mfu"):
        values = [row[name] for row in rows if row[name] is not None]
        merged[name] = sum(values) / len(values) if values else None
    return merged


def _json(path: Path) -> dict[str, Any] | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
