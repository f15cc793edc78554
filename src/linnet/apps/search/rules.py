"""The rules of search: pure functions, each with an id, a version and the reason it gives to the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linnet.protocols import Retrieved


@dataclass(frozen=True, kw_only=True)
class Rule:
    id: str
    version: int
    note: Callable[[Retrieved], str | None]  # what to tell the reader, or None


def incomplete_words(retrieved: Retrieved) -> str | None:
    share = retrieved.coverage.get("lexical", 1.0)
    return f"the index holds {share:.0%} of the posts so far" if share < 0.995 else None


def incomplete_vectors(retrieved: Retrieved) -> str | None:
    share = retrieved.coverage.get("vectors", 1.0)
    if retrieved.hits and 0.0 < share < 0.995:
        return f"search by meaning covers {share:.0%} of the posts so far; search by words is not affected"
    return None


RULES = (
    Rule(id="search.incomplete-words", version=1, note=incomplete_words),
    Rule(id="search.incomplete-vectors", version=1, note=incomplete_vectors),
)
