"""GET /xrpc/app.bsky.feed.searchPosts: pages by offset, errors as {"error", "message"}."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from linnet.doors.bluesky.post_view import post_view
from linnet.doors.bluesky.query import MOST_OFFSET, SearchPosts, read_parameters
from linnet.doors.platform import Platform
from linnet.errors import BadInput, LinnetError, WrongUse

SEARCH = "app.bsky.feed.searchPosts"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

logger = logging.getLogger(__name__)


def mount_bluesky(app: FastAPI, platform: Platform) -> None:
    router = APIRouter(prefix="/xrpc", tags=["doors"])

    @router.get(f"/{SEARCH}", summary="Search the posts, as Bluesky's clients ask it")
    def search_posts(request: Request) -> JSONResponse:
        try:
            asked = read_parameters(request.query_params.multi_items())
            return JSONResponse(search(platform, asked), headers=HEADERS)
        except (BadInput, WrongUse) as error:
            return _error(400, "InvalidRequest", str(error))
        except LinnetError as error:
            return _error(503, "NotEnoughResources", str(error))
        except Exception as error:
            logger.error("%s failed", SEARCH, exc_info=error)
            return _error(500, "InternalServerError", "something went wrong; the server's log says what")

    @router.api_route("/{method:path}", methods=["GET", "POST"], include_in_schema=False)
    def unknown(method: str) -> JSONResponse:
        return _error(501, "MethodNotImplemented", f"only {SEARCH} is answered here")

    app.include_router(router)


def search(platform: Platform, asked: SearchPosts) -> dict[str, Any]:
    """One page. A cursor is the number of posts so far; there is none behind the last post that a search gives."""
    wanted = asked.offset + asked.limit
    hits = platform.search(asked.query, limit=min(wanted + 1, MOST_OFFSET))["hits"]
    answer: dict[str, Any] = {"posts": [post_view(hit) for hit in hits[asked.offset : wanted]]}
    if len(hits) > wanted:
        answer["cursor"] = str(wanted)
    return answer


def _error(status: int, name: str, line: str) -> JSONResponse:
    return JSONResponse({"error": name, "message": line}, status_code=status, headers=HEADERS)
