"""Words of a query as the terms that a post must have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import regex

from linnet.retrieval.post_terms import cashtags
from linnet.retrieval.words import MAX_WORD_CHARACTERS, fold, is_unspaced, split_words

_SIGNED = regex.compile(r"[#@][\p{L}\p{M}\p{N}_]++")


@dataclass(frozen=True, slots=True)
class Wanted:
    field: Literal["body", "extra"]
    terms: tuple[str, ...]  # in a row; one in "extra"


def has_words(text: str) -> bool:
    """Whether there is anything to search for: not in "!!"."""
    return bool(split_words(text).body)


def wanted(text: str) -> Wanted | None:
    """A word or phrase as it must stand in a post. None when there is nothing to search for."""
    body = split_words(text).body
    if not body:
        return None
    folded = fold(text).strip()
    signed = _SIGNED.match(folded)
    if signed is not None and not has_words(folded[signed.end() :]):
        return Wanted("extra", (signed.group()[:MAX_WORD_CHARACTERS],))
    for tag in cashtags(folded)[:1]:
        if folded.startswith(tag) and not has_words(folded[len(tag) :]):
            return Wanted("extra", (tag,))
    if len(body) == 1 and len(body[0]) == 1 and is_unspaced(body[0]):
        return Wanted("extra", body)
    return Wanted("body", body)


def wanted_loosely(text: str) -> tuple[Wanted, ...]:
    """A bare word of a query: any of these.

    A run without spaces is a whole sentence as often as a word: any of its pairs may match.
    """
    exact = wanted(text)
    if exact is None:
        return ()
    if len(exact.terms) == 1 or not any(is_unspaced(term) for term in exact.terms):
        return (exact,)
    return (*(Wanted("body", (term,)) for term in dict.fromkeys(exact.terms)), exact)
