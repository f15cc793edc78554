"""What the doors ask of a platform: blocking calls that answer with plain JSON types, for an anonymous reader."""

from __future__ import annotations

from typing import Any, Protocol


class Platform(Protocol):
    def search(
        self, query: str, *, limit: int = 10, reader: str | None = None, purpose: str = "retrieve"
    ) -> dict[str, Any]:
        """{"hits": [{"post_id", "author_id", "author_name", "created_at", "text", "language", ...}], "notes", ...},
        best hits first; created_at is ISO 8601 with Z. With the purpose "generate" only posts that a language
        model may read as well.
        """

    def post(
        self, post_id: str, *, reader: str | None = None, purpose: str = "retrieve"
    ) -> dict[str, Any] | None:
        """The fields of POST_SCHEMA, "parent" and "replies"; None when there is none that this reader may see.

        The purpose as in `search`.
        """
