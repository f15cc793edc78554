"""The page of one post: the post, what it answers, what answers it, and its life in the platform's AI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from nicegui import ui

from linnet.console.elements import badge, safe_html, tag
from linnet.console.formatting import format_fact, format_language, format_relative, format_time, parse_time
from linnet.console.frame import ConsolePage, frame
from linnet.console.languages import current_texts
from linnet.console.loading import show
from linnet.console.markup import one_line, post_html
from linnet.console.platform import Platform
from linnet.console.post_card import author_label, post_card, safe_author, times
from linnet.console.texts import Texts


def mount_post(platform: Platform) -> None:
    @ConsolePage("/post/{post_id:path}")
    async def post(post_id: str) -> None:
        texts = current_texts()
        json_url = f"/api/post?post_id={quote(post_id, safe='')}"
        with frame(texts, title=texts("post.title"), active="", json_url=json_url):
            await show(
                lambda: post_and_trace(platform, post_id),
                lambda found: show_post(found, texts),
                texts,
                loading=texts("loading"),
            )


def post_and_trace(platform: Platform, post_id: str) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """None for a post that is not there and for one that may not be seen, alike; only a visible post is traced."""
    found = platform.post(post_id)
    return None if found is None else (found, platform.trace(post_id))


def show_post(found: tuple[Mapping[str, Any], Mapping[str, Any]] | None, texts: Texts) -> None:
    client = ui.context.client
    if found is None:
        client.status_code = 404
        with tag("div", css="empty"):
            tag("h1", texts("post.missing"))
            tag("p", texts("post.missing.text"), css="quiet")
        return
    post, trace = found
    ui.page_title(f"{texts('post.title_for', author=author_label(post, texts))} · Linnet")
    with tag("div", css="grid post-grid"):
        with tag("div", css="stack"):
            if post.get("parent"):
                tag("p", texts("post.parent"), css="label")
                post_card(post["parent"], texts, css="post-parent")
            _main_post(post, texts)
            _replies(post.get("replies") or [], texts)
        with tag("div", css="stack"):
            _trace(trace, texts)
            _details(post, texts)


def _main_post(post: Mapping[str, Any], texts: Texts) -> None:
    with tag("article", css="card post post-main", aria_labelledby="post-author"):
        with tag("div", css="post-head"):
            with tag("h1", css="author", id="post-author"):
                safe_author(post, texts)
            times(post, texts, linked=False)
            if post.get("language"):
                tag("span", format_language(post["language"], texts), css="chip")
        text = str(post.get("text") or "")
        safe_html(post_html(text), css="post-text", dir="auto", lang=post.get("language") or None)
        counts = [
            texts(key, count=int(post[field]))
            for key, field in (
                ("post.likes", "like_count"),
                ("post.reposts", "repost_count"),
                ("post.replies", "reply_count"),
            )
            if post.get(field) is not None
        ]
        if counts:
            with tag("p", css="facts facts-small"):
                for count in counts:
                    tag("span", count)


def _replies(replies: list[Mapping[str, Any]], texts: Texts) -> None:
    if not replies:
        return
    with tag("section", css="replies", aria_labelledby="replies-title"):
        tag("h2", texts("post.replies", count=len(replies)), id="replies-title", css="label")
        with tag("ol", css="results"):
            for reply in replies:
                with tag("li"):
                    post_card(reply, texts)


def _details(post: Mapping[str, Any], texts: Texts) -> None:
    visibility = str(post.get("visibility") or "")
    rows = (
        (texts("post.id"), post.get("post_id")),
        (texts("post.platform"), post.get("platform")),
        (texts("post.source"), post.get("source")),
        (texts("post.visibility"), texts.get(f"visibility.{visibility}", visibility)),
    )
    with tag("section", css="card", aria_label=texts("post.this")), tag("dl", css="pairs pairs-wide"):
        for term, value in rows:
            if value:
                with tag("div"):
                    tag("dt", term)
                    tag("dd", one_line(str(value), 200), dir="auto")


def _trace(trace: Mapping[str, Any], texts: Texts) -> None:
    with tag("section", css="card", aria_labelledby="trace-title"):
        tag("h2", texts("post.trace"), id="trace-title")
        steps = trace.get("steps") or []
        if not steps:
            tag("p", texts("post.trace.empty"), css="quiet")
        with tag("ol", css="timeline"):
            for step in steps:
                _step(step, texts)


def _step(step: Mapping[str, Any], texts: Texts) -> None:
    name, state = str(step["step"]), str(step["state"])
    at = parse_time(step.get("at"))
    with tag(
        "li", css=f"step step-{state if state in ('done', 'dropped', 'waiting', 'denied') else 'waiting'}"
    ):
        with tag("div", css="step-head"):
            tag("span", texts.get(f"step.{name}", one_line(name)), css="step-name")
            badge(state, texts.get(f"trace.{state}", one_line(state)))
            if at:
                when = format_relative(at, datetime.now(UTC), texts)
                tag("time", when, css="quiet small", datetime=at.isoformat(), title=format_time(at, texts))
        if step.get("detail"):
            tag("p", one_line(str(step["detail"]), 300), css="step-detail", dir="auto")
        if step.get("facts"):
            with tag("dl", css="step-facts"):
                for key, value in step["facts"].items():
                    with tag("div"):
                        tag("dt", one_line(str(key).replace("_", " ")))
                        tag("dd", one_line(format_fact(value, texts), 120), dir="auto")
