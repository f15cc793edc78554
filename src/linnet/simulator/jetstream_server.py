"""A Jetstream of one's own: for tests and benchmarks of `linnet listen`, without a network.

It speaks version 1: events with growing `time_us`, the parameters `cursor` and `wantedCollections`, and it keeps
what it sent. It can misbehave on purpose: cut connections, send half a frame, send what is no JSON, fall silent.
"""

from __future__ import annotations

import asyncio
import bisect
import json
import threading
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

POST = "app.bsky.feed.post"
SENT_AT_ONCE = 200


class JetstreamServer:
    """Serves from a thread of its own; `emit` and the misdeeds may be called from any thread."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._times: list[int] = []
        self._events: list[tuple[str | None, str]] = []  # collection (None: for everyone), what is sent
        self._news = asyncio.Event()
        self._connections: set[Any] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.cursors: list[int | None] = []  # as asked for, one a connection
        self.silent = False

    def __enter__(self) -> JetstreamServer:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/subscribe"

    @property
    def connected(self) -> int:
        return len(self._connections)

    # --- events --------------------------------------------------------------------------------------------

    def emit(self, event: dict[str, Any], *, time_us: int | None = None) -> int:
        """Send an event to everyone who wants it; returns the time_us that it got."""
        return self.emit_many([event], time_us=time_us)[0]

    def emit_many(self, events: Iterable[dict[str, Any]], *, time_us: int | None = None) -> list[int]:
        times: list[int] = []
        for event in events:
            newest = self._times[-1] if self._times else 0
            now = time_us if time_us is not None else max(time.time_ns() // 1000, newest + 1)
            commit = event.get("commit")
            collection = commit.get("collection") if isinstance(commit, dict) else None
            # Events come before their times: a reader that sees the time finds the event.
            self._events.append((collection, json.dumps({**event, "time_us": now})))
            self._times.append(now)
            times.append(now)
        self._loop.call_soon_threadsafe(self._news.set)
        return times

    def forget_before(self, time_us: int) -> None:
        """As a server does with what is older than it keeps."""
        first = bisect.bisect_left(self._times, time_us)
        del self._times[:first], self._events[:first]

    # --- misdeeds ------------------------------------------------------------------------------------------

    def send_garbage(self, text: str) -> None:
        """A message to everyone that stands in no archive."""
        self._on_each(lambda connection: asyncio.ensure_future(connection.send(text)))

    def cut(self) -> None:
        """End all connections without a word."""
        self._on_each(lambda connection: connection.transport.abort())

    def send_half_frame(self) -> None:
        """The head of a text frame of 4,096 bytes and some of it, then the end of the connection."""

        def half(connection: Any) -> None:
            connection.transport.write(b"\x81\x7e\x10\x00" + b'{"did":"did:plc:half')
            connection.transport.close()

        self._on_each(half)

    def _on_each(self, act: Any) -> None:
        def everywhere() -> None:
            for connection in list(self._connections):
                act(connection)

        self._loop.call_soon_threadsafe(everywhere)

    # --- serving -------------------------------------------------------------------------------------------

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        from websockets.asyncio.server import serve

        self._end = asyncio.Event()
        async with serve(
            self._follow, "127.0.0.1", self._port, compression=None, close_timeout=0.2
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            await self._end.wait()

    async def _follow(self, connection: Any) -> None:
        from websockets.exceptions import ConnectionClosed

        query = parse_qs(urlsplit(connection.request.path).query)
        wanted = set(query.get("wantedCollections", ()))
        cursor = int(query["cursor"][0]) if "cursor" in query else None
        self.cursors.append(cursor)
        place = len(self._times) if cursor is None else bisect.bisect_left(self._times, cursor)
        self._connections.add(connection)
        try:
            while True:
                self._news.clear()
                if self.silent:
                    await asyncio.sleep(0.05)
                    continue
                some = self._events[place : place + SENT_AT_ONCE]
                place += len(some)
                for collection, text in some:
                    if collection is None or not wanted or collection in wanted:
                        await connection.send(text)
                if not some:
                    try:
                        await asyncio.wait_for(self._news.wait(), 0.05)
                    except TimeoutError:
                        await connection.ping()
        except ConnectionClosed:
            pass
        finally:
            self._connections.discard(connection)


def post_event(
    did: str, key: str, text: str, *, operation: str = "create", created_at: str = "2026-01-01T00:00:00Z",
    collection: str = POST, **record: Any,
) -> dict[str, Any]:  # fmt: skip
    """A commit event; `operation` "delete" has no record."""
    commit: dict[str, Any] = {"rev": "1", "operation": operation, "collection": collection, "rkey": key}
    if operation != "delete":
        commit["record"] = {"$type": collection, "text": text, "createdAt": created_at, **record}
    return {"did": did, "kind": "commit", "commit": commit}


def account_event(did: str, *, active: bool, status: str | None = None) -> dict[str, Any]:
    account: dict[str, Any] = {"did": did, "active": active, "seq": 1}
    if status is not None:
        account["status"] = status
    return {"did": did, "kind": "account", "account": account}
