"""What a post says, apart from how it was handed on: links, and a signature such as "— Ann (@ann) May 3, 2019"."""

from __future__ import annotations

from dataclasses import dataclass

import regex

_SIGNATURE = regex.compile(r"\s*[—–-]\s+([^—]{0,80}?)\s*\((@\w+)\)\s*(?:\p{L}+ \d+, \d{4})?\s*$")
_LINK = regex.compile(r"https?://\S+|\bpic\.twitter\.com/\S+")
_TAG = regex.compile(r"[#@](\w+)")
_HUMP = regex.compile(r"(?<=[a-z])(?=[A-Z])")
_SPACES = regex.compile(r"\s+")
MAX_CHARACTERS = 4_000  # of a post are read


@dataclass(frozen=True, slots=True)
class Said:
    raw: str
    text: str  # without links and signature, tags and handles as words
    author: str  # the name in the signature, "" without one


def said(raw: str) -> Said:
    """ "#ClimateHoax! https://x.y — Ann Lee (@ann) May 3, 2019" -> text "Climate Hoax!", author "Ann Lee"."""
    raw = raw[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")  # no half of a surrogate pair
    text, author = raw, ""
    if signature := _SIGNATURE.search(raw):
        text, author = raw[: signature.start()], signature[1]
    text = _TAG.sub(lambda tag: _HUMP.sub(" ", tag[1]), _LINK.sub(" ", text))
    return Said(raw, _SPACES.sub(" ", text).strip(), author)
