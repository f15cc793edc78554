"""What a server announces: addresses of posts or accounts that are new, changed or gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linnet.doors.fasp.server_book import host_of
from linnet.errors import BadInput

CATEGORIES = ("content", "account")
EVENTS = ("new", "update", "delete", "trending")
SOURCES = ("subscription", "backfillRequest")
MOST_URIS = 1000
MAX_URI_CHARACTERS = 2000


@dataclass(frozen=True, kw_only=True)
class Announcement:
    kind: str  # of what we asked for: one of SOURCES
    source_id: str  # which one
    category: str
    event: str  # what a backfill brings counts as new
    uris: tuple[str, ...]
    more: bool  # whether a backfill has more to give


def read_announcement(body: Any) -> Announcement:
    """Raises BadInput with what is wrong."""
    if not isinstance(body, dict):
        raise BadInput("an announcement is a JSON object")
    source = body.get("source")
    source = source if isinstance(source, dict) else {}
    kind = next((one for one in SOURCES if isinstance(source.get(one), dict)), None)
    if kind is None:
        raise BadInput("source names neither a subscription nor a backfillRequest")
    source_id = source[kind].get("id")
    if isinstance(source_id, int) and not isinstance(source_id, bool):
        source_id = str(source_id)
    if not isinstance(source_id, str) or not source_id:
        raise BadInput(f"the {kind} has no id")
    category = body.get("category")
    if category not in CATEGORIES:
        raise BadInput(f"category is none of {', '.join(CATEGORIES)}")
    event = body.get("eventType", "new") if kind == "subscription" else "new"
    if event not in EVENTS:
        raise BadInput(f"eventType is none of {', '.join(EVENTS)}")
    uris = body.get("objectUris")
    if not isinstance(uris, list) or len(uris) > MOST_URIS or not all(map(_is_uri, uris)):
        raise BadInput(f"objectUris is a list of at most {MOST_URIS} web addresses")
    return Announcement(
        kind=kind,
        source_id=source_id,
        category=category,
        event=event,
        uris=tuple(dict.fromkeys(uris)),
        more=body.get("moreObjectsAvailable") is True,
    )


def _is_uri(value: Any) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= MAX_URI_CHARACTERS
        and value.startswith(("https://", "http://"))
        and value.isascii()
        and value.isprintable()
        and " " not in value
        and bool(host_of(value))
    )
