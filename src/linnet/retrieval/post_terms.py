"""What of a post search can ask for, beside its words: whom it addresses, its links, what it has and is.

The index and the plain evaluator both read posts through this file; words are split in `words.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import regex

from linnet.retrieval.words import fold, split_words

MEDIA = ("image", "video", "audio")  # what has:media means; a poll is none

_LINK = regex.compile(r"https?://[^\s<>\"“”«»]+", regex.IGNORECASE)
_HOST = regex.compile(r"(?:[a-z][a-z0-9+.-]*+://)?+(?:[^/?#@\s]*+@)?([^/?#:@\s]++)", regex.IGNORECASE)
_NAME = r"[\p{L}\p{M}\p{N}_]++(?:[.-][\p{L}\p{M}\p{N}_]++)*+"
_ADDRESSED = regex.compile(rf"@({_NAME})(@{_NAME})?")
_CASHTAG = regex.compile(r"(?<![\p{L}\p{M}\p{N}_$])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\p{L}\p{M}\p{N}_])")
_MAX_HOST_CHARACTERS = 253
_MAX_LABELS = 20
_MAX_HANDLE_CHARACTERS = 300


def cashtags(text: str) -> list[str]:
    """ "$aapl" for each $AAPL, in order."""
    if "$" not in text and "＄" not in text:
        return []
    return _CASHTAG.findall(fold(text))


def language_keys(language: str | None) -> list[str]:
    """The forms under which lang: finds a post, the longest first: "zh-hant-tw", "zh-hant", "zh"."""
    if not language:
        return []
    parts = plain_language(language).split("-")
    return ["-".join(parts[:count]) for count in range(len(parts), 0, -1)]


def plain_language(language: str) -> str:
    return language.casefold().replace("_", "-")


def addressed(text: str) -> list[str]:
    """The folded handle that a text begins with, as written and without its server; empty when there is none."""
    start = text.lstrip()[:_MAX_HANDLE_CHARACTERS]
    if start[:1] not in ("@", "＠"):
        return []
    found = _ADDRESSED.match(fold(start))
    if found is None:
        return []
    return [found[1]] if found[2] is None else [found[1] + found[2], found[1]]


def links(text: str, urls: Iterable[str] | None) -> list[str]:
    """The addresses that the source lists and those in the text, each once."""
    in_text = _LINK.findall(text) if "://" in text else []
    return list(dict.fromkeys([*(url for url in urls or () if url), *in_text]))


def url_words(url: str) -> tuple[str, ...]:
    return split_words(url).body


def plain_host(url: str) -> str:
    """The host of an address, lower case, in its ASCII form where it has one; empty when there is none."""
    found = _HOST.match(url.strip())
    if found is None:
        return ""
    host: str = found[1].casefold()[:_MAX_HOST_CHARACTERS].strip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError:
            pass
    return host


def domains(url: str) -> list[str]:
    """The host of an address and every domain above it."""
    labels = plain_host(url).split(".")
    starts = range(max(0, len(labels) - _MAX_LABELS), len(labels))
    return [".".join(labels[start:]) for start in starts if labels[start]]


def kinds(row: Mapping[str, Any], urls: Iterable[str]) -> list[str]:
    """What a post (a row of POST_SCHEMA) has and is: keys of nodes.KIND_OPERATORS."""
    media = [name for name in (*MEDIA, "poll") if name in (row.get("media") or ())]
    found = [*media, "media"] if any(name in MEDIA for name in media) else media
    if any(urls):
        found.append("link")
    for name, field in (("reply", "reply_to"), ("repost", "repost_of"), ("quote", "quote_of")):
        if row.get(field) is not None:
            found.append(name)
    return found
