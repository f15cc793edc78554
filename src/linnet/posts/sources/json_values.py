"""JSON in files: JSON Lines, one document, or an array too large to hold. One value at a time, damage set aside.

`parse_json` is orjson with a second try by the standard library, which also reads lone surrogates. An array that
does not fit (`ElementScanner`) is cut into its elements byte by byte, so that memory stays at one element, and a
document that is torn off still gives everything before the tear.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from linnet.posts.sources.lines import read_lines

WHOLE_DOCUMENT_BYTES = 32 * 1024 * 1024  # a document up to here is parsed at once, which is fastest
_CHUNK = 1024 * 1024
_INTERESTING = re.compile(rb'["{}\[\],]')
# everything up to the next bracket, strings as a whole; possessive, so that a torn string costs nothing twice
_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')
_SURROGATES = re.compile("[\ud800-\udfff]")


class BadJson(ValueError):
    """Not JSON; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Damage:
    """A place that could not be read."""

    reason: str


def clean_surrogates(value: Any) -> Any:
    """The value with surrogate pairs joined and lone surrogates replaced."""
    if isinstance(value, str):
        if _SURROGATES.search(value):
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, list):
        return [clean_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {clean_surrogates(key): clean_surrogates(item) for key, item in value.items()}
    return value


def parse_json(raw: bytes) -> Any:
    """The value of one JSON text. Raises BadJson."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        try:
            return clean_surrogates(json.loads(raw.decode("utf-8-sig")))
        except UnicodeDecodeError:
            raise BadJson("not UTF-8") from None
        except RecursionError:
            raise BadJson("nested too deeply") from None
        except ValueError:
            raise BadJson(f"not JSON: {error.msg}") from None


def read_json_lines(stream: BinaryIO, max_line_bytes: int) -> Iterator[tuple[int, bytes, Any]]:
    """(line number, the line, its value or Damage) of every line that is not blank."""
    for number, line, whole in read_lines(stream, max_line_bytes):
        if not whole:
            yield number, line, Damage(f"the line is longer than {max_line_bytes:,} bytes")
            continue
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        if line.isspace():
            continue
        try:
            yield number, line, parse_json(line)
        except BadJson as error:
            torn = "" if line.endswith(b"\n") else " (the last line, perhaps torn off)"
            yield number, line, Damage(f"{error}{torn}")


class ElementScanner:
    """Cuts the elements out of an array: the one that starts the stream, or the one under `key` of an object."""

    def __init__(self, stream: BinaryIO, *, key: str | None, max_element_bytes: int) -> None:
        self._stream = stream
        self._key = None if key is None else key.encode()
        self._max = max_element_bytes

    def elements(self) -> Iterator[tuple[int, bytes, Any]]:
        """(number of the element from 1, its bytes, its value or Damage)."""
        wanted = 1 if self._key is None else 2
        buffer = bytearray()
        number = depth = position = 0
        start = -1  # where the current element begins in the buffer; -1 between elements
        string_start = -1
        in_string = in_array = too_long = False
        last_key = b""
        while True:
            if depth > wanted and in_array and not in_string:
                position = _INSIDE.match(buffer, position).end()  # type: ignore[union-attr]
            pattern = _IN_STRING if in_string else _INTERESTING
            found = pattern.search(buffer, position)
            if found is None or (found[0] == b"\\" and found.end() >= len(buffer)):
                position = len(buffer) if found is None else found.start()
                keep_from = min(
                    value
                    for value in (
                        start if start >= 0 else position,
                        position,
                        string_start if string_start >= 0 else position,
                    )
                )
                if start >= 0 and position - start > self._max:
                    too_long, keep_from, start = True, position, position
                    string_start = -1
                elif start < 0 and position - keep_from > self._max:
                    keep_from, string_start = position, -1
                if keep_from:
                    del buffer[:keep_from]
                    position -= keep_from
                    start = start - keep_from if start >= 0 else -1
                    string_start = string_start - keep_from if string_start >= 0 else -1
                more = self._stream.read(_CHUNK)
                if not more:
                    break
                buffer += more
                continue
            token = found[0]
            position = found.end()
            if in_string:
                if token == b"\\":
                    position += 1
                    continue
                in_string = False
                if depth == 1 and not in_array and string_start >= 0:
                    last_key = bytes(buffer[string_start : found.start()])
                string_start = -1
            elif token == b'"':
                in_string, string_start = True, position
            elif token in b"{[":
                depth += 1
                if (
                    not in_array
                    and token == b"["
                    and depth == wanted
                    and (self._key is None or last_key == self._key)
                ):
                    in_array, start = True, position
            elif token in b"}]":
                if in_array and depth == wanted:
                    raw = bytes(buffer[start : found.start()]).strip()
                    if raw or too_long:
                        number += 1
                        yield number, raw, self._value(raw, too_long)
                    return
                depth -= 1
            elif token == b"," and in_array and depth == wanted:
                raw = bytes(buffer[start : found.start()]).strip()
                number += 1
                yield number, raw, self._value(raw, too_long)
                start, too_long = position, False
        rest = bytes(buffer[start:]).strip() if start >= 0 else b""
        if in_array:
            yield number + 1, rest, Damage("the file ends in the middle of a row (torn off)")
        else:
            name = "array" if self._key is None else f"{self._key.decode()!r} array"
            yield number + 1, bytes(buffer[:1024]), Damage(f"the file ends before its {name} begins")

    def _value(self, raw: bytes, too_long: bool) -> Any:
        if too_long:
            return Damage(f"the row is longer than {self._max:,} bytes")
        try:
            return parse_json(raw)
        except BadJson as error:
            return Damage(str(error))
