"""A training stage's output folder: what the run in it is of, and whether it is finished.

run.json     settings and input digests; a run of anything else clears the folder first
job.json     what the child process was asked to do
worker.log   what it and its libraries printed
times.json   what the run took: its figures that differ when it is run again; no output of the stage
report.json  the report without these; written last
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from linnet import __version__
from linnet.errors import StorageFull
from linnet.lineage import write_atomically

MODEL_FOLDER = "hf"
RUN_FILE, REPORT_FILE, TIMES_FILE = "run.json", "report.json", "times.json"
TIMES = ("seconds", "cpu_seconds", "tokens_per_second", "mfu", "peak_memory_bytes", "resumed_from_step")
"""The fields of a report that the same run would not have again. A later stage is not stale because of them."""


def start_run(out: Path, run: Mapping[str, Any], *, parts: Sequence[str]) -> None:
    """Keep earlier work in `out` when it is of this very run; otherwise clear the named parts of it."""
    run = {**run, "code": __version__}
    path = out / RUN_FILE
    out.mkdir(parents=True, exist_ok=True)
    if path.exists() and json.loads(path.read_text(encoding="utf-8")) == run:
        return
    path.unlink(missing_ok=True)
    for name in (REPORT_FILE, TIMES_FILE, "worker.log", "job.json"):
        (out / name).unlink(missing_ok=True)
    for name in parts:
        if (out / name).is_file():
            (out / name).unlink()
        shutil.rmtree(out / name, ignore_errors=True)
    write_atomically(path, json.dumps(run, indent=1))


def finished_report(out: Path) -> dict[str, Any] | None:
    """The report of a finished run whose model is still there, or None."""
    path = out / REPORT_FILE
    if not path.exists() or not (out / MODEL_FOLDER / "config.json").exists():
        return None
    return read_report(out)


def read_report(out: Path) -> dict[str, Any]:
    """The report in `out`, with what the run took."""
    report: dict[str, Any] = json.loads((out / REPORT_FILE).read_text(encoding="utf-8"))
    times = out / TIMES_FILE
    return report | (json.loads(times.read_text(encoding="utf-8")) if times.exists() else {})


def finish_run(out: Path, report: Mapping[str, Any]) -> None:
    times = {name: value for name, value in report.items() if name in TIMES}
    made = {name: value for name, value in report.items() if name not in TIMES}
    write_atomically(out / TIMES_FILE, json.dumps(times, indent=1))
    write_atomically(out / REPORT_FILE, json.dumps(made, indent=1))


def storage_error(error: OSError, out: Path) -> Exception:
    """A full disk in words; any other error as it is."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull(f"no space left for {out}; free some and run the same command again")
    return error
