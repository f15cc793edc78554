"""The JSON twin of the erasure page; with `ratings_api` the only part of the console that changes anything.

GET /api/erasures   POST /api/erasures {"posts": [...], "authors": [...]}   GET /api/erasures/ID/receipt
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from linnet.console.answers import HEADERS, RequestError, answer, failure
from linnet.console.platform import Platform
from linnet.console.request_body import read_body

MAX_IDS = 10_000  # ids in one request
MAX_ID_CHARACTERS = 1000
MAX_BODY_BYTES = 4 * 1024 * 1024


def add_erasures(router: APIRouter, platform: Platform) -> None:
    @router.get("/erasures", summary="Every erasure, newest first, with what became of it")
    def erasures() -> JSONResponse:
        return answer(platform.erasures)

    @router.post("/erasures", summary="Erase posts, or everything of some authors; it cannot be undone")
    async def erase(request: Request) -> JSONResponse:
        try:
            wanted = await _wanted(request)
        except RequestError as error:
            return failure(error)
        return await run_in_threadpool(answer, lambda: platform.forget(**wanted))

    @router.get("/erasures/{request_id:path}/receipt", summary="The receipt of an erasure, as a file")
    def receipt(request_id: str) -> Response:
        try:
            path = receipt_file(platform, request_id)
        except Exception as error:
            return failure(error)
        return FileResponse(path, filename=path.name, media_type="application/json", headers=HEADERS)


async def _wanted(request: Request) -> dict[str, tuple[str, ...]]:
    """The checked body of a request to erase."""
    return checked_ids(await read_body(request, most_bytes=MAX_BODY_BYTES, advice="; send fewer ids at once"))


def checked_ids(body: bytes) -> dict[str, tuple[str, ...]]:
    """{"posts": ids, "authors": ids} of a JSON body. Nothing is guessed: what is not as told is refused."""
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, "the body is not JSON") from error
    if not isinstance(asked, dict) or not asked.keys() <= {"posts", "authors"}:
        raise RequestError(400, 'the body must be {"posts": [ids], "authors": [ids]}')
    wanted = {}
    for name in ("posts", "authors"):
        ids = asked.get(name, [])
        if not isinstance(ids, list) or not all(isinstance(id_, str) and id_.strip() for id_ in ids):
            raise RequestError(400, f"{name} must be a list of ids, each a string that is not empty")
        if any(len(id_) > MAX_ID_CHARACTERS for id_ in ids):
            raise RequestError(400, f"an id in {name} is longer than {MAX_ID_CHARACTERS} characters")
        wanted[name] = tuple(dict.fromkeys(ids))
    count = len(wanted["posts"]) + len(wanted["authors"])
    if count == 0:
        raise RequestError(400, "nothing to erase; give ids in posts or authors")
    if count > MAX_IDS:
        raise RequestError(400, f"{count} ids at once; {MAX_IDS} at most")
    return wanted


def receipt_file(platform: Platform, request_id: str) -> Path:
    """The receipt of an erasure that the platform knows; no path ever comes from the request."""
    from linnet.erasure.receipts import receipts_folder

    known = {str(request["id"]): request for request in platform.erasures()["requests"]}
    name = known.get(request_id, {}).get("receipt")
    if not name:
        raise RequestError(404, "there is no such erasure, or it has no receipt yet")
    folder = receipts_folder(platform.workspace).resolve()
    path = Path(name) if Path(name).is_absolute() else platform.workspace.root / name
    path = path.resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise RequestError(404, "the receipt's file is not in the workspace's erasure/receipts")
    return path
