"""Lines of a file, one at a time, however long they are: a line over the limit is passed by, not held."""

from __future__ import annotations

from collections.abc import Iterator
from typing import AnyStr, Protocol, TypeVar

_PIECE = 1024 * 1024


_Line = TypeVar("_Line", str, bytes, covariant=True)


class LineStream(Protocol[_Line]):
    def readline(self, size: int = -1, /) -> _Line: ...


def read_lines(stream: LineStream[AnyStr], max_length: int) -> Iterator[tuple[int, AnyStr, bool]]:
    """(line number, line with its end, whole). Of a line that is too long only the first part comes, whole=False."""
    number = 0
    while line := stream.readline(max_length + 1):
        number += 1
        if len(line) <= max_length or _ended(line):
            yield number, line, True
            continue
        yield number, line[:1024], False
        while rest := stream.readline(_PIECE):
            if _ended(rest):
                break


def _ended(line: str | bytes) -> bool:
    return line[-1:] in ("\n", "\r") if isinstance(line, str) else line[-1:] == b"\n"
