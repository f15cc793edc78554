"""What a person, a test or a benchmark may set about listening."""

from __future__ import annotations

from dataclasses import dataclass

from linnet.errors import WrongUse


@dataclass(frozen=True, kw_only=True)
class ListenConfig:
    commit_seconds: float = 0.5  # a batch waits this long at most, so that a deletion takes effect soon
    commit_rows: int = 4_000  # rows in a batch at most
    buffer_messages: int = 20_000  # read and not yet written; when it is full, the socket is not read
    buffer_bytes: int = 64 * 1024 * 1024  # the same in bytes
    until_idle_seconds: float | None = None  # end when nothing came for so long
    max_seconds: float | None = None  # end after so long
    first_backoff_seconds: float = 0.5  # doubles with each failure, with jitter
    max_backoff_seconds: float = 30.0
    stall_seconds: float = 60.0  # a connection on which nothing comes for so long is made anew
    rewind_seconds: float = 2.0  # how far before the cursor a reading starts again
    gap_seconds: float = 60.0  # a first event so long after the cursor is reported as a gap
    max_message_bytes: int = 32 * 1024 * 1024
    housekeeping_seconds: float = 10.0  # between two clean-ups of the tables at least

    def __post_init__(self) -> None:
        for name in ("commit_seconds", "commit_rows", "buffer_messages", "buffer_bytes", "stall_seconds"):
            if getattr(self, name) <= 0:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be more than 0")
        for name in ("until_idle_seconds", "max_seconds"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise WrongUse(f"{name} is {value}; it must be more than 0")
