"""Mastodon streaming, over a WebSocket or as Server-Sent Events.

Ids are those of the server that sends, in statuses and in deletions alike, so a deletion names the post as it was
taken in. The protocol has no cursor: what is sent while nobody listens is missed, and a note says so.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import orjson

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.server_sent_events import server_sent_events
from linnet.posts.live.stream import Message, Opened, Taken, host_of, moment_of_arrival
from linnet.posts.live.values import sort_value
from linnet.posts.live.websocket import websocket_messages
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.json_values import BadJson, parse_json
from linnet.posts.sources.mastodon import Mastodon


class LiveMastodon(Mastodon):
    """Envelopes {"event": ..., "payload": ...}; the payload is JSON in a string, or JSON itself."""

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        event, payload = value.get("event"), value.get("payload")
        if event in ("update", "status.update"):
            if isinstance(payload, str):
                try:
                    payload = parse_json(payload.encode("utf-8", "surrogatepass"))
                except BadJson as error:
                    return out.reject(f"the payload of {event} is {error}")
            if not isinstance(payload, dict):
                return out.reject(f"the payload of {event} is no status")
            return super().add(payload, out)
        if event == "delete":
            return out.delete(payload)
        if isinstance(event, str):
            return out.other(event)
        if "error" in value:
            return out.reject(f"Mastodon streaming error: {str(value['error'])[:200]}")
        return out.reject("not a Mastodon streaming event")


class MastodonStream:
    protocol = "mastodon"

    def __init__(self, url: str, config: ListenConfig) -> None:
        self._url = url
        self._config = config
        parts = urlsplit(url)
        self._is_websocket = parts.scheme in ("ws", "wss")
        if not self._is_websocket:
            import httpx  # noqa: F401  # now, and not in the reader's thread beside other imports
        # Which stream is meant stands in the query; a token, which may stand there too, is not kept.
        wanted = [
            f"{name}={value}" for name, value in parse_qsl(parts.query) if name in ("stream", "tag", "list")
        ]
        self.key = urlunsplit(parts._replace(netloc=host_of(parts), query="&".join(wanted), fragment=""))
        self._format = LiveMastodon()
        self.deleted_authors: list[str] = []
        self.notes: list[str] = []
        self._was_open = False

    async def read(self, cursor: str | None) -> AsyncIterator[Message | Opened]:
        messages = self._websocket() if self._is_websocket else self._server_sent()
        async for message in messages:
            if isinstance(message, Opened):
                if cursor is not None or self._was_open:
                    self._note("Mastodon keeps nothing: what it sent while nobody was connected is missing")
                self._was_open = True
            yield message

    def _websocket(self) -> AsyncIterator[Message | Opened]:
        config = self._config
        return websocket_messages(
            self._url, max_bytes=config.max_message_bytes, stall_seconds=config.stall_seconds
        )

    async def _server_sent(self) -> AsyncIterator[Message | Opened]:
        config = self._config
        async for event in server_sent_events(
            self._url, max_bytes=config.max_message_bytes, stall_seconds=config.stall_seconds
        ):
            if isinstance(event, Opened):
                yield event
                continue
            name, data = event
            envelope = orjson.dumps({"event": name, "payload": data.decode("utf-8", "replace")})
            yield Message(envelope, moment_of_arrival())

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def resume_from(self, cursor: str | None, last: list[Message]) -> str | None:
        return cursor

    def sort(self, message: Message, out: BatchBuilder) -> Taken:
        sort_value(message.raw, message.received_at, self._format, out)
        # The cursor only tells when this stream was last read.
        return Taken(cursor=str(message.received_at), event_at=message.received_at)
