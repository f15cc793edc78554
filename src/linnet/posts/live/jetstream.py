"""Bluesky Jetstream, version 1: JSON over a WebSocket, with a cursor in microseconds.

An account that is deleted takes all its posts with it; one that is deactivated or taken down denies everything
until it is back.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.stream import Message, Opened, Taken, host_of
from linnet.posts.live.values import sort_value
from linnet.posts.live.websocket import TooLarge, websocket_messages
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bluesky_posts import POST, REPOST
from linnet.posts.sources.bluesky_preferences import COLLECTIONS
from linnet.posts.sources.jetstream import Jetstream
from linnet.posts.sources.json_values import BadJson, parse_json

WANTED = (POST, REPOST, *COLLECTIONS)
CLOCK_SKEW_SECONDS = (
    60  # a time_us further ahead of now is no cursor: the server would skip what lies before it
)


class LiveJetstream(Jetstream):
    """The events of a file, and what only matters as it happens."""

    def __init__(self) -> None:
        self.deleted_authors: list[str] = []

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        super().add(value, out)
        account = value.get("account")
        if (
            value.get("kind") == "account"
            and isinstance(account, dict)
            and account.get("active") is False
            and account.get("status") == "deleted"
        ):
            did = value.get("did") or account.get("did")
            if isinstance(did, str):
                self.deleted_authors.append(did)


class JetstreamStream:
    protocol = "jetstream"

    def __init__(self, url: str, config: ListenConfig) -> None:
        self._parts = urlsplit(url)
        self.key = urlunsplit(self._parts._replace(netloc=host_of(self._parts), query="", fragment=""))
        self._config = config
        self._format = LiveJetstream()
        self.deleted_authors = self._format.deleted_authors
        self.notes: list[str] = []
        self._skip_to: str | None = None  # past a message that is too large
        self._asked: int | None = None  # the cursor of this connection, until its first event was seen

    def url(self, cursor: str | None) -> str:
        """What is asked of the server: the person's own query, the cursor, and the collections that we read."""
        query = parse_qsl(self._parts.query, keep_blank_values=True)
        if not any(name == "wantedCollections" for name, _ in query):
            query += [("wantedCollections", collection) for collection in WANTED]
        if cursor is not None:
            query = [(name, value) for name, value in query if name != "cursor"] + [("cursor", cursor)]
        return urlunsplit(self._parts._replace(query=urlencode(query), fragment=""))

    async def read(self, cursor: str | None) -> AsyncIterator[Message | Opened]:
        start: str | None = None
        if cursor is not None:
            start = str(max(int(cursor) - round(self._config.rewind_seconds * 1e6), 0))
        self._asked = None if cursor is None else int(cursor)
        try:
            async for message in websocket_messages(
                self.url(start),
                max_bytes=self._config.max_message_bytes,
                stall_seconds=self._config.stall_seconds,
            ):
                if self._asked is not None and isinstance(message, Message):
                    self._look_for_gap(message)
                yield message
        except TooLarge as error:
            self._skip_to = str(time.time_ns() // 1000)
            self.notes.append(
                f"{error} was left out, and what came in the seconds before and after it may be"
            )
            raise

    def _look_for_gap(self, message: Message) -> None:
        first = time_of(message.raw)
        if first is None or self._asked is None:
            return
        missing = (first - self._asked) / 1e6
        if missing > self._config.gap_seconds:
            self.notes.append(
                f"the server went on {missing:,.0f} s after the cursor {self._asked}: it does not keep events for so "
                "long, or none came; what was posted or deleted in between may be missing"
            )
        self._asked = None

    def resume_from(self, cursor: str | None, last: list[Message]) -> str | None:
        if self._skip_to is not None:
            cursor, self._skip_to = self._skip_to, None
            return cursor
        newest = max((seen for message in last if (seen := time_of(message.raw)) is not None), default=None)
        if newest is None or (cursor is not None and int(cursor) > newest):
            return cursor
        return str(newest)

    def sort(self, message: Message, out: BatchBuilder) -> Taken:
        value = sort_value(message.raw, message.received_at, self._format, out)
        event_at = plausible(value.get("time_us")) if isinstance(value, dict) else None
        return Taken(cursor=None if event_at is None else str(event_at), event_at=event_at)


def time_of(raw: bytes) -> int | None:
    try:
        value = parse_json(raw)
    except BadJson:
        return None
    return plausible(value.get("time_us")) if isinstance(value, dict) else None


def plausible(time_us: Any) -> int | None:
    if not isinstance(time_us, int) or isinstance(time_us, bool) or time_us <= 0:
        return None
    return time_us if time_us < (time.time() + CLOCK_SKEW_SECONDS) * 1e6 else None
