"""The addresses of the console's pages. Ids and queries are opaque text, so every character is encoded."""

from __future__ import annotations

from urllib.parse import quote


def search_url(query: str) -> str:
    return f"/search?q={quote(query, safe='')}"


def ask_url(question: str) -> str:
    return f"/ask?q={quote(question, safe='')}"


def post_url(post_id: str) -> str:
    """Slashes are encoded too, so that an id such as at://did:plc:a/app.bsky.feed.post/b stays one path segment.

    Servers decode the path before they route it; the page takes the rest of the path as the id.
    """
    return "/post/" + quote(post_id, safe="")


def provenance_url(text: str) -> str:
    return f"/provenance?text={quote(text, safe='')}"


def dropped_url(reason: str | None = None) -> str:
    return "/corpus" if reason is None else f"/corpus?reason={quote(reason, safe='')}"


def training_url(run: str, *, logarithmic: bool = False) -> str:
    return f"/training?run={quote(run, safe='')}" + ("&scale=log" if logarithmic else "")


def erasure_url(*, author_id: str = "", post_id: str = "") -> str:
    name, value = ("author", author_id) if author_id else ("posts", post_id)
    return f"/erasure?{name}={quote(value, safe='')}"


def receipt_url(request_id: str) -> str:
    return f"/api/erasures/{quote(request_id, safe='')}/receipt"
