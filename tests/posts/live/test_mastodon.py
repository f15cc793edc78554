"""Mastodon streaming over both transports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.listener import listen
from linnet.posts.live.open_stream import open_stream
from linnet.posts.store import PostStore
from linnet.workspace import init_workspace
from tests.posts.live.small_servers import SmallServer, envelope, sent_event, server_sent, status, websocket

CONFIG = ListenConfig(commit_seconds=0.1, first_backoff_seconds=0.05, until_idle_seconds=0.8)
EDITED = status(2, "second", edited_at="2026-01-01T01:00:00Z")
EVENTS: list[tuple[str, Any]] = [
    ("update", status(1, "one")),
    ("update", status(2, "first")),
    ("update", status(3, "goes away")),
    ("status.update", EDITED),
    ("delete", "3"),
    ("delete", "4"),
    ("update", status(4, "deleted before it came")),
    ("announcement", {"id": "8"}),
    ("update", "{broken"),
    ("update", status(5, "boost", reblog=status(6, "original"))),
]


@pytest.mark.parametrize("transport", ["websocket", "server-sent events"])
def test_statuses_edits_and_deletions(tmp_path: Path, transport: str) -> None:
    is_websocket = transport == "websocket"
    write, serve = (envelope, websocket) if is_websocket else (sent_event, server_sent)
    script = [write(event, payload) for event, payload in EVENTS]
    if not is_websocket:
        script = [b":)\n\n", *script, b":thump\n", b"event: update\ndata: " + b'{"half"']
    workspace = init_workspace(tmp_path / "w")
    with SmallServer([script[:4], script[4:]], serve) as server:
        scheme, path = ("ws", "?stream=public") if is_websocket else ("http", "/public")
        url = f"{scheme}://127.0.0.1:{server.port}/api/v1/streaming{path}"
        report = listen(open_stream(url, CONFIG), workspace, config=CONFIG)
    posts = PostStore(workspace).read(purpose="moderate")
    texts = dict(posts.select("post_id", "text").iter_rows())
    assert texts == {"1": "one", "2": "second", "5": "", "6": "original"}
    assert posts["source"].unique().to_list() == ["mastodon-live"]
    assert report.reconnects == 1 and report.deleted == 2
    assert report.other["announcement"] == 1 and report.rejected == 1
    rows = report.accepted + report.updated + report.duplicates + report.rejected + sum(report.other.values())
    assert rows == report.events
    assert any("is missing" in note for note in report.notes)


def test_the_key_of_a_stream_keeps_no_token() -> None:
    url = "wss://social.example/api/v1/streaming?access_token=secret&stream=public"
    assert open_stream(url, CONFIG).key == "wss://social.example/api/v1/streaming?stream=public"
