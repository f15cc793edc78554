"""What the console asks of a platform: blocking calls that answer with plain JSON types.

Times are ISO 8601 strings. `reader` is an author id, None for an anonymous reader; the console passes none, ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from linnet.workspace import Workspace


class Platform(Protocol):
    workspace: Workspace

    def status(self) -> dict[str, Any]:
        """What stands and how fresh it is.

        {"workspace", "posts", "authors", "newest_post", "quarantined",
         "stages": [{"name", "state": "fresh" | "stale" | "missing" | "running", "reason", "finished_at", "seconds",
                     "counts"}],
         "index": {"lexical": {"posts", "coverage": 0..1}, "vectors": {"posts", "coverage": 0..1, "backlog"}},
         "model": {"name", "parameters", "bits_per_byte", "capable"} | None,
         "languages": [{"language", "posts"}], "posts_per_day": [{"day", "posts"}], "visibility": [...]}
        """

    def search(self, query: str, *, limit: int, reader: str | None = None) -> dict[str, Any]:
        """{"hits": [{"post_id", "author_id", "author_name", "created_at", "text", "language", "score"}], "query",
        "filters", "coverage", "notes", "seconds"}, best hits first.
        """

    def ask(self, question: str, *, reader: str | None = None) -> dict[str, Any]:
        """{"answer", "sentences": [{"text", "citations": [{"post_id", "quote"}]}], "abstained", "extractive",
        "as_of", "notice", "answer_id": for `rate`, None for an abstention}
        """

    def rate(self, answer_id: str, rating: str, reader: str | None = None) -> dict[str, Any]:
        """{"answer_id", "rating"}: what a reader thought of an answer, "up" or "down"."""

    def post(self, post_id: str, *, reader: str | None = None) -> dict[str, Any] | None:
        """The fields of POST_SCHEMA, "parent" (a post or None) and "replies" (posts).

        None when there is no such post or when this reader may not see it.
        """

    def trace(self, post_id: str) -> dict[str, Any]:
        """{"post_id", "steps": [{"step", "state": "done" | "dropped" | "waiting" | "denied", "detail", "at",
        "facts"}]} in the order of a post's life.
        """

    def training(self) -> dict[str, Any]:
        """{"runs": [{"name": "base" | "base.next", and what `training.watch.run.read_run` says}]}, newest first."""

    def consent_coverage(self) -> dict[str, Any]:
        """{"posts", "purposes": {purpose: {"allowed", "denied", "reasons": [{"reason", "allowed": bool, "posts"}]}},
        "by_source": [{"source", "posts", "train", "retrieve", "embed", "generate"}], "basis": {who decided: posts},
        "authors": {"declared", "total"}}
        """

    def consent_where(self, author_id: str) -> dict[str, Any]:
        """{"author_id", "posts", "places": [{"place", "posts", "detail"}]}: where an author's posts were used."""

    def forget(self, *, posts: Sequence[str] = (), authors: Sequence[str] = ()) -> dict[str, Any]:
        """Erase. {"receipt": path, "posts", "places": {place: count}, "debt": [{"model", "why", "until"}]}"""

    def erasures(self) -> dict[str, Any]:
        """{"requests": [{"id", "requested_at", "finished_at", "posts", "places", "debt", "receipt": path,
        "valid": bool}]}, newest first.
        """

    def dropped(self, reason: str | None = None, limit: int = 50) -> dict[str, Any]:
        """{"reasons": {reason: posts}, "reason", "posts": [{"post_id", "reason", "repeats": post_id | None,
        "language", "created_at", "text"}]}: what curation left out.
        """

    def provenance(self, text: str) -> dict[str, Any]:
        """{"ready", "text", "covered": 0..1, "spans": [{"start", "end", "text", "count", "posts": [{"post_id",
        "text"}]}]}; start and end count characters of "text"; the posts are those that anyone may see now.
        """
