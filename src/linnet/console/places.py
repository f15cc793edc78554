"""The places that posts reach (search index, corpus, models ...), as a table of counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from linnet.console.markup import one_line
from linnet.console.platform import Platform
from linnet.console.tables import table
from linnet.console.texts import Texts
from linnet.errors import BadInput


def where_used(platform: Platform, author_id: str) -> Mapping[str, Any]:
    """`consent_where`, with "line" alone where there is nothing to say about this author but why."""
    try:
        return platform.consent_where(author_id)
    except BadInput as error:
        return {"line": str(error)}


def place_name(place: str, texts: Texts) -> str:
    """ "corpus" or "corpus: heldout" in the reader's language; a name that we have no words for stays as it is."""
    group, _, part = place.partition(": ")
    name = texts.get(f"place.{group.replace(' ', '_')}", one_line(group.replace("_", " ")))
    if not part:
        return name
    said = texts.get(f"part.{part}", texts.get(f"purpose.{part}", one_line(part.replace("_", " "))))
    return f"{name} – {said}"


def places_table(places: Iterable[Mapping[str, Any]], texts: Texts) -> None:
    head = (texts("place.place"), texts("place.detail"), texts("home.chart.posts"))
    with table(head, caption=texts("place.caption"), numbers=1) as row:
        for place in places:
            row(
                place_name(str(place["place"]), texts),
                one_line(str(place.get("detail") or "–"), 200),
                texts.integer(int(place.get("posts") or 0)),
            )


def places_line(places: Mapping[str, Any], texts: Texts) -> str:
    """Counts by place in one line; places that held nothing are left out."""
    return ", ".join(
        f"{place_name(str(name), texts)} {texts.integer(int(count))}"
        for name, count in places.items()
        if count
    )
