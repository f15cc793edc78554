"""The search page: results with the words of the query marked, and an address worth sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linnet.console.answers import MAX_QUERY_CHARACTERS, MAX_RESULTS, RequestError, checked_limit
from linnet.console.elements import notice, tag
from linnet.console.formatting import format_duration, format_fact, format_share
from linnet.console.frame import ConsolePage, frame
from linnet.console.languages import current_texts
from linnet.console.links import ask_url, search_url
from linnet.console.loading import show
from linnet.console.markup import one_line, query_words
from linnet.console.platform import Platform
from linnet.console.post_card import post_card
from linnet.console.texts import Texts
from linnet.errors import BadInput
from linnet.retrieval.query import parse_query

PAGE_RESULTS = 20

# Platforms say in a note, too, what `coverage` says; the page says it once, in the reader's language.
COVERAGE_NOTE = "of the posts so far"

OPERATORS = (
    ("coffee morning", "words"),
    ('"night bus"', "phrase"),
    ("bus -night", "exclude"),
    ("bus OR tram", "or"),
    ("from:ada", "from"),
    ("to:ada", "to"),
    ("lang:fr", "lang"),
    ("since:2025-01-31", "since"),
    ("until:2025-03-01", "until"),
    ("has:image", "has"),
    ("-is:reply", "is"),
    ("domain:example.org", "domain"),
    ("min_likes:10", "counts"),
    ("bus sort:newest", "sort"),
)


def mount_search(platform: Platform) -> None:
    @ConsolePage("/search")
    async def search(q: str = "", limit: str = "") -> None:
        texts = current_texts()
        query = q.strip()[:MAX_QUERY_CHARACTERS]
        wanted = (
            min(int(limit), MAX_RESULTS)
            if limit.isascii() and limit.isdigit() and limit[:4] == limit
            else PAGE_RESULTS
        )
        wanted = max(1, wanted)
        title = texts("search.title_for", query=one_line(query, 60)) if query else texts("search.title")
        json_url = search_url(query).replace("/search", "/api/search", 1)
        with frame(texts, title=title, active="search", json_url=json_url, query=query):
            if not query:
                tag("h1", texts("search.title"))
                tag("p", texts("search.start"), css="lead")
                operators_help(texts)
                return
            tag("h1", texts("search.results"), css="sr-only")
            with tag("div", css="beside"):
                with tag("div", css="beside-main"):
                    await show(
                        lambda: platform.search(query, limit=wanted),
                        lambda result: show_results(query, wanted, result, texts),
                        texts,
                        loading=texts("loading.search"),
                    )
                operators_help(texts)


def wanted_results(limit: str) -> int:
    """The `limit` of the address; the usual number when it is none that we grant."""
    try:
        return checked_limit(limit)
    except RequestError:
        return PAGE_RESULTS


def show_results(query: str, wanted: int, result: Mapping[str, Any], texts: Texts) -> None:
    hits = result.get("hits") or []
    took = format_duration(float(result.get("seconds") or 0.0), texts)
    with tag("div", css="result-head"):
        with tag("p", css="facts", role="status"):
            tag("span", texts("search.count", count=len(hits), duration=took))
            if len(hits) >= wanted:
                tag("span", texts("search.best", count=len(hits)))
        tag("a", texts("search.ask_instead"), href=ask_url(query), css="quiet-link")
    _filters(result.get("filters"), texts)
    _coverage(result.get("coverage") or {}, texts)
    for line in result.get("notes") or ():
        if COVERAGE_NOTE not in str(line):
            notice("info", one_line(str(line), 300))
    if not hits:
        with tag("div", css="empty"):
            tag("p", texts("search.nothing", query=one_line(query)), css="lead")
            tag("p", texts("search.nothing.hint"), css="quiet")
        return
    words = _meant_words(query)
    with tag("ol", css="results"):
        for hit in hits:
            with tag("li"):
                post_card(hit, texts, words=words, heading="h2")
    if len(hits) >= wanted and wanted < MAX_RESULTS:
        more = min(MAX_RESULTS, wanted + PAGE_RESULTS * 2)
        tag("a", texts("search.more"), css="button more", href=f"{search_url(query)}&limit={more}")


def _meant_words(query: str) -> list[str]:
    try:
        return query_words(parse_query(query).text)
    except BadInput:  # a platform of another kind took it nevertheless
        return query_words(query)


def _filters(filters: Any, texts: Texts) -> None:
    """The filters as the platform understood them."""
    if not isinstance(filters, Mapping):
        return
    understood = {key: value for key, value in filters.items() if value not in (None, "", [], (), {}, False)}
    if not understood:
        return
    with tag("p", css="filters"):
        tag("span", texts("search.filters"), css="quiet")
        for key, value in understood.items():
            tag("span", one_line(f"{key}: {format_fact(value, texts)}"), css="chip", dir="auto")


def _coverage(coverage: Mapping[str, Any], texts: Texts) -> None:
    """Said only while the index is filling."""
    lexical, vectors = coverage.get("lexical"), coverage.get("vectors")
    if lexical is not None and lexical < 1:
        notice("info", texts("search.coverage.lexical", share=format_share(float(lexical), texts)))
    elif vectors is not None and vectors < 1:
        notice("info", texts("search.coverage", share=format_share(float(vectors), texts)))


def operators_help(texts: Texts) -> None:
    with tag("details", css="help", open=True):
        tag("summary", texts("search.help"))
        with tag("dl", css="operators"):
            for example, meaning in OPERATORS:
                with tag("div"):
                    with tag("dt"):
                        tag("a", example, href=search_url(example))
                    tag("dd", texts(f"search.help.{meaning}"))
