"""The small parts that pages are made of: plain HTML elements, icons, notices, badges.

Text given to `tag` travels as text and is never parsed as HTML; `safe_html` is for what `markup` made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from linnet.console.texts import Texts

if TYPE_CHECKING:
    from nicegui.element import Element

# 24 x 24 paths, drawn for this console.
_ICONS = {
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>',
    "ask": '<path d="M4 5h16v11H10l-5 4v-4H4z"/>',
    "theme": '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>',
    "done": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "fresh": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "stale": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17v.5"/>',
    "warning": '<path d="M12 4 2.8 20h18.4z"/><path d="M12 10v4.5M12 17v.5"/>',
    "missing": '<circle cx="12" cy="12" r="8" stroke-dasharray="3 3.3"/>',
    "waiting": '<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>',
    "running": '<path d="M20 12a8 8 0 1 1-2.4-5.7"/><path d="M20 3v5h-5"/>',
    "dropped": '<path d="M6 6l12 12M18 6 6 18"/>',
    "denied": '<circle cx="12" cy="12" r="8"/><path d="M6.5 6.5l11 11"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.5V8"/>',
}


def tag(name: str, /, text: str = "", css: str = "", **attributes: Any) -> Element:
    """An HTML element with plain text. `aria_label` becomes aria-label, `class_`-like names lose the underscore."""
    from nicegui.elements.mixins.text_element import TextElement

    element = TextElement(tag=name, text=text)
    if css:
        element.classes(css)
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        element.props[key.rstrip("_").replace("_", "-")] = "" if value is True else value
    return element


def safe_html(html: str, name: str = "div", css: str = "", **attributes: Any) -> Element:
    """HTML that `markup` made from untrusted text; the browser sanitises it once more."""
    from nicegui import ui

    element = ui.html(html, sanitize=True, tag=name)
    if css:
        element.classes(css)
    for key, value in attributes.items():
        if value is not None:
            element.props[key.rstrip("_").replace("_", "-")] = value
    return element


def icon(name: str, css: str = "") -> Element:
    """A picture beside a word; screen readers pass over it."""
    from nicegui import ui

    drawing = (
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" '
        f'stroke-linejoin="round" focusable="false">{_ICONS[name]}</svg>'
    )
    element = ui.html(drawing, sanitize=False, tag="span").classes(f"icon {css}".strip())
    element.props["aria-hidden"] = "true"
    return element


def badge(state: str, label: str) -> Element:
    """A state as an icon and a word, so that colour alone never tells it."""
    with tag("span", css=f"badge badge-{state}") as element:
        icon(state if state in _ICONS else "info")
        tag("span", label)
    return element


def notice(kind: str, text: str, *, role: str | None = None) -> Element:
    """One line that the reader should know: kind is "info" or "warning"."""
    with tag("div", css=f"notice notice-{kind}", role=role) as element:
        icon("warning" if kind == "warning" else "info")
        with tag("div", css="notice-body"):
            tag("p", text)
    return element


def error_notice(line: str, texts: Texts) -> Element:
    with tag("div", css="notice notice-error", role="alert") as element:
        icon("warning")
        with tag("div", css="notice-body"):
            tag("p", texts("error.title"), css="notice-title")
            tag("p", line)
            tag("a", texts("error.retry"), href="", css="button")
    return element


def not_ready_notice(line: str, texts: Texts) -> Element:
    """What has to be made first; the command that makes it, where the line ends with one, can be copied."""
    element = notice("info", line, role="alert")
    named = re.search(r": (linnet(?: [\w.-]+)+)$", line)
    if named:
        with element:
            command(named[1], texts)
    return element


def command(line: str, texts: Texts) -> Element:
    """A command to run in a terminal, with a button that copies it."""
    with tag("div", css="command") as element:
        tag("code", line)
        tag(
            "button",
            texts("home.copy"),
            css="button button-small",
            type="button",
            data_copy=line,
            data_copied=texts("home.copied"),
            aria_label=texts("home.copy_command", command=line),
        )
    return element


def meter(share: float, label: str, value_text: str) -> Element:
    """A bar from 0 to 1; its value is said in words beside it."""
    percent = max(0.0, min(1.0, share)) * 100
    with tag(
        "div",
        css="meter",
        role="meter",
        aria_label=label,
        aria_valuemin="0",
        aria_valuemax="100",
        aria_valuenow=f"{percent:.1f}",
        aria_valuetext=value_text,
    ) as element:
        tag("div", css="meter-fill").style(f"width: {percent:.2f}%")
    return element
