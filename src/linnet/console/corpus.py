"""The corpus page: what curation left out of training, why, and examples to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from linnet.console.answers import MAX_QUERY_CHARACTERS, MAX_RESULTS
from linnet.console.elements import command, safe_html, tag
from linnet.console.formatting import format_language, format_relative, format_time, parse_time
from linnet.console.frame import ConsolePage, frame
from linnet.console.home import BUILD_COMMAND
from linnet.console.languages import current_texts
from linnet.console.links import dropped_url, post_url
from linnet.console.loading import show
from linnet.console.markup import post_html
from linnet.console.platform import Platform
from linnet.console.tables import table
from linnet.console.texts import Texts
from linnet.console.trust_charts import dropped_chart, dropped_reason

PAGE_POSTS = 20
MAX_TEXT_CHARACTERS = 600


def mount_corpus(platform: Platform) -> None:
    @ConsolePage("/corpus")
    async def corpus(reason: str = "", limit: str = "") -> None:
        texts = current_texts()
        wanted = reason.strip()[:MAX_QUERY_CHARACTERS] or None
        posts = MAX_RESULTS if limit == str(MAX_RESULTS) else PAGE_POSTS
        json_url = dropped_url(wanted).replace("/corpus", "/api/corpus/dropped", 1)
        with frame(texts, title=texts("corpus.title"), active="corpus", json_url=json_url, form=False):
            tag("h1", texts("corpus.title"))
            tag("p", texts("corpus.lead"), css="lead")
            await show(
                lambda: platform.dropped(wanted, limit=posts),
                lambda found: show_dropped(found, wanted, posts, texts),
                texts,
                loading=texts("loading"),
            )


def show_dropped(
    found: Mapping[str, Any], reason: str | None, wanted: int, texts: Texts
) -> Callable[[], Any] | None:
    reasons = {str(name): int(count) for name, count in (found.get("reasons") or {}).items()}
    if not reasons:
        with tag("div", css="empty"):
            tag("p", texts("corpus.nothing"), css="lead")
            command(BUILD_COMMAND, texts)
        return None
    draw = dropped_chart(reasons, texts)
    _choice(reasons, reason, texts)
    posts = found.get("posts") or []
    if not posts:
        tag("p", texts("corpus.no_examples"), css="quiet")
        return draw
    _examples(posts, with_reason=reason is None, texts=texts)
    if len(posts) >= wanted and wanted < MAX_RESULTS:
        address = dropped_url(reason) + ("&" if reason else "?") + f"limit={MAX_RESULTS}"
        tag("a", texts("corpus.more"), css="button more", href=address)
    return draw


def _choice(reasons: Mapping[str, int], reason: str | None, texts: Texts) -> None:
    """Each reason is a link: the address says which examples are shown."""
    with tag("nav", css="choices", id="examples", aria_label=texts("corpus.choose")):
        tag(
            "a", texts("corpus.all"), href="/corpus#examples", aria_current="true" if reason is None else None
        )
        for name, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            current = "true" if name == reason else None
            with tag("a", href=dropped_url(name) + "#examples", aria_current=current):
                tag("span", dropped_reason(name, texts))
                tag("span", texts.integer(count), css="count")


def _examples(posts: list[Mapping[str, Any]], *, with_reason: bool, texts: Texts) -> None:
    head = [texts("corpus.text"), texts("home.chart.language"), texts("corpus.when"), texts("corpus.repeats")]
    if with_reason:
        head.insert(1, texts("corpus.reason"))
    with tag("div", css="card"), table(head, caption=texts("corpus.examples")) as row:
        for post in posts:
            cells: list[Any] = [
                lambda post=post: _text(post, texts),
                format_language(post.get("language"), texts),
                lambda post=post: _when(post, texts),
                lambda post=post: _repeats(post, texts),
            ]
            if with_reason:
                cells.insert(1, dropped_reason(str(post.get("reason") or ""), texts))
            row(*cells)


def _text(post: Mapping[str, Any], texts: Texts) -> None:
    text = str(post.get("text") or "")
    if not text:
        tag("span", texts("ask.source_gone"), css="quiet")
        return
    shown = text if len(text) <= MAX_TEXT_CHARACTERS else text[:MAX_TEXT_CHARACTERS].rstrip() + "…"
    safe_html(post_html(shown), css="post-text", dir="auto", lang=post.get("language") or None)


def _when(post: Mapping[str, Any], texts: Texts) -> None:
    time = parse_time(post.get("created_at"))
    with tag("a", css="when", href=post_url(str(post["post_id"]))):
        if time is None:
            tag("span", texts("post.open"))
        else:
            when = format_relative(time, datetime.now(UTC), texts)
            tag("time", when, datetime=time.isoformat(), title=format_time(time, texts))


def _repeats(post: Mapping[str, Any], texts: Texts) -> None:
    if post.get("repeats"):
        tag("a", texts("corpus.repeated_post"), href=post_url(str(post["repeats"])))
    else:
        tag("span", "–", css="quiet")
