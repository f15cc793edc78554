"""The part of a post that can be quoted: word for word, without the names before it and the links after it."""

from __future__ import annotations

import regex

MAX_QUOTE_CHARACTERS = 300

_LINK_OR_NAME = r"(?:https?://\S+|[@.]@?\w+:?)"
_BEFORE = regex.compile(rf"^(?:RT\s+)?(?:{_LINK_OR_NAME}\s+)*\s*")
_AFTER = regex.compile(r"(?:\s*(?:https?://\S*|pic\.twitter\.com/\S*|[|…-]))*\s*$")
SENTENCE_END = regex.compile(r"(?<=[.!?。！？…])\s+|(?<=[。！？])|\n+")


def quotable(text: str) -> str | None:
    """The post without the names before and the links after; its first sentences when it is long.

    Always one unbroken part of `text`, so that it stands there word for word. None when nothing is left.
    """
    start = _BEFORE.match(text).end()  # type: ignore[union-attr]
    end = _AFTER.search(text, start).start()  # type: ignore[union-attr]
    part = text[start:end]
    if len(part) > MAX_QUOTE_CHARACTERS:
        ends = [
            found.start() for found in SENTENCE_END.finditer(part) if found.start() <= MAX_QUOTE_CHARACTERS
        ]
        part = part[: ends[-1]] if ends and ends[-1] >= 20 else part[:MAX_QUOTE_CHARACTERS].rpartition(" ")[0]
    part = part.strip()
    return part if regex.search(r"\p{L}{2}|\p{Lo}", part) else None
