"""The erasure page: what to erase, what will happen, one confirmation, and every erasure so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nicegui.element import Element
from nicegui.events import GenericEventArguments

from linnet.console.answers import MAX_QUERY_CHARACTERS
from linnet.console.elements import notice, tag
from linnet.console.erasure_list import show_debt, show_requests
from linnet.console.frame import ConsolePage, frame
from linnet.console.languages import current_texts
from linnet.console.loading import show
from linnet.console.markup import one_line
from linnet.console.places import places_line, places_table, where_used
from linnet.console.platform import Platform
from linnet.console.texts import Texts

MAX_POSTS = 100  # ids on one form; the command line and the JSON twin take more
SHOWN_IDS = 5
# Characters that mean something in a pattern; with the `v` flag of browsers, no others may be escaped.
_SYNTAX = re.compile(r"[\^$\\.*+?()\[\]{}|/]")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be erased, and what has to be typed before it is."""

    posts: tuple[str, ...]
    author_id: str

    @classmethod
    def from_form(cls, posts: str, author: str) -> Wanted:
        """Post ids stand one a line; an id may hold spaces, so nothing else separates them."""
        lines = (line.strip() for line in posts.splitlines())
        return cls(
            posts=tuple(dict.fromkeys(filter(None, lines))), author_id=author.strip()[:MAX_QUERY_CHARACTERS]
        )

    def __bool__(self) -> bool:
        return bool(self.posts or self.author_id)

    @property
    def phrase(self) -> str:
        """The author's id, else the one post's id, else how many posts."""
        if self.is_confirmed_by_count:
            return str(len(self.posts))
        return self.author_id or self.posts[0]

    @property
    def is_confirmed_by_count(self) -> bool:
        return not self.author_id and len(self.posts) > 1

    def is_confirmed_by(self, typed: str) -> bool:
        return typed.strip() == self.phrase

    @property
    def authors(self) -> tuple[str, ...]:
        return (self.author_id,) if self.author_id else ()


def mount_erasure(platform: Platform) -> None:
    @ConsolePage("/erasure")
    async def erasure(author: str = "", posts: str = "") -> None:
        texts = current_texts()
        wanted = Wanted.from_form(posts, author)
        with frame(
            texts, title=texts("erasure.title"), active="erasure", json_url="/api/erasures", form=False
        ):
            tag("h1", texts("erasure.title"))
            tag("p", texts("erasure.lead"), css="lead")
            box = tag("div", css="loaded")
            list_box = tag("div", css="loaded")
            with box:
                what_form(wanted, texts)
                if len(wanted.posts) > MAX_POSTS:
                    notice("warning", texts("erasure.too_many", count=len(wanted.posts), most=MAX_POSTS))
                elif wanted:
                    await _preview(platform, wanted, texts)
                    confirm_form(platform, wanted, box, list_box, texts)
            await list_requests(platform, list_box, texts)


async def list_requests(platform: Platform, list_box: Element, texts: Texts) -> None:
    list_box.clear()
    with list_box:
        await show(
            platform.erasures, lambda found: show_requests(found, texts), texts, loading=texts("loading")
        )


def what_form(wanted: Wanted, texts: Texts) -> None:
    """A plain form that changes nothing: it leads to this page again, with what will happen."""
    with tag("form", css="card stacked-form", action="/erasure", method="get"):
        with tag("label", css="labelled"):
            tag("span", texts("where.author"))
            author = tag("input", css="field", type="text", name="author", autocomplete="off", dir="auto",
                         maxlength=str(MAX_QUERY_CHARACTERS))  # fmt: skip
            author.props["^value"] = wanted.author_id
        with tag("label", css="labelled"):
            tag("span", texts("erasure.posts"))
            posts = tag(
                "textarea", css="field field-code", name="posts", rows="3", autocomplete="off", dir="auto"
            )
            posts.props["value"] = "\n".join(wanted.posts)
        tag("button", texts("erasure.preview"), css="button", type="submit")


async def _preview(platform: Platform, wanted: Wanted, texts: Texts) -> None:
    with tag("section", css="card what", aria_labelledby="what-title"):
        tag("h2", texts("erasure.what"), id="what-title")
        if wanted.author_id:
            tag("p", texts("erasure.what.author", author=one_line(wanted.author_id)), dir="auto")
        if wanted.posts:
            tag("p", texts("erasure.what.posts", count=len(wanted.posts)))
            with tag("ul", css="ids"):
                for post_id in wanted.posts[:SHOWN_IDS]:
                    with tag("li"):
                        tag("code", one_line(post_id, 120))
                if len(wanted.posts) > SHOWN_IDS:
                    tag("li", texts("erasure.what.more", count=len(wanted.posts) - SHOWN_IDS))
        with tag("ul", css="points"):
            for point in ("hidden", "deleted", "models", "receipt", "final"):
                tag("li", texts.get(f"erasure.point.{point}", point))
        if wanted.author_id:
            await show(
                lambda: where_used(platform, wanted.author_id),
                lambda found: _author_places(found, texts),
                texts,
                loading=texts("loading"),
            )


def _author_places(found: Mapping[str, Any], texts: Texts) -> None:
    if "line" in found:
        notice("info", found["line"])
        return
    count = int(found.get("posts") or 0)
    tag("p", texts("erasure.author_posts", count=count), css="what-count")
    if found.get("places"):
        places_table(found["places"], texts)


def confirm_form(platform: Platform, wanted: Wanted, box: Element, list_box: Element, texts: Texts) -> None:
    """The browser sends the form only when the phrase is typed; the server looks again."""
    pattern = _SYNTAX.sub(lambda match: "\\" + match.group(), wanted.phrase)
    label = texts("erasure.type_count") if wanted.is_confirmed_by_count else texts("erasure.type_id")
    form = tag("form", css="card confirm", autocomplete="off", aria_labelledby="confirm-title")
    with form:
        tag("h2", texts("erasure.confirm"), id="confirm-title")
        with tag("label", css="labelled"):
            tag("span", label)
            tag("code", one_line(wanted.phrase, 200), css="phrase")
            tag("input", css="field", type="text", name="again", required=True, pattern=pattern, title=label,
                autocomplete="off", autocapitalize="off", spellcheck="false", dir="auto")  # fmt: skip
        tag("button", texts("erasure.erase"), css="button button-danger", type="submit")

    async def confirmed(event: GenericEventArguments) -> None:
        if form.is_deleted:
            return
        if not wanted.is_confirmed_by(str(event.args)):
            with form:
                notice("warning", texts("erasure.not_confirmed"), role="alert")
            return
        box.clear()
        with box:
            await show(
                lambda: platform.forget(posts=wanted.posts, authors=wanted.authors),
                lambda done: show_done(done, texts),
                texts,
                loading=texts("loading.erasure"),
            )
        await list_requests(platform, list_box, texts)

    form.on("submit.prevent", confirmed, js_handler="event => emit(event.target.elements.again.value)")


def show_done(done: Mapping[str, Any], texts: Texts) -> None:
    with tag("section", css="card done", aria_labelledby="done-title", role="status"):
        tag("h2", texts("erasure.done"), id="done-title")
        tag("p", texts("erasure.done.posts", count=int(done.get("posts") or 0)))
        where = places_line(done.get("places") or {}, texts)
        if where:
            tag("p", where, css="quiet")
        show_debt(done.get("debt") or [], texts)
        tag("a", texts("erasure.another"), css="button", href="/erasure")
