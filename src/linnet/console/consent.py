"""The consent page: what each purpose may use and why not the rest, and where one author's posts were used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from linnet.console.answers import MAX_QUERY_CHARACTERS
from linnet.console.elements import command, notice, tag
from linnet.console.formatting import format_share
from linnet.console.frame import ConsolePage, frame
from linnet.console.home import INGEST_COMMAND
from linnet.console.languages import current_texts
from linnet.console.links import erasure_url
from linnet.console.loading import show
from linnet.console.markup import one_line
from linnet.console.places import places_table, where_used
from linnet.console.platform import Platform
from linnet.console.tables import table
from linnet.console.texts import Texts
from linnet.console.trust_charts import consent_chart, purpose_name, reason_name

SHOWN_PURPOSES = ("train", "retrieve", "embed", "generate")


def mount_consent(platform: Platform) -> None:
    @ConsolePage("/consent")
    async def consent(author: str = "") -> None:
        texts = current_texts()
        author_id = author.strip()[:MAX_QUERY_CHARACTERS]
        with frame(
            texts,
            title=texts("consent.title"),
            active="consent",
            json_url="/api/consent/coverage",
            form=False,
        ):
            tag("h1", texts("consent.title"))
            tag("p", texts("consent.lead"), css="lead")
            await show(
                platform.consent_coverage,
                lambda coverage: show_coverage(coverage, texts),
                texts,
                loading=texts("loading.consent"),
            )
            with tag("section", css="card where", id="where", aria_labelledby="where-title"):
                tag("h2", texts("where.title"), id="where-title")
                tag("p", texts("where.lead"), css="quiet")
                author_form(author_id, texts)
                if author_id:
                    await show(
                        lambda: where_used(platform, author_id),
                        lambda found: show_where(author_id, found, texts),
                        texts,
                        loading=texts("loading"),
                    )


def show_coverage(coverage: Mapping[str, Any], texts: Texts) -> Callable[[], Any] | None:
    if not coverage.get("posts"):
        with notice("info", texts("home.empty")):
            command(INGEST_COMMAND, texts)
        return None
    draw = consent_chart(coverage, texts)
    _purposes(coverage, texts)
    with tag("div", css="grid"):
        _sources(coverage, texts)
        _basis(coverage, texts)
    return draw


def _purposes(coverage: Mapping[str, Any], texts: Texts) -> None:
    total = int(coverage["posts"])
    head = tuple(texts(f"consent.{name}") for name in ("purpose", "allowed", "denied", "why"))
    with tag("section", css="card", aria_labelledby="purposes-title"):
        tag("h2", texts("consent.purposes"), id="purposes-title")
        with table(head, caption=texts("consent.purposes")) as row:
            for purpose, counts in (coverage.get("purposes") or {}).items():
                allowed, denied = int(counts["allowed"]), int(counts["denied"])
                why = [
                    f"{reason_name(str(entry['reason']), texts)} {texts.integer(int(entry['posts']))}"
                    for entry in counts.get("reasons") or ()
                    if not entry["allowed"]
                ]
                row(
                    purpose_name(purpose, texts),
                    f"{texts.integer(allowed)} ({format_share(allowed / total, texts)})",
                    texts.integer(denied),
                    ", ".join(why) or "–",
                )


def _sources(coverage: Mapping[str, Any], texts: Texts) -> None:
    head = (
        texts("consent.source"),
        texts("home.chart.posts"),
        *(purpose_name(purpose, texts) for purpose in SHOWN_PURPOSES),
    )
    with tag("section", css="card", aria_labelledby="sources-title"):
        tag("h2", texts("consent.by_source"), id="sources-title")
        with table(head, caption=texts("consent.by_source"), numbers=5) as row:
            for entry in coverage.get("by_source") or ():
                counts = [texts.integer(int(entry[name])) for name in ("posts", *SHOWN_PURPOSES)]
                row(one_line(str(entry["source"])), *counts)


def _basis(coverage: Mapping[str, Any], texts: Texts) -> None:
    with tag("section", css="card", aria_labelledby="basis-title"):
        tag("h2", texts("consent.basis"), id="basis-title")
        tag("p", texts("consent.basis.lead"), css="quiet small")
        with tag("dl", css="pairs"):
            for name, posts in sorted((coverage.get("basis") or {}).items(), key=lambda item: -int(item[1])):
                with tag("div"):
                    tag("dt", texts.get(f"basis.{name}", one_line(str(name))))
                    tag("dd", texts.integer(int(posts)))
        authors = coverage.get("authors")
        if authors:
            said = {"declared": int(authors["declared"]), "total": int(authors["total"])}
            tag("p", texts("consent.declared", **said), css="quiet small")


def author_form(author_id: str, texts: Texts) -> None:
    with tag("form", css="line-form", action="/consent#where", method="get"):
        field = tag(
            "input",
            css="field",
            type="text",
            name="author",
            aria_label=texts("where.author"),
            placeholder=texts("where.author"),
            autocomplete="off",
            maxlength=str(MAX_QUERY_CHARACTERS),
            required=True,
            dir="auto",
        )
        field.props["^value"] = author_id
        tag("button", texts("where.look"), css="button button-primary", type="submit")


def show_where(author_id: str, found: Mapping[str, Any], texts: Texts) -> None:
    if "line" in found:
        notice("info", found["line"])
        return
    places = found.get("places") or []
    if not found.get("posts") and not places:
        tag("p", texts("where.nothing", author=one_line(author_id)), dir="auto")
        return
    tag("p", texts("where.count", count=int(found.get("posts") or 0), author=one_line(author_id)), dir="auto")
    places_table(places, texts)
    tag("a", texts("where.erase"), css="button", href=erasure_url(author_id=author_id))
