"""Pieces of a query, written so that what others send means nothing but itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from linnet.errors import BadInput
from linnet.retrieval.query import MAX_CHARACTERS, parse_query, plain
from linnet.retrieval.wanted import has_words

_UNSAFE = re.compile(r"[\s\"]")
_SYNTAX = re.compile(r"[()|]")


def operator(name: str, value: str) -> str:
    """`name:value`. Raises BadInput for a value that is more than one word."""
    value = plain(value).strip()
    if not value or _UNSAFE.search(value):
        raise BadInput(f"{name}: takes one value without spaces and quotation marks")
    return f'{name}:"{value}"' if _SYNTAX.search(value) else f"{name}:{value}"


def phrase(word: str) -> str:
    """One word that must stand in a post. Raises BadInput for more, and for signs alone."""
    word = plain(word).strip()
    if _UNSAFE.search(word) or not has_words(word):
        raise BadInput("a word holds a space or a quotation mark, or no letter")
    return f'"{word}"'


def newest_first(query: str) -> str:
    """The query with the newest posts first, whatever order it names."""
    return f"sort:newest {with_filters([], query)}"


def with_filters(filters: Sequence[str], query: str) -> str:
    """Posts that meet all of `filters` and the query, whatever the query says. An order that it names is left out.

    The query is written as it is understood, so that nothing of it takes a filter in. Several from: or lang: side by
    side would mean any of them: raises BadInput when both sides have one.
    """
    asked = replace(parse_query(query), sort="relevance")
    given = parse_query(" ".join(filters))
    for name, theirs, ours in (
        ("from", asked.authors, given.authors),
        ("lang", asked.languages, given.languages),
    ):
        if theirs and ours:
            raise BadInput(f"{name}: stands in the query and in a parameter; give it in one place")
    whole = " ".join(piece for piece in (*filters, asked.normal) if piece) or "in:all"
    if len(whole) > MAX_CHARACTERS:
        raise BadInput(f"the query and its filters are longer than {MAX_CHARACTERS} characters; give less")
    return whole
