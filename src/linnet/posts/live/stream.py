"""What every stream is. A stream knows one protocol; it neither retries nor writes."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult

from linnet.posts.sources.batches import BatchBuilder


class Disconnected(Exception):
    """The connection ended or never came about; the message says why in a few words. It is tried again."""


_last_moment = 0


def moment_of_arrival() -> int:
    """Now, in microseconds; later than any moment given before, also where many messages come at once."""
    global _last_moment
    _last_moment = max(time.time_ns() // 1000, _last_moment + 1)
    return _last_moment


@dataclass(frozen=True, slots=True)
class Message:
    raw: bytes
    received_at: int  # microseconds since 1970 UTC
    position: str | None = None  # where a reading that goes on after this message starts, if the reader knows


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection stands. Messages come when they come."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What the writer learns from a message that it sorted."""

    cursor: str | None = None  # to go on from, once this message is committed
    event_at: int | None = None  # microseconds: when the network saw it


def host_of(parts: SplitResult) -> str:
    """HOST:PORT of a URL without the name and the password that may stand there: nothing of them is kept or shown."""
    return parts.netloc.rpartition("@")[2]


class Stream(Protocol):
    key: str  # the URL without its query and without a password: what its cursor is kept under
    protocol: str
    notes: list[str]  # what the person should know, each once
    deleted_authors: list[str]  # whose account is gone for good, since this was last emptied

    def read(self, cursor: str | None) -> AsyncIterator[Message | Opened]:
        """Connect and yield until the connection ends, then raise Disconnected. `cursor` None: from the start.

        Cancelled when the listener stops.
        """

    def resume_from(self, cursor: str | None, last: list[Message]) -> str | None:
        """Where to connect again after `last`, the newest messages received, oldest first."""

    def sort(self, message: Message, out: BatchBuilder) -> Taken:
        """Sort one message into rows of `out`, or into a rejection with the reason. Raises nothing."""
