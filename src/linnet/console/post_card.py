"""One post as a card: who, when, which language, and the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from linnet.console.elements import safe_html, tag
from linnet.console.formatting import format_language, format_relative, format_time, parse_time
from linnet.console.links import post_url
from linnet.console.markup import one_line, post_html, quote_html
from linnet.console.texts import Texts


def author_label(post: Mapping[str, Any], texts: Texts) -> str:
    """@handle where there is one, else the author's id."""
    name = one_line(str(post.get("author_name") or ""), 40)
    if name:
        return f"@{name}"
    return one_line(str(post.get("author_id") or ""), 40) or texts("post.unknown_author")


def post_card(
    post: Mapping[str, Any],
    texts: Texts,
    *,
    words: Iterable[str] = (),
    quote: str = "",
    css: str = "",
    linked: bool = True,
    heading: str | None = None,
) -> None:
    """`words` are marked where they stand, or else `quote`. `linked` makes the time a link to the post's page."""
    with tag(
        "article",
        css=f"card post {css}".strip(),
        aria_label=f"{texts('post.title_for', author=author_label(post, texts))}",
    ):
        with tag("div", css="post-head"):
            safe_author(post, texts, heading)
            times(post, texts, linked=linked)
            if post.get("language"):
                tag("span", format_language(post["language"], texts), css="chip")
        text = str(post.get("text") or "")
        html = quote_html(text, quote) if quote else post_html(text, words)
        safe_html(html, css="post-text", dir="auto", lang=post.get("language") or None)


def safe_author(post: Mapping[str, Any], texts: Texts, heading: str | None = None) -> None:
    tag(heading or "span", author_label(post, texts), css="author", dir="auto")


def times(post: Mapping[str, Any], texts: Texts, *, linked: bool = True) -> None:
    """Relative and absolute time, as the link to the post where asked."""
    time = parse_time(post.get("created_at"))
    with tag("a" if linked else "span", css="when", href=post_url(str(post["post_id"])) if linked else None):
        if time is None:
            tag("span", texts("post.open"))
            return
        with tag("time", datetime=time.isoformat()):
            tag("span", format_relative(time, datetime.now(UTC), texts))
            tag("span", format_time(time, texts), css="exact")
    edited = parse_time(post.get("edited_at"))
    if edited:
        tag("span", texts("post.edited", when=format_relative(edited, datetime.now(UTC), texts)), css="chip")
