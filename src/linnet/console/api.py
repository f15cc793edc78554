"""The JSON twins of the pages: the same dicts. An error is {"error": one line} with 400, 403, 404, 415 or 500.

/api/status   /api/search?q=...&limit=20   /api/ask?q=...   /api/post?post_id=...   /api/trace?post_id=...
/api/provenance?text=...   /api/corpus/dropped?reason=...&limit=50   /api/training
/api/consent/coverage   /api/consent/where?author=...   and, in `erasure_api`, /api/erasures; in `ratings_api`, /api/ratings
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import JSONResponse

from linnet.console.answers import (
    MAX_PROVENANCE_CHARACTERS,
    MAX_RESULTS,
    RequestError,
    answer,
    checked_limit,
    checked_text,
    error_answer,
)
from linnet.console.erasure_api import add_erasures
from linnet.console.platform import Platform
from linnet.console.ratings_api import add_ratings


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
        return answer(lambda: platform.search(checked_text(q), limit=checked_limit(limit)))

    @router.get("/ask", summary="Ask a question that the posts answer")
    def ask(q: Annotated[str, Query(description="the question")] = "") -> JSONResponse:
        return answer(lambda: platform.ask(checked_text(q)))

    @router.get("/post", summary="A post with its parent and replies")
    def post(post_id: Annotated[str, Query()] = "") -> JSONResponse:
        return answer(lambda: visible_post(platform, post_id))

    @router.get("/trace", summary="The life of a post in the platform's AI")
    def trace(post_id: Annotated[str, Query()] = "") -> JSONResponse:
        return answer(lambda: visible_trace(platform, post_id))

    @router.get("/provenance", summary="Which posts the words of a text come from")
    def provenance(
        text: Annotated[str, Query(description=f"at most {MAX_PROVENANCE_CHARACTERS} characters")] = "",
    ) -> JSONResponse:
        return answer(
            lambda: platform.provenance(checked_text(text, name="text", limit=MAX_PROVENANCE_CHARACTERS))
        )

    @router.get("/corpus/dropped", summary="What curation left out, and why")
    def dropped(
        reason: Annotated[str, Query(description="only posts left out for this reason")] = "",
        limit: Annotated[str, Query(description=f"posts at most, 1 to {MAX_RESULTS}")] = "50",
    ) -> JSONResponse:
        return answer(lambda: platform.dropped(reason or None, limit=checked_limit(limit)))

    @router.get("/training", summary="How far training is, its curves, its checkpoints and rewinds")
    def training() -> JSONResponse:
        return answer(platform.training)

    @router.get(
        "/consent/coverage", summary="How much of the posts each purpose may use, and why not the rest"
    )
    def coverage() -> JSONResponse:
        return answer(platform.consent_coverage)

    @router.get("/consent/where", summary="Where an author's posts were used")
    def where(author: Annotated[str, Query(description="the author's id")] = "") -> JSONResponse:
        return answer(lambda: platform.consent_where(checked_text(author, name="author")))

    add_erasures(router, platform)
    add_ratings(router, platform)

    @router.get("/{rest:path}", include_in_schema=False)
    def unknown(rest: str) -> JSONResponse:
        return error_answer(404, f"there is no /api/{rest}")

    app.include_router(router)


def visible_post(platform: Platform, post_id: str) -> dict[str, Any]:
    found = platform.post(post_id) if post_id else None
    if found is None:
        raise RequestError(404, "there is no such post, or it is not visible to you")
    return found


def visible_trace(platform: Platform, post_id: str) -> dict[str, Any]:
    """The trace of a post that may be read. A trace of any other would tell that the post exists."""
    visible_post(platform, post_id)
    return platform.trace(post_id)
