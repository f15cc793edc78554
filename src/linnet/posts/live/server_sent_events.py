"""Server-Sent Events over HTTP: blocks of `event:` and `data:` lines, as (event, data)."""

from __future__ import annotations

from collections.abc import AsyncIterator

from linnet.posts.live.stream import Disconnected, Opened
from linnet.posts.live.websocket import TooLarge, reason_of


async def server_sent_events(
    url: str, *, max_bytes: int, stall_seconds: float
) -> AsyncIterator[tuple[str, bytes] | Opened]:
    import httpx

    timeout = httpx.Timeout(10, read=stall_seconds)  # servers send a comment every 15 s or so
    try:
        async with (
            httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", url, headers={"Accept": "text/event-stream"}) as response,
        ):
            if response.status_code != 200:
                raise Disconnected(f"the server answered HTTP {response.status_code}")
            yield Opened()
            async for event in events(response.aiter_bytes(), max_bytes):
                yield event
    except httpx.ReadTimeout as error:
        raise Disconnected(f"nothing came for {stall_seconds:.0f} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise Disconnected(reason_of(error)) from error
    raise Disconnected("the server ended the stream")


async def events(chunks: AsyncIterator[bytes], max_bytes: int) -> AsyncIterator[tuple[str, bytes]]:
    """A block that is cut off before its empty line is no event."""
    data: list[bytes] = []
    name, rest = "message", b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > max_bytes:
            raise TooLarge(f"a line of more than {max_bytes:,} bytes")
        for line in lines:
            line = line.removesuffix(b"\r")
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if not line:
                if data:
                    yield name, b"\n".join(data)
                name, data = "message", []
            elif field == b"event":
                name = value.decode("utf-8", "replace")
            elif field == b"data":
                data.append(value)
