"""The frame of every page: header, search form, main content, footer; and the page type that knows its language."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from nicegui import ui

from linnet.console.answers import MAX_QUERY_CHARACTERS
from linnet.console.elements import icon, tag
from linnet.console.languages import current_language
from linnet.console.texts import CATALOGUES, Texts

ASSETS = Path(__file__).parent / "assets"
ASSETS_URL = "/console-assets"
PAGES = ("home", "search", "ask")
TRUST_PAGES = ("provenance", "corpus", "training", "consent", "erasure")
LANGUAGE_NAMES = {"en": "English", "fr": "Français"}  # each in its own language


class ConsolePage(ui.page):
    """A page whose `lang`, and NiceGUI's own few words, follow the language of the request."""

    def resolve_language(self) -> Any:
        return {"en": "en-US"}.get(current_language(), current_language())


@cache
def asset_url(name: str) -> str:
    """The address of an asset, with a digest of its content so that browsers may keep it for ever."""
    digest = hashlib.blake2b((ASSETS / name).read_bytes(), digest_size=6).hexdigest()
    return f"{ASSETS_URL}/{name}?v={digest}"


@contextmanager
def frame(
    texts: Texts, *, title: str, active: str, json_url: str, query: str = "", form: bool = True
) -> Iterator[None]:
    """Everything around the content of a page; `active` is the navigation entry it belongs to."""
    client = ui.context.client
    ui.page_title(f"{title} · Linnet")
    ui.add_head_html(
        f'<meta name="description" content="{texts("app.description")}">'
        '<meta name="robots" content="noindex">'
        f'<link rel="stylesheet" href="{asset_url("console.css")}">'
        f'<script src="{asset_url("theme.js")}"></script>'
        f'<script src="{asset_url("console.js")}" defer></script>'
    )
    # Stands until the page is drawn, so that the first paint waits for no script; the style sheet hides it then.
    ui.add_body_html(
        '<div id="shell" aria-hidden="true"><div class="top"><div class="top-row"><span class="brand">'
        f'<img src="{asset_url("linnet.svg")}" alt="" width="26" height="26"><span>Linnet</span>'
        "</span></div></div></div>"
    )
    ui.add_body_html(f"<noscript><p>{texts('footer.noscript')}</p></noscript>")
    with client.layout:
        _header(texts, active).move(target_index=0)
        _footer(texts, json_url)
    with tag("div", css="content", id="content", tabindex="-1"):
        if form:
            search_form(texts, query, first="ask" if active == "ask" else "search")
        yield


def search_form(texts: Texts, query: str = "", *, css: str = "", first: str = "search") -> None:
    """One field, two ways to use it; Enter does `first`. A plain form: the address says it all, and Back works."""
    second = "search" if first == "ask" else "ask"
    with tag("form", css=f"search-form {css}".strip(), action=f"/{first}", method="get", role="search"):
        with tag("div", css="search-field"):
            icon("search")
            field = tag(
                "input",
                type="search",
                name="q",
                placeholder=texts("form.placeholder"),
                aria_label=texts("form.label"),
                autocomplete="off",
                enterkeyhint="search",
                maxlength=str(MAX_QUERY_CHARACTERS),
                required=True,
                title=texts("form.shortcut"),
                data_search=True,
            )
            # "^" sets the attribute, not the property: an update of the page leaves what is being typed alone.
            field.props["^value"] = query
        tag("button", texts(f"form.{first}"), css="button button-primary", type="submit")
        tag("button", texts(f"form.{second}"), css="button", type="submit", formaction=f"/{second}")


def _header(texts: Texts, active: str) -> Any:
    with tag("header", css="top") as header:
        tag("a", texts("nav.skip"), css="skip", href="#content")
        with tag("div", css="top-row"):
            with tag("a", css="brand", href="/"):
                tag("img", src=asset_url("linnet.svg"), alt="", width="26", height="26")
                tag("span", "Linnet")
            with tag("nav", aria_label=texts("nav.label")):
                for name in PAGES:
                    _entry(name, active, texts)
                _group(active, texts)
            with tag("div", css="settings"):
                with tag("select", css="language", aria_label=texts("nav.language"), data_language=True):
                    for language in CATALOGUES:
                        chosen = language == texts.language
                        tag(
                            "option", LANGUAGE_NAMES[language], value=language, lang=language, selected=chosen
                        )
                names = {name: texts(f"theme.{name}") for name in ("system", "light", "dark")}
                labels = {name: texts("theme.label", theme=words) for name, words in names.items()}
                with tag(
                    "button",
                    css="button button-quiet theme",
                    type="button",
                    data_theme=True,
                    data_system=labels["system"],
                    data_light=labels["light"],
                    data_dark=labels["dark"],
                    aria_label=labels["system"],
                    title=labels["system"],
                ):
                    icon("theme")
    return header


def _entry(name: str, active: str, texts: Texts) -> None:
    address = "/" if name == "home" else f"/{name}"
    tag("a", texts(f"nav.{name}"), href=address, aria_current="page" if name == active else None)


def _group(active: str, texts: Texts) -> None:
    """The pages that make the platform's AI accountable, behind one entry so that all fit on a narrow screen."""
    with tag("details", css="nav-group", data_menu=True):
        current = "true" if active in TRUST_PAGES else None
        tag("summary", texts("nav.trust"), aria_current=current)
        with tag("div", css="nav-menu"):
            for name in TRUST_PAGES:
                _entry(name, active, texts)


def _footer(texts: Texts, json_url: str) -> None:
    with tag("footer", css="bottom"):
        tag("p", texts("footer.anonymous"))
        tag("a", texts("footer.json"), href=json_url)
