"""How the JSON twins answer: one object, or {"error": one line} with its status; and the limits of what may be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from fastapi.responses import JSONResponse

from linnet.errors import LinnetError
from linnet.records import to_json

MAX_RESULTS = 100
MAX_QUERY_CHARACTERS = 1000
MAX_PROVENANCE_CHARACTERS = 4000  # it travels in the address of the page

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


def answer(call: Callable[[], Any]) -> JSONResponse:
    try:
        return JSONResponse(to_json(call()), headers=HEADERS)
    except Exception as error:
        return failure(error)


def failure(error: Exception) -> JSONResponse:
    """What a twin that raised `error` says; what is not meant for people is logged instead."""
    if isinstance(error, RequestError):
        return error_answer(error.status, str(error))
    if isinstance(error, LinnetError):
        return error_answer(400, str(error))
    logger.error("a JSON twin failed", exc_info=error)
    return error_answer(500, "something went wrong; it was written to the server's log")


def error_answer(status: int, line: str) -> JSONResponse:
    return JSONResponse({"error": line}, status_code=status, headers=HEADERS)


def checked_text(text: str, *, name: str = "q", limit: int = MAX_QUERY_CHARACTERS) -> str:
    text = text.strip()
    if not text:
        what = "the words to look for" if name == "q" else f"the {name}"
        raise RequestError(400, f"{name} is empty; give {what}")
    if len(text) > limit:
        raise RequestError(400, f"{name} has {len(text)} characters; {limit} at most")
    return text


def checked_limit(limit: str) -> int:
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= MAX_RESULTS:
        raise RequestError(400, f"limit is {limit[:20]!r}; give a whole number from 1 to {MAX_RESULTS}")
    return int(limit)
