"""Search in five steps. The model step is empty: the retriever's embedder is all the model that search needs."""

from __future__ import annotations

import time

from linnet.apps.search.result import SearchResult
from linnet.apps.search.rules import apply_rules
from linnet.errors import WrongUse
from linnet.protocols import Retrieved, Retriever

MAX_LIMIT = 1000


def search(query: str, *, retriever: Retriever, limit: int = 10, reader: str | None = None) -> SearchResult:
    """The posts that match `query`, best first, among those that `reader` may see."""
    started = time.perf_counter()
    _check(limit)
    retrieved = candidates(query, retriever=retriever, limit=limit, reader=reader)
    hits, notes = apply_rules(retrieved)
    return SearchResult(
        hits=tuple(hits),
        query=query,
        filters=retrieved.query.get("filters", {}),
        coverage=retrieved.coverage,
        notes=notes,
        seconds=time.perf_counter() - started,
    )


def _check(limit: int) -> None:
    if not 1 <= limit <= MAX_LIMIT:
        raise WrongUse(f"limit is {limit}; give a number from 1 to {MAX_LIMIT}")


def candidates(query: str, *, retriever: Retriever, limit: int, reader: str | None) -> Retrieved:
    """An empty query is no question: it finds nothing and says so."""
    if not query.strip():
        return Retrieved(
            hits=(), query={}, coverage={}, as_of=None, notes=("the query is empty; type a word or a filter",)
        )
    return retriever.retrieve(query, limit=limit, reader=reader, purpose="retrieve")
