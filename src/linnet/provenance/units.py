"""Where a span may begin and end: words, or single characters in scripts that write no spaces.

A unit is a run of letters and digits, one character of an unspaced script, or one sign (punctuation, emoji). Marks
and joiners (vowel signs, variation selectors, ZWJ) belong to the character before them. Whether a unit begins at a
place depends only on the character there and those before it since the last unit began: inside two equal spans the
units are the same, which is what lets the index keep the suffixes at unit starts only.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import regex

SPACE, WORD, CHARACTER, SIGN, MARK, UNKNOWN = 0, 1, 2, 3, 4, 255

UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]")
APOSTROPHES = (ord("'"), ord("’"))


@dataclass(frozen=True, kw_only=True)
class Units:
    """Parallel arrays, one entry a unit; offsets count code points."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    is_word: npt.NDArray[np.bool_]  # what counts as a word; the "t" of "don't" does not
    is_character: npt.NDArray[np.bool_]  # one character of an unspaced script


def split_units(text: str) -> Units:
    codes = code_points(text)
    kinds = _kinds(codes)
    begins, held = _begins(kinds)
    starts = np.flatnonzero(begins)
    edges = np.append(np.flatnonzero(begins | (held == SPACE)), len(codes))
    ends = edges[np.searchsorted(edges, starts, side="right")]
    after_apostrophe = np.zeros(len(codes), dtype=bool)
    after_apostrophe[2:] = np.isin(codes[1:-1], APOSTROPHES) & (held[:-2] == WORD)
    return Units(
        starts=starts,
        ends=ends,
        is_word=(kinds[starts] == WORD) & ~after_apostrophe[starts],
        is_character=kinds[starts] == CHARACTER,
    )


def unit_starts_in_bytes(text: str) -> npt.NDArray[np.int64]:
    """Where units begin, as offsets into the text's UTF-8 bytes."""
    codes = code_points(text)
    return byte_offsets(codes)[np.flatnonzero(_begins(_kinds(codes))[0])]


def code_points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def byte_offsets(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """The UTF-8 offset of each code point, and of the end."""
    sizes = 1 + (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + (codes >= 0x10000)
    return np.concatenate(([0], np.cumsum(sizes)))


def _begins(kinds: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint8]]:
    """(whether a unit begins here, the kind of the last character here or before that is no mark)."""
    if not len(kinds):
        return np.zeros(0, dtype=bool), kinds
    last = np.maximum.accumulate(np.where(kinds != MARK, np.arange(len(kinds)), 0))
    held = kinds[last]
    before = np.concatenate(([SPACE], held[:-1]))
    begins = (kinds == CHARACTER) | (kinds == SIGN) | ((kinds == WORD) & (before != WORD))
    return begins, held


def _kinds(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint8]:
    table = _table()
    unknown = codes[table[codes] == UNKNOWN]
    for code in np.unique(unknown):
        table[code] = _kind(chr(code))
    return table[codes]


@cache
def _table() -> npt.NDArray[np.uint8]:
    """The kind of every code point, filled in when one is first met."""
    return np.full(0x110000, UNKNOWN, dtype=np.uint8)


def _kind(character: str) -> int:
    category = unicodedata.category(character)
    if character.isspace() or category == "Cc":
        return SPACE
    if category[0] == "M" or category == "Cf":
        return MARK
    if UNSPACED.match(character):
        return CHARACTER
    return WORD if category[0] in "LN" or character == "_" else SIGN
