"""The JSON twins of the pages: the same dicts, over GET. An error is {"error": one line} with 400, 404 or 500.

/api/status   /api/search?q=...&limit=20   /api/ask?q=...   /api/post?post_id=...   /api/trace?post_id=...
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import JSONResponse

from linnet.console.platform import Platform
from linnet.errors import LinnetError
from linnet.records import to_json

MAX_RESULTS = 100
MAX_QUERY_CHARACTERS = 1000

logger = logging.getLogger(__name__)

# Answers depend on what is visible now: nobody keeps a copy. JSON never renders, so it may load nothing.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class RequestError(Exception):
    """A request that cannot be answered, with its status and its one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


def mount_json_twins(app: FastAPI, platform: Platform) -> None:
    router = APIRouter(prefix="/api", tags=["console"])

    @router.get("/status", summary="What stands and how fresh it is")
    def status() -> JSONResponse:
        return answer(platform.status)

    @router.get("/search", summary="Search the posts")
    def search(
        q: Annotated[str, Query(description="words and operators")] = "",
        limit: Annotated[str, Query(description=f"results at most, 1 to {MAX_RESULTS}")] = "20",
    ) -> JSONResponse:
        return answer(lambda: platform.search(checked_query(q), limit=checked_limit(limit)))

    @router.get("/ask", summary="Ask a question that the posts answer")
    def ask(q: Annotated[str, Query(description="the question")] = "") -> JSONResponse:
        return answer(lambda: platform.ask(checked_query(q)))

    @router.get("/post", summary="A post with its parent and replies")
    def post(post_id: Annotated[str, Query()] = "") -> JSONResponse:
        return answer(lambda: visible_post(platform, post_id))

    @router.get("/trace", summary="The life of a post in the platform's AI")
    def trace(post_id: Annotated[str, Query()] = "") -> JSONResponse:
        return answer(lambda: visible_trace(platform, post_id))

    @router.get("/{rest:path}", include_in_schema=False)
    def unknown(rest: str) -> JSONResponse:
        return error_answer(404, f"there is no /api/{rest}")

    app.include_router(router)


def answer(call: Callable[[], Any]) -> JSONResponse:
    try:
        return JSONResponse(to_json(call()), headers=HEADERS)
    except RequestError as error:
        return error_answer(error.status, str(error))
    except LinnetError as error:
        return error_answer(400, str(error))
    except Exception:
        logger.exception("a JSON twin failed")
        return error_answer(500, "something went wrong; it was written to the server's log")


def error_answer(status: int, line: str) -> JSONResponse:
    return JSONResponse({"error": line}, status_code=status, headers=HEADERS)


def checked_query(query: str) -> str:
    query = query.strip()
    if not query:
        raise RequestError(400, "q is empty; give the words to look for")
    if len(query) > MAX_QUERY_CHARACTERS:
        raise RequestError(400, f"q has {len(query)} characters; {MAX_QUERY_CHARACTERS} at most")
    return query


def checked_limit(limit: str) -> int:
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= MAX_RESULTS:
        raise RequestError(400, f"limit is {limit[:20]!r}; give a whole number from 1 to {MAX_RESULTS}")
    return int(limit)


def visible_post(platform: Platform, post_id: str) -> dict[str, Any]:
    found = platform.post(post_id) if post_id else None
    if found is None:
        raise RequestError(404, "there is no such post, or it is not visible to you")
    return found


def visible_trace(platform: Platform, post_id: str) -> dict[str, Any]:
    """The trace of a post that may be read. A trace of any other would tell that the post exists."""
    visible_post(platform, post_id)
    return platform.trace(post_id)
