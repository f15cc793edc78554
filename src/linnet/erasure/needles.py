"""Looking for many strings at once in bytes, in every form in which files hold strings.

A window at the start of each pattern is hashed; the same hash is taken at every offset of the data with numpy,
and only where it meets the table are bytes compared. 30,000 patterns cost about as much as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np

WINDOWS = (32, 16, 8, 4)  # bytes hashed; a pattern uses the longest that fits
TABLE_BITS = 21
BLOCK = 1 << 15  # offsets hashed at a time: the arrays stay in the processor's cache
LEAST_RAW_BYTES = 6  # a shorter needle is looked for only as a whole value: by chance it stands anywhere
_FACTORS = tuple(
    np.uint64(f) for f in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)
SEPARATOR = b"\0\0"  # between the values of a column, so that a whole value can be told from a part


def forms_of(needle: str) -> Iterator[bytes]:
    """The bytes that a file may hold instead of the string."""
    utf8 = needle.encode("utf-8", "surrogatepass")
    if len(utf8) < LEAST_RAW_BYTES:
        yield b"\0" + utf8 + b"\0"
        yield b'"' + utf8 + b'"'
        return
    yield utf8
    yield needle.encode("utf-16-le", "surrogatepass")
    yield needle.encode("utf-16-be", "surrogatepass")
    yield json.dumps(needle)[1:-1].encode()
    yield json.dumps(needle, ensure_ascii=False)[1:-1].encode("utf-8", "surrogatepass")
    yield needle.replace("'", "''").encode("utf-8", "surrogatepass")  # in SQL predicates
    if len(utf8) < 64:
        yield _byte_level(utf8)


_PRINTABLE = {*range(33, 127), *range(161, 173), *range(174, 256)}
_OTHERS = [byte for byte in range(256) if byte not in _PRINTABLE]
_BYTE_LEVEL = [chr(byte if byte in _PRINTABLE else 256 + _OTHERS.index(byte)) for byte in range(256)]


def _byte_level(utf8: bytes) -> bytes:
    """As a byte-level BPE vocabulary spells bytes: the printable ones as they are, others from U+0100 on."""
    return "".join(_BYTE_LEVEL[byte] for byte in utf8).encode()


class NeedleSet:
    """Finds which needles occur in some bytes."""

    def __init__(self, patterns: Sequence[tuple[bytes, str]]) -> None:
        self.longest = max((len(pattern) for pattern, _ in patterns), default=0)
        self._classes: dict[int, tuple[np.ndarray, dict[bytes, list[tuple[bytes, str]]]]] = {}
        for window in WINDOWS:
            of_class = [
                (pattern, needle)
                for pattern, needle in dict.fromkeys(patterns)
                if len(pattern) >= window and not any(len(pattern) >= w > window for w in WINDOWS)
            ]
            if not of_class:
                continue
            table = np.zeros(1 << TABLE_BITS, dtype=bool)
            by_prefix: dict[bytes, list[tuple[bytes, str]]] = {}
            for pattern, needle in of_class:
                by_prefix.setdefault(pattern[:window], []).append((pattern, needle))
            prefixes = np.frombuffer(b"".join(by_prefix), dtype=np.uint8)
            table[_hashes(prefixes, window)[::window]] = True
            self._classes[window] = (table, by_prefix)

    @classmethod
    def of_strings(cls, needles: Sequence[str]) -> NeedleSet:
        return cls([(form, needle) for needle in needles if needle for form in forms_of(needle)])

    def found_in(self, data: bytes) -> Iterator[tuple[int, str]]:
        """(offset, needle) of every place."""
        array = np.frombuffer(data, dtype=np.uint8)
        for window, (table, by_prefix) in self._classes.items():
            for start in range(0, len(array) - window + 1, BLOCK):
                hashes = _hashes(array[start : start + BLOCK + window - 1], window)
                for offset in (np.flatnonzero(table[hashes]) + start).tolist():
                    for pattern, needle in by_prefix.get(data[offset : offset + window], ()):
                        if data.startswith(pattern, offset):
                            yield offset, needle


def _hashes(array: np.ndarray, window: int) -> np.ndarray:
    """A hash of `window` bytes at every offset, TABLE_BITS wide."""
    count = len(array) - window + 1
    width = min(window, 8)
    kind = np.dtype("<u4") if width == 4 else np.dtype("<u8")
    words = np.ndarray((len(array) - width + 1,), dtype=kind, buffer=array, strides=(1,))
    with np.errstate(over="ignore"):
        total = words[:count].astype(np.uint64) * _FACTORS[0]
        for part in range(1, window // 8):
            total = (total ^ (total >> np.uint64(29))) * _FACTORS[part]
            total ^= words[8 * part : 8 * part + count].astype(np.uint64) * _FACTORS[0]
        total = (total ^ (total >> np.uint64(32))) * _FACTORS[1]
    return total >> np.uint64(64 - TABLE_BITS)
