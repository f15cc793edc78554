"""linnet listen as a process: the report, signals, kills, and what the rest of the command line says of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from linnet.posts.live.cursors import CursorBook
from linnet.posts.store import PostStore
from linnet.simulator.jetstream_server import JetstreamServer, post_event
from linnet.workspace import Workspace, init_workspace

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "w")


def listening(workspace: Workspace, url: str, *more: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "linnet.cli.main",
        "-w",
        str(workspace.root),
        "listen",
        url,
        "--json",
        *more,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_posts(workspace: Workspace, count: int) -> None:
    end = time.monotonic() + 60
    while len(PostStore(workspace).read(purpose="moderate", columns=["post_id"])) < count:
        assert time.monotonic() < end, "the posts did not come"
        time.sleep(0.05)


def test_kill_and_stop(workspace: Workspace) -> None:
    with JetstreamServer() as server:
        server.emit_many(post_event("did:plc:a", f"k{i}", f"text {i}") for i in range(50))
        process = listening(workspace, server.url + "?cursor=1")
        wait_for_posts(workspace, 50)
        process.kill()
        process.communicate()
        server.emit_many(post_event("did:plc:a", f"l{i}", f"text {i}") for i in range(50))
        process = listening(workspace, server.url + "?cursor=1")
        wait_for_posts(workspace, 100)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    report: dict[str, Any] = json.loads(out)
    assert report["accepted"] + report["duplicates"] == report["events"] and report["rejected"] == 0
    ids = PostStore(workspace).read(purpose="moderate", columns=["post_id"])["post_id"]
    assert len(ids) == ids.n_unique() == 100
    (kept,) = CursorBook(PostStore(workspace).state).all()
    assert kept["cursor"] == report["cursor"] and kept["url"] == server.url and kept["lag_seconds"] >= 0


def test_status_and_metrics_say_how_far_behind(workspace: Workspace) -> None:
    from prometheus_client import generate_latest

    from linnet.posts.live.lag_metric import registry_with_lag
    from linnet.wiring import Platform

    platform = Platform(workspace)
    assert platform.status()["live"] == []
    cursors = CursorBook(platform.store.state)
    cursors.put("wss://example.org/subscribe", "17", event_at=time.time_ns() // 1000 - 90_000_000)
    (told,) = platform.status()["live"]
    assert set(told) == {"url", "cursor", "lag_seconds", "updated_at"} and 90 <= told["lag_seconds"] < 150
    text = generate_latest(registry_with_lag(cursors)).decode()
    assert 'linnet_listen_lag_seconds{url="wss://example.org/subscribe"} 9' in text


@pytest.mark.parametrize(
    "url, code, words",
    [("ws://127.0.0.1:9/subscribe", 1, "could not be reached"), ("gopher://x/", 2, "cannot be listened to")],
)
def test_one_clear_line(workspace: Workspace, url: str, code: int, words: str) -> None:
    process = listening(workspace, url, "--until-idle", "0.3")
    out, err = process.communicate(timeout=60)
    assert process.returncode == code and not out
    assert words in err and "Traceback" not in err


def test_a_short_drill_of_the_benchmark(tmp_path: Path) -> None:
    command = [sys.executable, str(REPO / "benchmarks" / "live.py")]
    options = ["--rate", "100", "--seconds", "8", "--kills", "2", "--json"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["sound"] and result["kills"] == 2 and result["deletions"] > 0


def test_new_posts_are_found_by_their_words(workspace: Workspace) -> None:
    from linnet.wiring import Platform

    workspace.stage_path("index").mkdir()
    with JetstreamServer() as server:
        server.emit(post_event("did:plc:a", "k", "a heron by the river"))
        server.emit(post_event("did:plc:a", "gone", "another heron"))
        server.emit(post_event("did:plc:a", "gone", "", operation="delete"))
        process = listening(workspace, server.url + "?cursor=1", "--until-idle", "1")
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    hits = Platform(workspace).index.lexical.snapshot().post_count
    assert hits == 1
