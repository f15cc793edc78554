"""Curation on a local Ray whose workers are killed once: run in a process of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import psutil

from linnet.corpus.curate import curate
from linnet.corpus.engine import Engine, EngineConfig
from linnet.corpus.settings import CurateConfig
from linnet.posts.store import PostStore
from linnet.workspace import Workspace


def curate_with_a_kill(workspace: Path, out: Path) -> None:
    killer = threading.Thread(target=_kill_when_work_has_begun, args=(out,), daemon=True)
    killer.start()
    curate(
        PostStore(Workspace(workspace)),
        out,
        config=CurateConfig(chunk_posts=40),
        engine=Engine(EngineConfig(runner="ray", workers=2)),
    )


def _kill_when_work_has_begun(out: Path) -> None:
    """Daft runs each piece in a child of its Ray worker; that child goes as soon as one chunk is done."""
    while not list((out / "work" / "keys").glob("*.parquet")):
        time.sleep(0.01)
    for process in psutil.Process().children(recursive=True) + list(psutil.process_iter()):
        if "daft" in " ".join(process.cmdline()) and "udf" in " ".join(process.cmdline()):
            os.kill(process.pid, signal.SIGKILL)
            print("killed a worker", flush=True)
            return
