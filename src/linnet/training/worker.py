"""Training runs in a child process: its memory is given back at the end, and a crash of it is one clear error here.

The child prints events as lines that start with `EVENT_PREFIX`, each one JSON object; everything else that it or
its libraries print goes to a log file. The child ends itself when the parent is gone: it reads its standard input,
a pipe that nothing is ever written to, and sees the end of it.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linnet import errors
from linnet.progress import Progress

EVENT_PREFIX = "@linnet "
WATCH_PARENT = "LINNET_WATCH_PARENT"


def run_worker(module: str, job: dict[str, Any], *, folder: Path, progress: Progress) -> dict[str, Any]:
    """Run `python -m module JOB.json` and return the result it announces. Its log is `folder/worker.log`."""
    folder.mkdir(parents=True, exist_ok=True)
    job_path, log_path = folder / "job.json", folder / "worker.log"
    job_path.write_text(json.dumps(job), encoding="utf-8")
    environment = {
        **os.environ,
        WATCH_PARENT: "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "HF_HUB_OFFLINE": "1",
        "OMP_WAIT_POLICY": "PASSIVE",  # threads that wait do not spin: the cores are rarely ours alone
        "TOKENIZERS_PARALLELISM": "false",
    }
    if threads := job.get("threads"):
        environment["OMP_NUM_THREADS"] = environment["MKL_NUM_THREADS"] = str(threads)
    with log_path.open("a", encoding="utf-8", buffering=1) as log:
        child = subprocess.Popen(
            [sys.executable, "-m", module, str(job_path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment, text=True, errors="replace",
        )  # fmt: skip
        try:
            result = _follow(child, log.write, progress)
            code = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()
    if code != 0 or result is None:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        raise errors.LinnetError(
            f"the training process {how}; see {log_path}, then run the same command again"
        )
    return result


def _follow(
    child: subprocess.Popen[str], log: Callable[[str], Any], progress: Progress
) -> dict[str, Any] | None:
    result: dict[str, Any] | None = None
    assert child.stdout is not None
    for line in child.stdout:
        if not line.startswith(EVENT_PREFIX):
            log(line)
            continue
        event = json.loads(line[len(EVENT_PREFIX) :])
        match event.pop("event"):
            case "start":
                progress.start(**event)
            case "advance":
                progress.advance(**event)
            case "finish":
                progress.finish()
            case "result":
                result = event["value"]
            case "error":
                child.wait()
                raise getattr(errors, event["kind"])(event["message"])
    return result


class WorkerChannel:
    """The child's side: a `Progress` that prints events, and the way to hand back a result or an error."""

    def __init__(self, silent: bool = False) -> None:
        self._silent = silent  # ranks other than the first say nothing

    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        self._send("start", what=what, total=total, unit=unit)

    def advance(self, amount: int = 1, note: str = "") -> None:
        self._send("advance", amount=amount, note=note)

    def finish(self) -> None:
        self._send("finish")

    def _send(self, event: str, **values: Any) -> None:
        if not self._silent:
            sys.stdout.write(EVENT_PREFIX + json.dumps({"event": event, **values}) + "\n")
            sys.stdout.flush()


def worker_main(work: Callable[[dict[str, Any], WorkerChannel], dict[str, Any]]) -> None:
    """The main function of a worker module: read the job named on the command line, do it, announce the result."""
    if os.environ.get(WATCH_PARENT):
        threading.Thread(target=_end_with_parent, daemon=True).start()
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    channel = WorkerChannel(silent=os.environ.get("RANK", "0") != "0")
    started = time.monotonic()
    try:
        result = work(job, channel)
    except errors.LinnetError as error:
        channel._send("error", kind=type(error).__name__, message=str(error))
        raise SystemExit(error.exit_code) from error
    except BaseException as error:  # torch's CheckpointException is no Exception
        if not is_full_disk(error):
            raise
        message = (
            f"no space left for {job.get('out', 'the run')}; the last whole checkpoint stays: free some space and "
            "run the same command again"
        )
        channel._send("error", kind=errors.StorageFull.__name__, message=message)
        raise SystemExit(errors.StorageFull.exit_code) from error
    channel._send("result", value={**result, **_resources(), "seconds": time.monotonic() - started})


def is_full_disk(error: BaseException | None) -> bool:
    """Whether it, or what led to it, was a full disk. Checkpoint writers wrap the error of each rank."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "No space left on device" in str(error):
            return True
        failures = getattr(error, "failures", None)
        if isinstance(failures, dict) and any(is_full_disk(wrapped) for wrapped, *_ in failures.values()):
            return True
        error = error.__cause__ or error.__context__
    return False


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(3)


def _resources() -> dict[str, Any]:
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    return {"cpu_seconds": used.ru_utime + used.ru_stime, "peak_memory_bytes": used.ru_maxrss * unit}
