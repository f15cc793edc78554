"""What readers thought of an answer, for preference tuning.

POST /api/ratings {"answer_id": "...", "rating": "up" | "down"}
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from linnet.console.answers import RequestError, answer, failure
from linnet.console.platform import Platform
from linnet.console.request_body import read_body

MAX_BODY_BYTES = 4096


def add_ratings(router: APIRouter, platform: Platform) -> None:
    @router.post("/ratings", summary="Say whether an answer was good; a later rating replaces an earlier one")
    async def rate(request: Request) -> JSONResponse:
        try:
            wanted = await _wanted(request)
        except RequestError as error:
            return failure(error)
        return await run_in_threadpool(answer, lambda: platform.rate(**wanted))


async def _wanted(request: Request) -> dict[str, str]:
    """The checked body."""
    body = await read_body(request, most_bytes=MAX_BODY_BYTES)
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "the body is not JSON") from error
    if (
        not isinstance(asked, dict)
        or asked.keys() != {"answer_id", "rating"}
        or not all(isinstance(value, str) and value for value in asked.values())
    ):
        raise RequestError(400, 'the body must be {"answer_id": "...", "rating": "up" or "down"}')
    return asked
