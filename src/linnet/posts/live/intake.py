"""The reader: a thread of its own that connects, reads, and connects again.

Messages wait in a bounded buffer. While it is full nothing is read, so the socket fills up and the server waits.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Callable

from linnet.posts.live.config import ListenConfig
from linnet.posts.live.stream import Disconnected, Message, Opened, Stream

FULL_WAIT_SECONDS = 0.02
LAST_MESSAGES = 20  # the newest ones, one of which tells where to go on


class Buffer:
    """Between the reader and the writer."""

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self._max_messages, self._max_bytes = max_messages, max_bytes
        self._messages: deque[Message] = deque()
        self._bytes = 0
        self._changed = threading.Condition()

    @property
    def full(self) -> bool:
        return len(self._messages) >= self._max_messages or self._bytes >= self._max_bytes

    def put(self, message: Message) -> None:
        with self._changed:
            self._messages.append(message)
            self._bytes += len(message.raw)
            if len(self._messages) == 1:
                self._changed.notify()

    def take(self, most: int, wait_seconds: float) -> list[Message]:
        """The oldest messages; an empty list when none came in time."""
        with self._changed:
            if not self._messages:
                self._changed.wait(max(wait_seconds, 0.0))
            taken = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
            self._bytes -= sum(len(message.raw) for message in taken)
            return taken

    def wake(self) -> None:
        with self._changed:
            self._changed.notify()


class Intake:
    """Reads `stream` from `cursor` on until it is stopped. `say` gets one line for a person."""

    def __init__(
        self, stream: Stream, cursor: str | None, config: ListenConfig, say: Callable[[str], None]
    ) -> None:
        self.buffer = Buffer(config.buffer_messages, config.buffer_bytes)
        self.connections = 0
        self.trouble: str | None = None  # why the last try to connect failed; None while connected
        self.error: BaseException | None = None  # what ended the reading though it should not
        self.waited_full_seconds = 0.0
        self._stream, self._cursor, self._config, self._say = stream, cursor, config, say
        self._last: deque[Message] = deque(maxlen=LAST_MESSAGES)
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the connection; what was read stays in the buffer."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._cancel)
            self._thread.join(timeout=5)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _run(self) -> None:
        async def read() -> None:
            self._task = asyncio.current_task()
            await self._read_forever()

        try:
            self._loop.run_until_complete(read())
        except asyncio.CancelledError:
            pass
        except BaseException as error:
            self.error = error
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()
            self.buffer.wake()

    async def _read_forever(self) -> None:
        failures = 0
        cursor = self._cursor
        while True:
            said = ""
            before = self._last[-1] if self._last else None
            try:
                async for message in self._stream.read(cursor):
                    if isinstance(message, Opened):
                        self.connections += 1
                        self.trouble = None
                        continue
                    await self._wait_for_room()
                    self.buffer.put(message)
                    self._last.append(message)
                said = "the stream ended"
            except Disconnected as error:
                said = str(error)
            came = bool(self._last) and self._last[-1] is not before
            failures = 0 if came else failures + 1
            self.trouble = said
            cursor = self._stream.resume_from(cursor, list(self._last))
            self._last.clear()
            wait = backoff(failures, self._config, random.random())
            self._say(f"{self._stream.key}: {said}; trying again in {wait:.1f} s")
            await asyncio.sleep(wait)

    async def _wait_for_room(self) -> None:
        if self.buffer.full:
            started = time.monotonic()
            while self.buffer.full:
                await asyncio.sleep(FULL_WAIT_SECONDS)
            self.waited_full_seconds += time.monotonic() - started


def backoff(failures: int, config: ListenConfig, dice: float) -> float:
    """Seconds to wait after so many failures in a row: doubling, and between half and the whole of it."""
    whole = min(config.first_backoff_seconds * 2 ** min(failures, 30), config.max_backoff_seconds)
    return whole * (0.5 + dice / 2)
