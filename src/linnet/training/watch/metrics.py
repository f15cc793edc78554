"""The figures of a run: `metrics.jsonl` in its folder, one JSON object a step.

step             of the optimizer, from 1
steps            of the whole run, as planned at this step
tokens           seen up to and with this step, repeats and left-out batches counted
loss             of this step's batch, nats a token
learning_rate, grad_norm
tokens_per_second, mfu (0..1, null where the peak is unknown), seconds_left    over the last steps
cpu_seconds      user and system time spent on the run so far, also on steps that were done twice
time             unix seconds

The file is the run's memory as well: a run that goes on from a checkpoint cuts the steps after it, and finds
what it needs of the earlier ones (the losses of the last steps, the time spent) in what remains.
A step whose batch a rewind leaves out has no line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

METRICS_FILE = "metrics.jsonl"


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """The rows that are whole, in order of their steps."""
    path = folder / METRICS_FILE
    if not path.exists():
        return []
    rows = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):  # otherwise it is being written, or a crash cut it
                rows.append(json.loads(line))
    return rows


class MetricsFile:
    """Appends rows; what is appended is with the operating system at once, and on disk after `sync`."""

    def __init__(self, folder: Path, *, after_step: int) -> None:
        """Open the file of a run that goes on after `after_step`; later rows are cut."""
        earlier = read_metrics(folder)
        self.cpu_seconds_before = max((row["cpu_seconds"] for row in earlier), default=0.0)
        self.rows = [row for row in earlier if row["step"] <= after_step]
        path = folder / METRICS_FILE
        temporary = path.with_name(path.name + ".part")
        with temporary.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in self.rows)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        self._file = path.open("a", encoding="utf-8")

    def append(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self._file.write(json.dumps(row) + "\n")
        self._file.flush()

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
