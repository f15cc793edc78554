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
