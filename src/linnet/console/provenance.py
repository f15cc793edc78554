"""The provenance page: a text with the parts of it that stand in posts, and those posts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.console.answers import MAX_PROVENANCE_CHARACTERS
from linnet.console.elements import command, notice, tag
from linnet.console.formatting import format_share
from linnet.console.frame import ConsolePage, frame
from linnet.console.home import BUILD_COMMAND
from linnet.console.languages import current_texts
from linnet.console.links import provenance_url
from linnet.console.loading import show
from linnet.console.markup import one_line, visible_text
from linnet.console.platform import Platform
from linnet.console.post_card import post_card
from linnet.console.spans import MAX_SPANS, Span, numbered_spans, pieces
from linnet.console.texts import Texts

POSTS_A_SPAN = 3  # shown; the JSON twin has all that the platform names
MAX_CARDS = 40  # posts read for one page
OPEN_SPANS = 3  # the first ones show their posts at once


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the platform says of a text, with the posts as an anonymous reader may see them now."""

    result: Mapping[str, Any]
    posts: Mapping[str, Mapping[str, Any]]


def mount_provenance(platform: Platform) -> None:
    @ConsolePage("/provenance")
    async def provenance(text: str = "") -> None:
        texts = current_texts()
        asked = text.strip()[:MAX_PROVENANCE_CHARACTERS]
        json_url = provenance_url(asked).replace("/provenance", "/api/provenance", 1)
        with frame(
            texts, title=texts("provenance.title"), active="provenance", json_url=json_url, form=False
        ):
            tag("h1", texts("provenance.title"))
            tag("p", texts("provenance.lead"), css="lead")
            text_form(asked, texts)
            if asked:
                await show(
                    lambda: looked_up(platform, asked),
                    lambda found: show_found(found, texts),
                    texts,
                    loading=texts("loading.provenance"),
                )


def text_form(text: str, texts: Texts) -> None:
    with tag("form", css="text-form", action="/provenance", method="get"):
        field = tag(
            "textarea",
            css="field",
            name="text",
            rows="4",
            aria_label=texts("provenance.text"),
            placeholder=texts("provenance.placeholder"),
            maxlength=str(MAX_PROVENANCE_CHARACTERS),
            required=True,
            dir="auto",
        )
        field.props["value"] = text
        tag("button", texts("provenance.look"), css="button button-primary", type="submit")


def looked_up(platform: Platform, text: str) -> Found:
    """Look the text up, and read the posts that the page shows as an anonymous reader may see them now."""
    result = platform.provenance(text)
    named = [
        str(post["post_id"])
        for span in result.get("spans") or ()
        for post in (span.get("posts") or ())[:POSTS_A_SPAN]
    ]
    found = {post_id: platform.post(post_id) for post_id in list(dict.fromkeys(named))[:MAX_CARDS]}
    return Found(result=result, posts={post_id: post for post_id, post in found.items() if post is not None})


def show_found(found: Found, texts: Texts) -> None:
    result = found.result
    if not result.get("ready"):
        with notice("info", texts("provenance.unready")):
            command(BUILD_COMMAND, texts)
        return
    text = str(result["text"])
    spans = numbered_spans(text, result.get("spans") or ())
    with tag("section", css="card spans-card", aria_labelledby="spans-title"):
        tag("h2", texts("provenance.spans"), id="spans-title")
        covered = format_share(float(result.get("covered") or 0.0), texts)
        tag(
            "p",
            texts("provenance.covered", share=covered) if spans else texts("provenance.nothing"),
            css="quiet",
        )
        marked_text(text, spans, texts)
    if len(result.get("spans") or ()) > MAX_SPANS:
        notice("info", texts("provenance.first", count=MAX_SPANS))
    if spans:
        with tag("ol", css="results span-list"):
            for span in spans:
                with tag("li"):
                    _span(text, span, found.posts, texts)


def marked_text(text: str, spans: tuple[Span, ...], texts: Texts) -> None:
    """Underlined once where one span runs, twice where several do; a number leads to each span's posts."""
    with tag("p", css="spans-text", dir="auto"):
        for piece in pieces(text, spans):
            shown = visible_text(piece.text)
            if piece.inside:
                deep = "found found-twice" if len(piece.inside) > 1 else "found"
                tag("mark", shown, css=deep)
            else:
                tag("span", shown)
            for number in piece.ending:
                label = texts("provenance.to_span", number=number)
                tag("a", str(number), css="cite", href=f"#span-{number}", aria_label=label, title=label)


def _span(text: str, span: Span, posts: Mapping[str, Mapping[str, Any]], texts: Texts) -> None:
    words = text[span.start : span.end]
    with tag(
        "section", css="card span", id=f"span-{span.number}", aria_labelledby=f"span-title-{span.number}"
    ):
        with tag("div", css="span-head"):
            tag("span", str(span.number), css="span-number", aria_hidden="true")
            tag("h2", one_line(words, 160), id=f"span-title-{span.number}", dir="auto")
            tag("span", texts("provenance.count", count=span.count), css="chip")
        shown = [posts[post_id] for post in span.posts if (post_id := str(post["post_id"])) in posts]
        if not shown:
            tag("p", texts("provenance.no_posts"), css="quiet small")
            return
        with tag("details", open=span.number <= OPEN_SPANS):
            tag("summary", texts("provenance.posts", count=len(shown)))
            for post in shown[:POSTS_A_SPAN]:
                post_card(post, texts, quote=words, css="post-source")
