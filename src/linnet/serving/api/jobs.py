"""Blocking models off the event loop: a fixed number run at once, a limited number wait, the rest is refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from linnet.protocols import Generation
from linnet.serving.api.errors import ApiError

T = TypeVar("T")


class JobQueue:
    def __init__(self, *, max_running: int, max_waiting: int, on_refused: Callable[[], None]) -> None:
        self._limit = max_running + max_waiting
        self._pool = ThreadPoolExecutor(max_workers=max_running, thread_name_prefix="linnet-api")
        self._lock = threading.Lock()
        self._taken = 0
        self._on_refused = on_refused

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Raises a 429 ApiError when the queue is full."""
        with self._lock:
            full = self._taken >= self._limit
            self._taken += not full
        if full:
            self._on_refused()
            raise ApiError(
                429,
                f"{self._limit} requests are being answered or waiting; try again in a moment.",
                kind="rate_limit_error",
                code="rate_limit_exceeded",
                headers={"Retry-After": "1"},
            )
        future = self._pool.submit(work)
        future.add_done_callback(self._free)
        return future

    async def run(self, work: Callable[[], T]) -> T:
        return await asyncio.wrap_future(self.submit(work))

    def _free(self, _: Future[Any]) -> None:
        with self._lock:
            self._taken -= 1


class GenerationJob:
    """One stream of text, made in a thread and read on the event loop. `cancel` stops it between two pieces."""

    def __init__(self, queue: JobQueue, make_stream: Callable[[], Iterator[str]]) -> None:
        self._make_stream = make_stream
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._cancelled = threading.Event()
        # What the stream returned; None for a model whose streams return nothing.
        self.generation: Generation | None = None
        self._future = queue.submit(self._work)

    def cancel(self) -> None:
        self._cancelled.set()
        self._future.cancel()  # takes it out of the queue if it has not begun

    async def pieces(self) -> AsyncIterator[str]:
        while True:
            kind, value = await self._events.get()
            if kind == "piece":
                yield value
            elif kind == "end":
                self.generation = value if isinstance(value, Generation) else None
                return
            else:
                raise value

    def _work(self) -> None:
        try:
            stream = self._make_stream()
            try:
                while not self._cancelled.is_set():
                    self._tell("piece", next(stream))
            except StopIteration as end:
                self._tell("end", end.value)
            finally:
                close = getattr(stream, "close", None)
                if close is not None:
                    close()  # the engine stops working on it
        except Exception as error:  # whatever it is, the request that waits has to hear of it
            self._tell("error", error)

    def _tell(self, kind: str, value: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(self._events.put_nowait, (kind, value))
        except RuntimeError:  # the loop is closed: the server has stopped and nobody listens
            self._cancelled.set()
