"""Pieces of a query, written so that what others send means nothing but itself."""

from __future__ import annotations

import re

from linnet.errors import BadInput

_PLAIN = {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)
}  # full-width forms, as the query reads them
_QUOTES = dict.fromkeys(map(ord, "“”„‟«»〝〞〟"), '"')
_UNSAFE = re.compile(r"[\s\"\x00-\x1f\x7f]")
_SYNTAX = re.compile(r"[()|]")
_SORTED = re.compile(r"(?:^|\s)sort:\S", re.IGNORECASE)
_OR = re.compile(r"(?:^|[\s()|\"])OR(?=[\s()|\"]|$)|\|")
_QUOTED = re.compile(r'"[^"]*"')
_GLUED = re.compile(r"[^\s(|+-]\(|\)[^\s)|]")


def operator(name: str, value: str) -> str:
    """`name:value`. Raises BadInput for a value that is more than one word."""
    value = _plain(value)
    if not value or _UNSAFE.search(value):
        raise BadInput(f"{name}: takes one value without spaces and quotation marks")
    return f'{name}:"{value}"' if _SYNTAX.search(value) else f"{name}:{value}"


def phrase(word: str) -> str:
    """One word that must stand in a post. Raises BadInput for more."""
    word = _plain(word)
    if not word or _UNSAFE.search(word):
        raise BadInput("a word holds a space or a quotation mark")
    return f'"{word}"'


def newest_first(query: str) -> str:
    """The query with the newest posts first, unless it names an order itself."""
    return query if _SORTED.search(query) else f"sort:newest {query}"


def with_filters(filters: list[str], query: str) -> str:
    """Posts that meet all of `filters` and the query, whatever the query says.

    Filters stand first, because an overlong query is cut at its end. An OR would make them belong to its first half
    only, so a query with one goes into parentheses; beside an OR every word is necessary with or without them.
    Raises BadInput when it has an OR and parentheses that do not say where they belong.
    """
    plain = _plain(query)
    if plain.count('"') % 2:
        at = plain.rindex('"')
        plain = plain[:at] + " " + plain[at + 1 :]
    bare = _QUOTED.sub(' "" ', plain)
    if not filters or not _OR.search(bare):
        return " ".join([*filters, query])
    depth = 0
    for character in bare:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            break
    if depth or _GLUED.search(bare):
        raise BadInput("the parentheses beside an OR do not match; write them as in (this OR that) other")
    return " ".join([*filters, f"({query})"])


def _plain(text: str) -> str:
    return text.translate(_PLAIN).translate(_QUOTES).strip()
