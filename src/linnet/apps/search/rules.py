"""The rules of search: pure functions, each with an id, a version and the reason it gives.

Who may see a post is decided by the retriever and its gate before; these rules are about what helps a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linnet.protocols import Retrieved
from linnet.records import Hit


@dataclass(frozen=True, kw_only=True)
class Rule:
    id: str
    version: int
    note: Callable[[Retrieved], str | None]  # what to tell the reader, or None


def _incomplete_vectors(retrieved: Retrieved) -> str | None:
    share = retrieved.coverage.get("vectors", 1.0)
    if retrieved.hits and 0.0 < share < 0.995:
        return f"search by meaning covers {share:.0%} of the posts so far; search by words covers the rest"
    return None


def _incomplete_words(retrieved: Retrieved) -> str | None:
    share = retrieved.coverage.get("lexical", 1.0)
    return f"the index holds {share:.0%} of the posts so far" if share < 0.995 else None


RULES = (
    Rule(id="search.incomplete-words", version=1, note=_incomplete_words),
    Rule(id="search.incomplete-vectors", version=1, note=_incomplete_vectors),
)


def apply_rules(retrieved: Retrieved) -> tuple[Sequence[Hit], tuple[str, ...]]:
    """The hits to show and the notes that go with them."""
    notes = (note for rule in RULES if (note := rule.note(retrieved)))
    return retrieved.hits, (*retrieved.notes, *notes)
