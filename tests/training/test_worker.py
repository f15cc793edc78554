from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from linnet import errors
from linnet.progress import SILENT, SilentProgress
from linnet.training.worker import run_worker


class Steps(SilentProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def advance(self, amount: int = 1, note: str = "") -> None:
        self.notes.append(note)


def run(folder: Path, **job: object) -> dict[str, object]:
    return run_worker("tests.training.echo_worker", job, folder=folder, progress=SILENT)


def test_progress_and_result_come_back_and_the_rest_is_logged(tmp_path: Path) -> None:
    steps = Steps()
    result = run_worker("tests.training.echo_worker", {"answer": 42}, folder=tmp_path, progress=steps)
    assert result["answer"] == 42
    assert {"cpu_seconds", "peak_memory_bytes", "seconds"} <= result.keys()
    assert steps.notes == ["loss 1.00", "loss 0.50"]
    assert "library chatter" in (tmp_path / "worker.log").read_text()


def test_errors_for_a_person_keep_their_kind(tmp_path: Path) -> None:
    with pytest.raises(errors.NotReady, match=r"^ingest first$"):
        run(tmp_path, fail="NotReady")


def test_a_full_disk_is_one_line_however_deep_it_is_wrapped(tmp_path: Path) -> None:
    with pytest.raises(errors.StorageFull, match=r"no space left for .*the last whole checkpoint stays"):
        run(tmp_path, fail="full disk", out=str(tmp_path))


def test_a_crash_is_one_line_that_names_the_log(tmp_path: Path) -> None:
    with pytest.raises(errors.LinnetError, match=r"ended with code 1; see .*worker.log"):
        run(tmp_path, fail="crash")
    assert "ZeroDivisionError" in (tmp_path / "worker.log").read_text()


def test_the_worker_does_not_outlive_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys; from pathlib import Path; from tests.training.test_worker import run; "
            "run(Path(sys.argv[1]), sleep=60)",
            str(tmp_path),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    while not (children := psutil.Process(parent.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert children
    time.sleep(1.0)  # the child has started to watch its standard input
    parent.kill()
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    for process in alive:
        process.kill()
    assert not alive
