"""Every erasure so far: what it reached, what is still owed, and its receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from linnet.console.elements import badge, tag
from linnet.console.formatting import format_relative, format_time, parse_time
from linnet.console.links import receipt_url
from linnet.console.markup import one_line
from linnet.console.places import places_line
from linnet.console.texts import Texts


def show_requests(found: Mapping[str, Any], texts: Texts) -> None:
    requests = found.get("requests") or []
    with tag("section", css="requests", aria_labelledby="requests-title"):
        tag("h2", texts("erasure.requests"), id="requests-title")
        if not requests:
            tag("p", texts("erasure.none"), css="quiet")
            return
        with tag("ol", css="results"):
            for request in requests:
                with tag("li", css="card request"):
                    _request(request, texts)


def _request(request: Mapping[str, Any], texts: Texts) -> None:
    asked, finished = parse_time(request.get("requested_at")), parse_time(request.get("finished_at"))
    with tag("div", css="request-head"):
        tag("span", texts("erasure.done.posts", count=int(request.get("posts") or 0)), css="request-posts")
        if finished is None:
            badge("running", texts("erasure.unfinished"))
        elif request.get("valid"):
            badge("done", texts("erasure.valid"))
        else:
            badge("denied", texts("erasure.invalid"))
    with tag("p", css="facts facts-small"):
        for key, moment in (("erasure.requested", asked), ("erasure.finished", finished)):
            if moment is not None:
                when = format_relative(moment, datetime.now(UTC), texts)
                tag("span", f"{texts.get(key, key)} {when}", title=format_time(moment, texts))
        tag("span", one_line(str(request["id"]), 60))
    where = places_line(request.get("places") or {}, texts)
    if where:
        tag("p", where)
    show_debt(request.get("debt") or [], texts)
    if request.get("receipt"):
        tag(
            "a",
            texts("erasure.receipt"),
            css="button button-small",
            href=receipt_url(str(request["id"])),
            download=True,
        )


def show_debt(debt: Sequence[Mapping[str, Any]], texts: Texts) -> None:
    """What still remembers the posts, and until when. The platform's own words are in English."""
    if not debt:
        return
    with tag("div", css="debt"):
        tag("p", texts("erasure.debt"), css="debt-title")
        with tag("ul", css="points"):
            for entry in debt:
                parts = [str(entry.get(name) or "") for name in ("model", "why", "until")]
                model, why, until = (one_line(part, 200) for part in parts)
                with tag("li"):
                    tag("span", texts.get(f"stage.{model}", model), css="debt-model")
                    tag("span", why, css="quiet")
                    if until:
                        tag("span", texts("erasure.until", until=until), css="quiet")
