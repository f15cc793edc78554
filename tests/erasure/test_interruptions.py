"""Kill -9 at any step, a build in the way, readers in the middle: the erasure is finished all the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from linnet.erasure import finish_erasures, forget
from linnet.erasure.checker import find_bytes
from linnet.erasure.forget import STEPS
from linnet.erasure.receipts import list_receipts, verify_receipt
from linnet.errors import WorkspaceBusy
from linnet.posts.store import PostStore
from linnet.retrieval.hybrid import HybridRetriever
from linnet.retrieval.index import open_index
from linnet.workspace import Workspace
from tests.erasure.platform import CANARY, GONE_AUTHOR, GONE_NAME, GONE_POSTS
from tests.retrieval.fakes import WordEmbedder

NEEDLES = [CANARY, GONE_AUTHOR, GONE_NAME, *GONE_POSTS]
ROOT = Path(__file__).resolve().parents[2]

KILL_AFTER = """
import os, signal, sys
from pathlib import Path
from linnet.erasure import forget as run
import linnet.erasure.forget as module
module = sys.modules["linnet.erasure.forget"]
from linnet.workspace import Workspace
name = sys.argv[2]

def dying(step):
    def run_step(erasure):
        if name == "before " + step[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        counts = step[1](erasure)
        if name == "after " + step[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return counts
    return step[0], run_step

module.STEPS = tuple(dying(step) for step in module.STEPS)
if name == "in the receipt":
    module.write_receipt = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
run(Workspace(Path(sys.argv[1])), authors=[sys.argv[3]])
"""


MOMENTS = ["before posts", *[f"after {name}" for name, _ in STEPS], "in the receipt"]


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_finished(workspace: Workspace, moment: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILL_AFTER, str(workspace.root), moment, GONE_AUTHOR],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    # Hidden from the first instant, whatever became of the files.
    assert PostStore(workspace).get(list(GONE_POSTS), purpose="moderate") == []
    assert finish_erasures(workspace) == []
    assert find_bytes(workspace.root, NEEDLES) == []
    (receipt,) = list_receipts(workspace)
    assert verify_receipt(receipt, workspace) == []
    assert finish_erasures(workspace) == []


def test_a_running_build_is_waited_for(workspace: Workspace) -> None:
    with workspace.writing("build"), pytest.raises(WorkspaceBusy, match="hidden everywhere already"):
        forget(workspace, authors=[GONE_AUTHOR])
    assert PostStore(workspace).get(list(GONE_POSTS), purpose="moderate") == []
    assert {f.path.partition("/")[0] for f in find_bytes(workspace.root, NEEDLES)} <= {
        "corpus", "state.sqlite", "state.sqlite-wal",
    }  # fmt: skip
    assert finish_erasures(workspace) == []
    assert find_bytes(workspace.root, NEEDLES) == []


def test_readers_and_searches_go_on(workspace: Workspace) -> None:
    """Another store and a retriever that were open before see no error and, after it, nothing of what went."""
    store = PostStore(workspace)
    embedder = WordEmbedder()
    retriever = HybridRetriever(
        open_index(workspace.stage_path("index")), embedder=embedder, gate=store, feed=store
    )
    assert retriever.retrieve("zanthium barrels", limit=5, reader=None).hits
    errors: list[BaseException] = []
    full: list[float] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                store.read(purpose="retrieve")
                full.append(
                    retriever.retrieve("notes on sourdough", limit=3, reader=None).coverage["lexical"]
                )
        except BaseException as error:  # reported by the test
            errors.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    forget(workspace, authors=[GONE_AUTHOR])
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert full and min(full) > 0.9
    hits = retriever.retrieve("zanthium barrels", limit=5, reader=None).hits
    assert not {hit.post_id for hit in hits} & {*GONE_POSTS, "post-repost-9"}


def test_a_scan_whose_files_vanish_is_done_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PostStore(workspace)
    real_scan, calls = store._scan, []

    def scan(table: object = None) -> object:
        rows = real_scan(table)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 1:  # between the listing of the files and their opening, an erasure takes them away
            forget(workspace, authors=[GONE_AUTHOR])
        return rows

    monkeypatch.setattr(store, "_scan", scan)
    ids = set(store.read(purpose="moderate")["post_id"])
    assert len(calls) == 2 and ids and not ids & set(GONE_POSTS)
