"""Servers of a few lines: Mastodon over a WebSocket and as Server-Sent Events, and lines over TCP."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any


class SmallServer:
    """Runs `serve` (which gets this object) in a thread; each connection is sent one script, the last one again."""

    def __init__(self, scripts: list[list[bytes]], serve: Callable[[SmallServer], Awaitable[Any]]) -> None:
        self.scripts, self._serve = scripts, serve
        self.connections = 0
        self.port = 0
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def next_script(self) -> list[bytes]:
        self.connections += 1
        return self.scripts[self.connections - 1] if self.connections <= len(self.scripts) else []

    def __enter__(self) -> SmallServer:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def _run(self) -> None:
        async def run() -> None:
            self._end = asyncio.Event()
            server = await self._serve(self)
            self.port = next(iter(server.sockets)).getsockname()[1]
            self._ready.set()
            await self._end.wait()
            server.close()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._loop.run_until_complete(run())


async def websocket(server: SmallServer) -> Any:
    from websockets.asyncio.server import serve

    async def follow(connection: Any) -> None:
        script = server.next_script()
        for text in script:
            await connection.send(text.decode())
        if not script or server.connections >= len(server.scripts):
            await asyncio.sleep(30)

    return await serve(follow, "127.0.0.1", 0)


async def _stream(server: SmallServer, head: bytes) -> Any:
    async def follow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if head:
            await reader.readuntil(b"\r\n\r\n")
        script = server.next_script()
        writer.write(head + b"".join(script))
        await writer.drain()
        if server.connections >= len(server.scripts):
            await asyncio.sleep(30)
        writer.close()

    return await asyncio.start_server(follow, "127.0.0.1", 0)


async def server_sent(server: SmallServer) -> Any:
    return await _stream(server, b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")


async def not_found(server: SmallServer) -> Any:
    return await _stream(server, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


async def lines(server: SmallServer) -> Any:
    return await _stream(server, b"")


def status(number: int, content: str, **more: Any) -> dict[str, Any]:
    account = {"id": "7", "username": "ada", "acct": "ada"}
    return {
        "id": str(number), "created_at": "2026-01-01T00:00:00Z", "account": account, "content": f"<p>{content}</p>",
        "visibility": "public", **more,
    }  # fmt: skip


def envelope(event: str, payload: Any) -> bytes:
    payload = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": ["public"], "event": event, "payload": payload}).encode()


def sent_event(event: str, payload: Any) -> bytes:
    payload = payload if isinstance(payload, str) else json.dumps(payload)
    return f"event: {event}\ndata: {payload}\n\n".encode()
