"""Lines of JSON over a TCP socket. There is no cursor: the sender decides what comes after a reconnection."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.jetstream import LiveJetstream
from linnet.posts.live.line_formats import AnyLine
from linnet.posts.live.stream import Disconnected, Message, Opened, Taken, host_of, moment_of_arrival
from linnet.posts.live.values import sort_value
from linnet.posts.live.websocket import reason_of
from linnet.posts.sources.batches import BatchBuilder

CHUNK = 256 * 1024


class LineSplitter:
    """Bytes -> whole lines. Of a line over the limit only its beginning is kept, to be set aside."""

    def __init__(self, max_bytes: int) -> None:
        self._max = max_bytes
        self._rest = bytearray()
        self._passed = 0  # bytes of an over-long line that are gone already
        self.taken = 0  # bytes of all whole lines so far

    def feed(self, chunk: bytes) -> list[tuple[bytes, int]]:
        """(line without its end, `taken` after it) of every line that is whole now."""
        lines = []
        self._rest += chunk
        start = 0
        while (end := self._rest.find(b"\n", start)) >= 0:
            self.taken += self._passed + end + 1 - start
            self._passed = 0
            lines.append((bytes(self._rest[start:end]), self.taken))
            start = end + 1
        del self._rest[:start]
        if len(self._rest) > self._max:
            self._passed += len(self._rest) - 1024
            del self._rest[1024:]
        return lines


class LineStream:
    """What streams of lines have in common: any format that a line shows."""

    protocol = "lines"

    def __init__(self, key: str, config: ListenConfig) -> None:
        self.key = key
        self.config = config
        jetstream = LiveJetstream()
        self.deleted_authors = jetstream.deleted_authors
        self.notes: list[str] = []
        self._format = AnyLine(lambda: jetstream)
        self._said_media = False

    def resume_from(self, cursor: str | None, last: list[Message]) -> str | None:
        return last[-1].position if last and last[-1].position is not None else cursor

    def sort(self, message: Message, out: BatchBuilder) -> Taken:
        sort_value(message.raw, message.received_at, self._format, out)
        if out.unknown_media.count and not self._said_media:
            self._said_media = True
            self.notes.append(
                f"{out.unknown_media.examples[0]} and its like are no kind of media and are left out"
            )
        cursor = message.position or str(message.received_at)
        return Taken(cursor=cursor, event_at=message.received_at)


class TcpLines(LineStream):
    def __init__(self, url: str, config: ListenConfig) -> None:
        parts = urlsplit(url)
        super().__init__(f"tcp://{host_of(parts)}", config)
        self._host, self._port = parts.hostname, parts.port

    async def read(self, cursor: str | None) -> AsyncIterator[Message | Opened]:
        try:
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise Disconnected(reason_of(error)) from error
        opened: socket.socket = writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        splitter = LineSplitter(self.config.max_message_bytes)
        try:
            yield Opened()
            while chunk := await reader.read(CHUNK):
                for line, _ in splitter.feed(chunk):
                    if line.strip():
                        yield Message(line, moment_of_arrival())
        except OSError as error:
            raise Disconnected(reason_of(error)) from error
        finally:
            writer.transport.abort()
        raise Disconnected("the sender closed the connection")
