"""A language model that follows what is served: when another version takes its place, so does its engine.

The new engine is started beside the old one and takes over when it is ready. The old one goes on with the requests
that it has begun and is closed after the last of them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

from linnet.errors import LinnetError
from linnet.protocols import Generation, GenerationConfig, Message
from linnet.serving.engines.local import LocalModel, TextStream, drain

LOOK_SECONDS = 2.0  # between two looks at what is served: one small file

logger = logging.getLogger(__name__)


class FollowingModel:
    """Fulfils `protocols.LanguageModel`.

    `identity` says cheaply what is served, None for nothing; `open_model` opens what is served now. A version that
    cannot be opened is logged once, and the old one goes on.
    """

    def __init__(
        self,
        open_model: Callable[[], LocalModel],
        identity: Callable[[], Any],
        *,
        look_seconds: float | None = None,
    ) -> None:
        self._open_model = open_model
        self._identity = identity
        self._look_seconds = LOOK_SECONDS if look_seconds is None else look_seconds
        self._lock = threading.Lock()
        self._seen = identity()
        self._current = _Lease(open_model())
        self._stopped = threading.Event()
        threading.Thread(target=self._follow, daemon=True, name="served-model").start()

    @property
    def name(self) -> str:
        return self._current.model.name

    @property
    def capable(self) -> bool:
        return self._current.model.capable

    @property
    def context_length(self) -> int:
        return self._current.model.context_length

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        return drain(self.stream_chat(messages, config))

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> TextStream:
        return self._stream(lambda model: model.stream_chat(messages, config))

    def complete(self, prompt: str, config: GenerationConfig) -> Generation:
        return drain(self.stream_complete(prompt, config))

    def stream_complete(self, prompt: str, config: GenerationConfig) -> TextStream:
        return self._stream(lambda model: model.stream_complete(prompt, config))

    def close(self) -> None:
        self._stopped.set()
        with self._lock:
            self._current.retire()

    def look(self) -> bool:
        """Switch if something else is served by now. Returns whether it did; one thread calls this."""
        now = self._identity()
        if now is None or now == self._seen:
            return False
        started = time.monotonic()
        self._seen = now
        try:
            model = self._open_model()
            model.start()  # the old one answers until this one can
        except (LinnetError, OSError, ValueError, RuntimeError) as error:
            logger.warning(
                "the model that is served now cannot be opened (%s); the one before goes on", error
            )
            return False
        with self._lock:
            old, self._current = self._current, _Lease(model)
            old.retire()
            if self._stopped.is_set():  # closed while the new engine was started
                self._current.retire()
        logger.info("the served model was changed in %.1f s", time.monotonic() - started)
        return True

    def _follow(self) -> None:
        while not self._stopped.wait(self._look_seconds):
            try:
                self.look()
            except Exception:  # whatever it is, the model that stands goes on and the next look comes
                logger.exception("looking at what is served failed")

    def _stream(self, begin: Callable[[LocalModel], TextStream]) -> TextStream:
        with self._lock:
            lease = self._current
            lease.take()
        try:
            return _LeasedStream(begin(lease.model), lease)
        except BaseException:
            lease.give_back()
            raise


class _Lease:
    """A model and how many streams still use it; closed after the last one once it is retired."""

    def __init__(self, model: LocalModel) -> None:
        self.model = model
        self._lock = threading.Lock()
        self._streams = 0
        self._retired = False

    def take(self) -> None:
        with self._lock:
            self._streams += 1

    def give_back(self) -> None:
        with self._lock:
            self._streams -= 1
            last = self._retired and not self._streams
        if last:
            self.model.close()

    def retire(self) -> None:
        with self._lock:
            idle = not self._streams and not self._retired
            self._retired = True
        if idle:  # an engine may take seconds to end: nobody waits for it
            threading.Thread(target=self.model.close, daemon=True, name="old-model").start()


class _LeasedStream(Generator[str, None, Generation]):
    """A stream that gives its lease back when it ends, is closed, or is dropped without having begun."""

    def __init__(self, stream: TextStream, lease: _Lease) -> None:
        self._stream = stream
        self._lease: _Lease | None = lease

    def send(self, value: None) -> str:
        try:
            return self._stream.send(value)
        except BaseException:
            self._give_back()
            raise

    def throw(self, kind: Any, value: Any = None, trace: Any = None) -> str:
        try:
            return self._stream.throw(kind if value is None else value)
        except BaseException:
            self._give_back()
            raise

    def close(self) -> None:
        try:
            self._stream.close()
        finally:
            self._give_back()

    def __del__(self) -> None:
        self.close()

    def _give_back(self) -> None:
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.give_back()
