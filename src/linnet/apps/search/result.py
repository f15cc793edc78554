"""What a search returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.records import Hit, to_json

SHOWN_FIELDS = ("post_id", "author_id", "author_name", "created_at", "text", "language", "score")


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    hits: tuple[Hit, ...]  # best first
    query: str  # as it was asked
    filters: Mapping[str, Any]  # as they were understood
    coverage: Mapping[str, float]  # share of the posts that each part of the index holds, 0..1
    notes: tuple[str, ...]  # what the reader should know about how the query was taken
    seconds: float  # wall time
    understood: str = ""  # the whole query, written back

    def to_json(self, *, explain: bool = False) -> dict[str, Any]:
        """With `explain`, each hit says what it was found by ("score_parts"), and the query how it was understood."""
        shown = (*SHOWN_FIELDS, "score_parts") if explain else SHOWN_FIELDS
        told: dict[str, Any] = {"understood": self.understood} if explain else {}
        return told | {
            "hits": [{name: to_json(getattr(hit, name)) for name in shown} for hit in self.hits],
            "query": self.query,
            "filters": dict(self.filters),
            "coverage": dict(self.coverage),
            "notes": list(self.notes),
            "seconds": round(self.seconds, 4),
        }
