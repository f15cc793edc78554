"""A Jetstream, followed from a server of our own: what comes, in which order, and what may go wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.listener import ListenReport, listen
from linnet.posts.live.open_stream import open_stream
from linnet.posts.store import PostStore
from linnet.protocols import Candidate
from linnet.simulator.jetstream_server import JetstreamServer, account_event, post_event
from linnet.state import quarantine
from linnet.workspace import Workspace, init_workspace

FAST: dict[str, Any] = {"commit_seconds": 0.1, "first_backoff_seconds": 0.05, "until_idle_seconds": 0.8}


@pytest.fixture
def server() -> Iterator[JetstreamServer]:
    with JetstreamServer() as running:
        yield running


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return init_workspace(tmp_path / "w")


def follow(server: JetstreamServer, workspace: Workspace, **settings: Any) -> ListenReport:
    config = ListenConfig(**{**FAST, **settings})
    return listen(open_stream(server.url + "?cursor=1", config), workspace, config=config)


def while_listening(
    server: JetstreamServer, workspace: Workspace, act: Callable[[], None], **settings: Any
) -> ListenReport:
    """Call `act` once the listener is connected."""
    reports: list[ListenReport] = []
    thread = threading.Thread(target=lambda: reports.append(follow(server, workspace, **settings)))
    thread.start()
    wait_until(lambda: server.connected > 0)
    act()
    thread.join(30)
    assert reports, "the listener failed"
    return reports[0]


def wait_until(what: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def uri(did: str, key: str) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def posts(workspace: Workspace) -> dict[str, str]:
    rows = PostStore(workspace).read(purpose="moderate")
    assert rows["post_id"].n_unique() == len(rows)
    return dict(rows.select("post_id", "text").iter_rows())


def set_aside(workspace: Workspace) -> list[Any]:
    with PostStore(workspace).state.engine.connect() as connection:
        return list(connection.execute(sa.select(quarantine)).mappings())


def counted(report: ListenReport) -> bool:
    rows = report.accepted + report.updated + report.duplicates + report.rejected + sum(report.other.values())
    return rows == report.events


def test_events_become_posts_once(server: JetstreamServer, workspace: Workspace) -> None:
    server.emit_many(post_event("did:plc:a", f"k{i}", f"text {i}") for i in range(20))
    first = follow(server, workspace)
    again = follow(server, workspace)
    assert (first.events, first.accepted) == (20, 20)
    assert counted(first) and counted(again)
    assert again.accepted == 0 and again.duplicates > 0  # a little before the cursor is read again
    assert len(posts(workspace)) == 20
    sources = PostStore(workspace).read(purpose="moderate")["source"].unique().to_list()
    assert sources == ["jetstream-live"]


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_a_deletion_wins_whatever_the_order(
    server: JetstreamServer, workspace: Workspace, in_one_batch: bool
) -> None:
    def pause() -> None:
        if not in_one_batch:
            time.sleep(0.3)

    def act() -> None:
        server.emit(post_event("did:plc:a", "gone", "created, then deleted"))
        pause()
        server.emit(post_event("did:plc:a", "gone", "", operation="delete"))
        server.emit(post_event("did:plc:a", "never", "", operation="delete"))
        pause()
        server.emit(post_event("did:plc:a", "never", "deleted before it was created"))
        server.emit(post_event("did:plc:a", "stays", "stays"))

    report = while_listening(server, workspace, act)
    assert posts(workspace) == {uri("did:plc:a", "stays"): "stays"}
    assert report.deleted == 2 and counted(report)


def test_edits_replace_and_are_withheld_until_an_index_followed(
    server: JetstreamServer, workspace: Workspace
) -> None:
    server.emit(post_event("did:plc:a", "k", "first"))
    server.emit(post_event("did:plc:a", "unknown", "an edit of a post never seen", operation="update"))
    follow(server, workspace)
    store = PostStore(workspace)
    index_seq = store.current_seq()
    server.emit(post_event("did:plc:a", "k", "second", operation="update"))
    report = follow(server, workspace)
    assert report.updated == 1
    assert posts(workspace) == {
        uri("did:plc:a", "k"): "second",
        uri("did:plc:a", "unknown"): "an edit of a post never seen",
    }
    asked = [Candidate(post_id=uri("did:plc:a", "k"), author_id="did:plc:a", visibility="public")]
    assert not store.visible(asked, purpose="retrieve", reader=None, index_seq=index_seq)
    assert store.visible(asked, purpose="retrieve", reader=None, index_seq=store.current_seq())


def test_accounts_and_consent_take_effect(server: JetstreamServer, workspace: Workspace) -> None:
    for did in ("did:plc:stays", "did:plc:away", "did:plc:deleted", "did:plc:denies"):
        server.emit(post_event(did, "k", f"by {did}"))
    server.emit(account_event("did:plc:away", active=False, status="deactivated"))
    server.emit(account_event("did:plc:deleted", active=False, status="deleted"))
    denial = {"preferences": {"training": {"allow": False}, "inference": {"allow": False}}}
    server.emit(
        post_event("did:plc:denies", "self", "", collection="community.lexicon.preference.ai", **denial)
    )
    server.emit(post_event("did:plc:stays", "self", "", collection="org.example.unknown"))
    report = follow(server, workspace)
    assert counted(report) and report.deleted == 1
    readable = PostStore(workspace).read(purpose="retrieve", columns=["author_id"])["author_id"].to_list()
    assert "did:plc:stays" in readable
    assert not {"did:plc:away", "did:plc:deleted"} & set(readable)
    assert uri("did:plc:deleted", "k") not in posts(workspace)
    server.emit(account_event("did:plc:away", active=True))
    follow(server, workspace)
    readable = PostStore(workspace).read(purpose="retrieve", columns=["author_id"])["author_id"].to_list()
    assert "did:plc:away" in readable


LONG = "word " * 200_000  # 1 MB


@pytest.mark.parametrize(
    "event, kept",
    [
        (post_event("did:plc:a", "k", "future", created_at="2199-01-01T00:00:00Z"), "future"),
        (post_event("did:plc:a", "k", "past", created_at="1970-01-01T00:00:00Z"), None),
        (post_event("did:plc:a", "k", "lone \ud800 surrogate"), "lone � surrogate"),
        (post_event("did:plc:a", "k", LONG), LONG),
        (post_event("did:plc:a", "k", 7), None),  # type: ignore[arg-type]
        ({"kind": "commit", "did": "did:plc:a"}, None),
        ({"kind": "account", "did": "did:plc:a", "account": {}}, None),
        ({"what": "is this"}, None),
    ],
)
def test_odd_events(
    server: JetstreamServer, workspace: Workspace, event: dict[str, Any], kept: str | None
) -> None:
    server.emit(event)
    server.emit(post_event("did:plc:b", "after", "after"))
    report = follow(server, workspace)
    found = posts(workspace)
    assert found.pop(uri("did:plc:b", "after")) == "after"
    assert list(found.values()) == ([] if kept is None else [kept])
    assert report.rejected == (kept is None) and report.reconnects == 0
    aside = set_aside(workspace)
    assert len(aside) == report.rejected
    assert all(row["file"] == server.url and row["reason"] for row in aside)


def test_a_clock_ahead_is_taken_for_the_moment_of_the_event(
    server: JetstreamServer, workspace: Workspace
) -> None:
    seen = server.emit(post_event("did:plc:a", "k", "future", created_at="2199-01-01T00:00:00Z"))
    follow(server, workspace)
    created = PostStore(workspace).read(purpose="moderate")["created_at"].to_list()
    assert round(created[0].timestamp() * 1e6) == seen


def test_garbage_is_set_aside_and_the_connection_goes_on(
    server: JetstreamServer, workspace: Workspace
) -> None:
    def act() -> None:
        server.send_garbage("{not json")
        server.send_garbage("[1, 2]")
        server.emit(post_event("did:plc:a", "k", "text"))

    report = while_listening(server, workspace, act)
    assert report.reconnects == 0 and report.rejected == 3 and counted(report)
    assert len(posts(workspace)) == 1


@pytest.mark.parametrize("misdeed", ["cut", "send_half_frame"])
def test_a_broken_connection_is_made_anew_and_nothing_is_lost(
    server: JetstreamServer, workspace: Workspace, misdeed: str
) -> None:
    def act() -> None:
        for i in range(30):
            server.emit(post_event("did:plc:a", f"k{i}", f"text {i}"))
            if i % 10 == 5:
                getattr(server, misdeed)()
                time.sleep(0.2)

    report = while_listening(server, workspace, act)
    assert report.reconnects >= 1
    assert len(posts(workspace)) == 30


def test_a_silent_server_is_left_and_found_again(server: JetstreamServer, workspace: Workspace) -> None:
    def act() -> None:
        server.emit(post_event("did:plc:a", "before", "before"))
        wait_until(lambda: len(posts(workspace)) == 1)
        server.silent = True
        server.emit(post_event("did:plc:a", "after", "after"))
        wait_until(lambda: len(server.cursors) > 1)
        server.silent = False

    report = while_listening(server, workspace, act, stall_seconds=0.3, until_idle_seconds=2.0)
    assert report.reconnects >= 1
    assert len(posts(workspace)) == 2


def test_a_message_over_the_limit_is_passed_by(server: JetstreamServer, workspace: Workspace) -> None:
    def act() -> None:
        server.emit(post_event("did:plc:a", "large", "x" * 60_000))
        wait_until(lambda: len(server.cursors) > 1)
        time.sleep(0.3)
        server.emit(post_event("did:plc:a", "small", "small"))

    report = while_listening(
        server, workspace, act, max_message_bytes=50_000, rewind_seconds=0.01, until_idle_seconds=2.0
    )
    assert list(posts(workspace).values()) == ["small"]
    assert "left out" in report.notes[0]


def test_a_server_that_forgot_is_a_gap_that_is_told(server: JetstreamServer, workspace: Workspace) -> None:
    old = time.time_ns() // 1000 - 600_000_000
    server.emit(post_event("did:plc:a", "old", "old"), time_us=old)
    follow(server, workspace)
    server.emit(post_event("did:plc:a", "missed", "missed"), time_us=old + 1_000_000)
    newer = server.emit(post_event("did:plc:a", "new", "new"))
    server.forget_before(newer)
    report = follow(server, workspace)
    assert any("may be missing" in note for note in report.notes)
    assert set(posts(workspace).values()) == {"old", "new"}


def test_a_time_of_the_far_future_is_no_cursor(server: JetstreamServer, workspace: Workspace) -> None:
    now = server.emit(post_event("did:plc:a", "k", "now"))
    server.emit(post_event("did:plc:a", "later", "later"), time_us=now + 10**12)
    assert follow(server, workspace).cursor == str(now)


def test_the_cursor_goes_back_a_few_seconds(server: JetstreamServer, workspace: Workspace) -> None:
    now = server.emit(post_event("did:plc:a", "k", "now"))
    follow(server, workspace)
    follow(server, workspace)
    assert server.cursors == [1, now - 2_000_000]


def test_the_buffer_is_bounded_and_nothing_is_lost(server: JetstreamServer, workspace: Workspace) -> None:
    server.emit_many(post_event("did:plc:a", f"k{i}", f"text {i}") for i in range(500))
    follow(server, workspace, buffer_messages=10, commit_rows=10, until_idle_seconds=2.0)
    assert len(posts(workspace)) == 500


def test_a_listener_knows_what_others_wrote_meanwhile(server: JetstreamServer, workspace: Workspace) -> None:
    from linnet.records import Deletion

    def act() -> None:
        server.emit(post_event("did:plc:a", "k", "text"))
        wait_until(lambda: len(posts(workspace)) == 1)
        with workspace.writing("posts", wait_seconds=5):
            PostStore(workspace).delete([Deletion(post_id=uri("did:plc:a", "later"))])
        server.emit(post_event("did:plc:a", "later", "text"))

    while_listening(server, workspace, act)
    assert list(posts(workspace)) == [uri("did:plc:a", "k")]


def test_a_deleted_account_takes_also_what_came_in_the_same_batch(
    server: JetstreamServer, workspace: Workspace
) -> None:
    server.emit(post_event("did:plc:a", "before", "before"))
    server.emit(account_event("did:plc:a", active=False, status="deleted"))
    server.emit(post_event("did:plc:a", "after", "after"))
    assert follow(server, workspace).deleted == 2
    assert posts(workspace) == {}
