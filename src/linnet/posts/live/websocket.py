"""Messages of a WebSocket. Whatever ends the connection is Disconnected, with its reason."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from linnet.posts.live.stream import Disconnected, Message, Opened, moment_of_arrival

QUIET = logging.getLogger("linnet.live.websocket")
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False  # every failure is told by Disconnected


class TooLarge(Disconnected):
    """A message over the limit: it would come again after every reconnection from the same cursor."""


async def websocket_messages(
    url: str, *, max_bytes: int, stall_seconds: float
) -> AsyncIterator[Message | Opened]:
    try:
        connection = await connect(
            url, max_size=max_bytes, max_queue=256, open_timeout=10, close_timeout=1, logger=QUIET
        )
    except InvalidStatus as error:
        raise Disconnected(f"the server answered HTTP {error.response.status_code}") from error
    except (OSError, TimeoutError, EOFError, WebSocketException) as error:
        raise Disconnected(reason_of(error)) from error
    try:
        yield Opened()
        while True:
            async with asyncio.timeout(stall_seconds):
                raw = await connection.recv(decode=False)
            yield Message(raw, moment_of_arrival())
    except TimeoutError as error:
        raise Disconnected(f"nothing came for {stall_seconds:.0f} s") from error
    except ConnectionClosed as error:
        if error.sent is not None and error.sent.code == 1009:
            raise TooLarge(f"a message of more than {max_bytes:,} bytes") from error
        raise Disconnected(f"the connection was closed: {reason_of(error)}") from error
    except (OSError, WebSocketException) as error:
        raise Disconnected(reason_of(error)) from error
    finally:
        connection.transport.abort()


def reason_of(error: BaseException) -> str:
    """The cause of a failed connection in one line."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:200]
