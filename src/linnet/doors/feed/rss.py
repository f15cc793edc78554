"""Hits as RSS 2.0.

A post is text of strangers. Readers show a description as HTML, so it is escaped as HTML first and as XML then; an
item has no title, because readers do not agree whether a title is HTML. What XML 1.0 cannot hold is left out.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

ATOM, DUBLIN_CORE = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
MEDIA_TYPE = "application/rss+xml; charset=utf-8"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_rss(query: str, hits: Sequence[Mapping[str, Any]], *, site: str) -> bytes:
    """The feed of `query`. `site` is the address of the console, without a slash at its end."""
    ET.register_namespace("atom", ATOM)
    ET.register_namespace("dc", DUBLIN_CORE)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", f"Linnet: {query}")
    _add(channel, "link", f"{site}/search?q={quote(query, safe='')}")
    _add(channel, "description", "Posts that match this search, newest first.")
    here = f"{site}/search.rss?q={quote(query, safe='')}"
    ET.SubElement(channel, f"{{{ATOM}}}link", href=here, rel="self", type="application/rss+xml")
    newest = newest_of(hits)
    if newest is not None:
        _add(channel, "lastBuildDate", format_datetime(newest, usegmt=True))
    for hit in hits:
        item = ET.SubElement(channel, "item")
        _add(item, "guid", hit["post_id"]).set("isPermaLink", "false")
        _add(item, "link", f"{site}/post/{quote(hit['post_id'], safe='')}")
        _add(item, "pubDate", format_datetime(time_of(hit), usegmt=True))
        _add(item, f"{{{DUBLIN_CORE}}}creator", hit.get("author_name") or hit["author_id"])
        if hit.get("language"):
            _add(item, f"{{{DUBLIN_CORE}}}language", hit["language"])
        _add(item, "description", html.escape(hit["text"], quote=False).replace("\n", "<br>"))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def newest_of(hits: Sequence[Mapping[str, Any]]) -> datetime | None:
    """The time of the newest post, UTC."""
    return max((time_of(hit) for hit in hits), default=None)


def time_of(hit: Mapping[str, Any]) -> datetime:
    """When the post was made, UTC."""
    return datetime.fromisoformat(hit["created_at"]).astimezone(UTC)


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    child = ET.SubElement(parent, name)
    child.text = _NOT_XML.sub("", text)
    return child
