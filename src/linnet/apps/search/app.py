"""Search in five steps: candidates, context, model, rules, decision.

The model step is empty: the retriever's embedder is all the model that search needs. Who may see a post is
decided in the first step, by the retriever and its gate.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from linnet.apps.search.result import SearchResult
from linnet.apps.search.rules import RULES
from linnet.errors import WrongUse
from linnet.protocols import Retrieved, Retriever

MAX_LIMIT = 1000


def search(
    query: str,
    *,
    retriever: Retriever,
    limit: int = 10,
    reader: str | None = None,
    purpose: str = "retrieve",
) -> SearchResult:
    """The posts that match `query`, best first, among those that `reader` may see.

    With the purpose "generate" only those that a language model may read as well.
    """
    started = time.perf_counter()
    context(limit)
    retrieved = candidates(query, retriever=retriever, limit=limit, reader=reader, purpose=purpose)
    return decision(query, retrieved, rules(retrieved), seconds=time.perf_counter() - started)


def context(limit: int) -> None:
    """Raises WrongUse when the request cannot mean anything."""
    if not 1 <= limit <= MAX_LIMIT:
        raise WrongUse(f"limit is {limit}; give a number from 1 to {MAX_LIMIT}")


def candidates(
    query: str, *, retriever: Retriever, limit: int, reader: str | None, purpose: str
) -> Retrieved:
    """An empty query is no question: it finds nothing and says so."""
    if not query.strip():
        empty = "the query is empty; type a word or a filter such as from:name"
        return Retrieved(hits=(), query={}, coverage={}, as_of=None, notes=(empty,))
    return retriever.retrieve(query, limit=limit, reader=reader, purpose=purpose)


def rules(retrieved: Retrieved) -> tuple[str, ...]:
    """What the reader has to be told."""
    return tuple(note for rule in RULES if (note := rule.note(retrieved)) is not None)


def decision(query: str, retrieved: Retrieved, notes: Sequence[str], *, seconds: float) -> SearchResult:
    return SearchResult(
        hits=retrieved.hits,
        query=query,
        filters=retrieved.query.get("filters", {}),
        coverage=retrieved.coverage,
        notes=(*retrieved.notes, *notes),
        seconds=seconds,
        understood=retrieved.query.get("normal", ""),
    )
