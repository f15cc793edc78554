"""The plain text of a fediverse post: paragraphs and line breaks kept, links whole, hidden fallbacks left out.

Mastodon shortens links with spans that style sheets hide; in the plain text everything stands, so a link reads
whole. `quote-inline` paragraphs repeat a quoted link for servers without quotes and are dropped.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BLOCKS = {"p", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table"}
_SILENT = {"script", "style", "template", "title"}
_SIMPLE = re.compile(
    r"(?:[^<>]++|</?(?:p|a|span|em|strong|b|i|u|del|code)(?: [a-z-]+=\"[^\"<>]*\")*+>|<br ?/?>)*+"
)
_TAG = re.compile(r"</?([a-z]+)([^<>]*)>")
_HREF = re.compile(r' href="(https?://[^"]*)"')
_CLASS = re.compile(r' class="([^"]*)"')
_PLAIN_PARAGRAPH = re.compile(r"<p>([^<]*)</p>")
_MANY_BREAKS = re.compile(r"\n{3,}")
# Beyond these only tags as they should be are tags: the parser's time grows with the square of what is not closed.
_MOST_PARSED_CHARACTERS = 4_000
_MOST_BROKEN_TAGS = 10
_WHOLE = re.compile(
    r"""<!--[^<>]*+(?<=--)>"""
    r"""|</[a-zA-Z][a-zA-Z0-9:-]{0,99}+\s*+>"""
    r"""|<[a-zA-Z][a-zA-Z0-9:-]{0,99}+"""
    r"""(?:\s++[^\s<>"'/=]++(?:\s*+=\s*+(?:"[^"<>]*+"|'[^'<>]*+'|[^\s<>"'=]++))?+)*+\s*+/?+>"""
    r"""|<"""
)
_VOID = {"br", "img", "hr", "wbr", "input", "meta", "link"}


class _PlainText(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self._silent_tag = ""  # inside this element nothing is kept
        self._silent_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent_tag:
            self._silent_depth += tag == self._silent_tag
            return
        if tag == "br":
            self.parts.append("\n")
            return
        if tag == "li":
            self.parts.append("\n- ")
            return
        if tag in _SILENT or (attrs and "quote-inline" in (dict(attrs).get("class") or "").split()):
            if tag not in _VOID:
                self._silent_tag, self._silent_depth = tag, 1
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a":
            values = dict(attrs)
            names = (values.get("class") or "").split()
            link = values.get("href") or ""
            if link.startswith(("http://", "https://")) and "mention" not in names and "hashtag" not in names:
                self.links.append(link)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and not self._silent_tag:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self._silent_tag:
            self._silent_depth -= tag == self._silent_tag
            if self._silent_depth <= 0:
                self._silent_tag = ""
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._silent_tag:
            self.parts.append(data)


def plain_text(html: str) -> tuple[str, list[str]]:
    """(text, links that are neither mentions nor hashtags) of a piece of HTML."""
    if found := _PLAIN_PARAGRAPH.fullmatch(html):
        return _tidy(unescape(found[1])), []
    if "<" not in html:
        return _tidy(unescape(html)), []
    if "quote-inline" not in html and _SIMPLE.fullmatch(html):
        return _simple_text(html)
    return _parsed_text(html)


def _simple_text(html: str) -> tuple[str, list[str]]:
    """The markup that Mastodon itself writes, four times faster than the parser and with the same result."""
    links: list[str] = []

    def replacement(tag: re.Match[str]) -> str:
        name = tag[1]
        if name == "p":
            return "\n\n"
        if name == "br":
            return "\n"
        if name == "a" and (href := _HREF.search(tag[2])):
            names = _CLASS.search(tag[2])
            if names is None or not {"mention", "hashtag"} & set(names[1].split()):
                links.append(unescape(href[1]))
        return ""

    return _tidy(unescape(_TAG.sub(replacement, html))), links


def _parsed_text(html: str) -> tuple[str, list[str]]:
    whole, broken = _with_whole_tags(html)
    try:
        parser = _fed(whole if len(html) > _MOST_PARSED_CHARACTERS or broken > _MOST_BROKEN_TAGS else html)
    except AssertionError:  # a declaration that cannot be: "<![x["
        parser = _fed(whole)
    return _tidy("".join(parser.parts)), parser.links


def _fed(html: str) -> _PlainText:
    parser = _PlainText()
    parser.feed(html)
    parser.close()
    return parser


def _with_whole_tags(html: str) -> tuple[str, int]:
    """Every "<" that begins no whole tag or comment becomes text, and how many. No match looks beyond the next "<"."""
    broken = 0

    def replacement(found: re.Match[str]) -> str:
        nonlocal broken
        if len(found[0]) > 1:
            return found[0]
        broken += 1
        return "&lt;"

    return _WHOLE.sub(replacement, html), broken


def _tidy(text: str) -> str:
    return _MANY_BREAKS.sub("\n\n", text.replace("\r\n", "\n").strip())
