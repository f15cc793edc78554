"""The body of a request that changes something: from our own pages only, and bounded."""

from __future__ import annotations

from fastapi import Request

from linnet.console.answers import RequestError
from linnet.console.security import why_not_ours


async def read_body(request: Request, *, most_bytes: int, advice: str = "") -> bytes:
    """Raises RequestError for a request that is not ours, and for a larger body, with `advice` behind the reason."""
    refusal = why_not_ours(request)
    if refusal is not None:
        raise RequestError(*refusal)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise RequestError(413, f"the request is larger than {most_bytes} bytes{advice}")
    return body
