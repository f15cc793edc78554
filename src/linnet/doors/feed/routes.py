"""GET /search.rss?q=...: newest first, with an ETag.

Only an equal ETag answers 304. A time alone would: when a post of a feed is deleted, no other one gets newer, and a
reader that asks by time would keep what is gone.
"""

from __future__ import annotations

import hashlib
import logging
import re
from email.utils import format_datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse

from linnet.doors.feed.rss import MEDIA_TYPE, newest_of, time_of, to_rss
from linnet.doors.platform import Platform
from linnet.doors.query_text import newest_first
from linnet.errors import BadInput, LinnetError, WrongUse

MAX_CHARACTERS = 1000  # of q, as in the console
DEFAULT_LIMIT, MOST = 50, 100

_WHOLE = re.compile(r"[0-9]{1,3}")

logger = logging.getLogger(__name__)


def mount_feed(app: FastAPI, platform: Platform) -> None:
    @app.api_route("/search.rss", methods=["GET", "HEAD"], tags=["doors"], summary="A saved search as RSS")
    def search_rss(request: Request, q: str = "", limit: str = str(DEFAULT_LIMIT)) -> Response:
        try:
            return _feed(request, platform, _query(q), _limit(limit))
        except (BadInput, WrongUse) as error:
            return PlainTextResponse(str(error), 400)
        except LinnetError as error:
            return PlainTextResponse(str(error), 503)
        except Exception as error:
            logger.error("/search.rss failed", exc_info=error)
            return PlainTextResponse("something went wrong; the server's log says what", 500)


def _feed(request: Request, platform: Platform, query: str, limit: int) -> Response:
    hits = platform.search(newest_first(query), limit=limit)["hits"]
    hits = sorted(hits, key=lambda hit: (time_of(hit), hit["post_id"]), reverse=True)
    body = to_rss(query, hits, site=str(request.base_url).rstrip("/"))
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    newest = newest_of(hits)
    if newest is not None:
        headers["Last-Modified"] = format_datetime(newest, usegmt=True)
    if tag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=MEDIA_TYPE, headers=headers)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _query(q: str) -> str:
    q = q.strip()
    if not q:
        raise BadInput("q is empty; give the words to look for, as in /search.rss?q=harbour")
    if len(q) > MAX_CHARACTERS:
        raise BadInput(f"q has {len(q)} characters; {MAX_CHARACTERS} at most")
    return q


def _limit(limit: str) -> int:
    if not _WHOLE.fullmatch(limit) or not 1 <= int(limit) <= MOST:
        raise BadInput(f"limit is {limit[:20]!r}; give a whole number from 1 to {MOST}")
    return int(limit)
