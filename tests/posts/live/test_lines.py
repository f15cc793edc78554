"""Lines over TCP, and a file that grows."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linnet.errors import BadInput, WrongUse
from linnet.posts.live.config import ListenConfig
from linnet.posts.live.intake import backoff
from linnet.posts.live.lines import LineSplitter
from linnet.posts.live.listener import ListenReport, listen
from linnet.posts.live.open_stream import open_stream
from linnet.posts.store import PostStore
from linnet.simulator.jetstream_server import account_event, post_event
from linnet.workspace import Workspace, init_workspace
from tests.posts.live.small_servers import SmallServer, lines, not_found, status

CONFIG = ListenConfig(commit_seconds=0.1, first_backoff_seconds=0.05, until_idle_seconds=0.6)


def row(number: int, text: str = "text") -> bytes:
    value = {
        "id": f"p{number}",
        "author": "ada",
        "created_at": "2026-01-01T00:00:00Z",
        "text": f"{text} {number}",
    }
    return json.dumps(value).encode() + b"\n"


def posts(workspace: Workspace) -> dict[str, str]:
    return dict(PostStore(workspace).read(purpose="moderate", columns=["post_id", "text"]).iter_rows())


def run(url: str, workspace: Workspace, config: ListenConfig = CONFIG) -> ListenReport:
    return listen(open_stream(url, config), workspace, config=config)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "w")


def test_each_line_may_have_its_own_format(workspace: Workspace) -> None:
    now = {"time_us": 1_780_000_000_000_000}
    script = [
        row(1),
        json.dumps(status(9, "a status")).encode() + b"\n",
        json.dumps({**post_event("did:plc:a", "k", "an event"), **now}).encode() + b"\n",
        json.dumps({**post_event("did:plc:b", "k", "of a deleted account"), **now}).encode() + b"\n",
        json.dumps({**account_event("did:plc:b", active=False, status="deleted"), **now}).encode() + b"\n",
        b"no json\n\n",
        json.dumps({"colour": "red"}).encode() + b"\n",
        row(2)[:-10],
    ]
    with SmallServer([script, [row(3)]], lines) as server:
        report = run(f"tcp://127.0.0.1:{server.port}", workspace)
    found = PostStore(workspace).read(purpose="moderate", columns=["text", "source"])
    assert dict(found.iter_rows()) == {
        "text 1": "jsonl-live",
        "a status": "mastodon-live",
        "an event": "jetstream-live",
        "text 3": "jsonl-live",
    }
    assert report.rejected == 2 and report.reconnects == 1 and report.deleted == 1


def test_a_file_is_followed_and_gone_on_with(tmp_path: Path, workspace: Workspace) -> None:
    path = tmp_path / "grow ing.jsonl"
    path.write_bytes(row(1) + row(2)[:20])
    assert run(f"tail:{path}", workspace).accepted == 1
    with path.open("ab") as file:
        file.write(row(2)[20:] + row(3))
    report = run(path.as_uri(), workspace)
    assert (report.events, report.accepted) == (2, 2)  # nothing is read twice
    assert run(str(path), workspace).events == 0
    assert len(posts(workspace)) == 3


def _rotate(path: Path) -> None:
    path.rename(path.with_name(path.name + ".1"))
    path.write_bytes(row(4))


def _cut_short(path: Path) -> None:
    path.write_bytes(row(4))


@pytest.mark.parametrize("change", [_rotate, _cut_short])
@pytest.mark.parametrize("listening", [True, False])
def test_rotation_and_truncation(
    tmp_path: Path, workspace: Workspace, change: Callable[[Path], Any], listening: bool
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_bytes(row(1) + row(2) + row(3))
    if listening:
        thread = threading.Thread(target=lambda: run(f"tail:{path}", workspace))
        thread.start()
        end = time.monotonic() + 10
        while len(posts(workspace)) < 3 and time.monotonic() < end:
            time.sleep(0.05)
        change(path)
        thread.join(20)
    else:
        run(f"tail:{path}", workspace)
        if change is _rotate:
            with path.open("ab") as file:
                file.write(row(5))  # not read before the rotation
        change(path)
        run(f"tail:{path}", workspace)
    assert set(posts(workspace)) >= {"p1", "p2", "p3", "p4"}
    assert ("p5" in posts(workspace)) == (change is _rotate and not listening)


def test_a_line_over_the_limit_is_cut_and_the_next_one_whole() -> None:
    splitter = LineSplitter(2_000)
    found = [line for part in (b"x" * 3_000, b"x" * 3_000, b"\nnext\nha") for line in splitter.feed(part)]
    assert [(line[:4], taken) for line, taken in found] == [(b"xxxx", 6_001), (b"next", 6_006)]
    assert len(found[0][0]) <= 2_000


def test_backoff_doubles_up_to_its_limit_with_jitter() -> None:
    config = ListenConfig()
    assert [backoff(n, config, 1.0) for n in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert backoff(3, config, 0.0) == 2 and backoff(10**6, config, 0.5) == 22.5


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x/y",
        "ws://",
        "wss:///subscribe",
        "tcp://host",
        "tcp://host:99999999",
        "tail:",
        "no such file",
        "ws://a b/",
    ],
)
def test_a_malformed_url_is_wrong_use(url: str) -> None:
    with pytest.raises(WrongUse):
        open_stream(url, CONFIG)


def test_a_protocol_that_does_not_fit_is_wrong_use() -> None:
    for url, protocol in (("tcp://h:1", "jetstream"), ("https://h/x", "lines"), ("ws://h/", "smtp")):
        with pytest.raises(WrongUse):
            open_stream(url, CONFIG, protocol)


def test_a_server_that_is_not_there_is_given_up(workspace: Workspace) -> None:
    patient = replace(CONFIG, until_idle_seconds=3.0)
    with pytest.raises(BadInput, match="could not be reached"):
        run("ws://127.0.0.1:9/subscribe", workspace)
    with SmallServer([[]], not_found) as server, pytest.raises(BadInput, match="HTTP 404"):
        run(f"ws://127.0.0.1:{server.port}/subscribe", workspace, patient)
    with SmallServer([[]], not_found) as server, pytest.raises(BadInput, match="HTTP 404"):
        run(f"http://127.0.0.1:{server.port}/api/v1/streaming/public", workspace, patient)


def test_a_pipe_or_a_device_is_no_file_that_grows(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for url in (f"tail:{tmp_path}/pipe", f"{tmp_path}/pipe", "/dev/zero"):
        with pytest.raises(WrongUse, match="a pipe or a device"):
            open_stream(url, CONFIG)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan")])
def test_a_time_that_means_nothing(seconds: float) -> None:
    for name in ("until_idle_seconds", "max_seconds"):
        with pytest.raises(WrongUse, match=name):
            ListenConfig(**{name: seconds})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["wss://ann:secret@h:1/subscribe?t=secret", "https://ann:secret@h:1/api/v1/streaming/public?access_token=secret", "tcp://ann:secret@h:1"]
)  # fmt: skip
def test_passwords_and_tokens_are_not_kept(url: str) -> None:
    key = open_stream(url, CONFIG).key
    assert "secret" not in key and "ann" not in key and "h:1" in key
