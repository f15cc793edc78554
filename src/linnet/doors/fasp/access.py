"""In front of every endpoint: only a server that we are registered at may call, and every answer to it is signed."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from linnet.doors.fasp.digest import content_digest, digest_matches
from linnet.doors.fasp.keys import private_key, public_key
from linnet.doors.fasp.server_book import Server, ServerBook
from linnet.doors.fasp.signature import (
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    BadSignature,
    check,
    received_signatures,
    sign,
)
from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.workspace import Workspace

MAX_BODY_BYTES = 1024 * 1024

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that its server signed."""

    server: Server
    parameters: dict[str, str]  # of the query string
    body: bytes

    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise BadInput("the body is not JSON") from error


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int = 200
    value: Any = None  # JSON; None for an empty body


class NotHere(LinnetError):
    """What the request names does not exist here: 404."""


class Access:
    """`prefix` is where the endpoints are in this service; the server knows that place as our base URL."""

    def __init__(self, workspace: Workspace, book: ServerBook, *, prefix: str) -> None:
        self._workspace, self._book, self._prefix = workspace, book, prefix

    async def answer(self, request: Request, work: Callable[[Call], Reply]) -> Response:
        """Check the request, do `work` in a thread, sign the answer. Who is not known gets an unsigned 401."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                return _plain(413, f"the body is larger than {MAX_BODY_BYTES} bytes")
        try:
            server = await run_in_threadpool(self._who_signed, request, body)
        except BadSignature as error:
            return _plain(401, str(error))
        call = Call(server=server, parameters=dict(request.query_params), body=body)
        return await run_in_threadpool(self._signed, server, work, call)

    def _who_signed(self, request: Request, body: bytes) -> Server:
        headers = request.headers
        if not digest_matches(headers.get("content-digest", ""), body):
            raise BadSignature("the content-digest is missing, or is not that of the body")
        for received in received_signatures(headers.get("signature-input", ""), headers.get("signature", "")):
            server = self._book.get(received.key_id) if received.key_id else None
            if server is None:
                continue
            values = {
                **{name: headers[name] for name in headers},
                "@method": request.method,
                "@target-uri": self._target_uri(request, server),
            }
            check(received, values, REQUEST_COMPONENTS, key=public_key(server.public_key), now=time.time())
            return server
        raise BadSignature("no signature names a server that we are registered at")

    def _target_uri(self, request: Request, server: Server) -> str:
        """As the server wrote it: a proxy in front may have changed scheme, host and the beginning of the path."""
        raw: bytes = request.scope.get("raw_path", request.url.path.encode())
        path = raw.decode("latin-1").partition("?")[0]
        query = request.scope.get("query_string", b"").decode("latin-1")
        return server.our_base_url + path.removeprefix(self._prefix) + (f"?{query}" if query else "")

    def _signed(self, server: Server, work: Callable[[Call], Reply], call: Call) -> Response:
        try:
            reply = work(call)
        except NotHere as error:
            reply = Reply(status=404, value={"error": str(error)})
        except (BadInput, WrongUse) as error:
            reply = Reply(status=400, value={"error": str(error)})
        except LinnetError as error:
            reply = Reply(status=503, value={"error": str(error)})
        except Exception as error:
            logger.error("a request of %s failed", server.host, exc_info=error)
            reply = Reply(status=500, value={"error": "something went wrong; the server's log says what"})
        body = b"" if reply.value is None else json.dumps(reply.value, ensure_ascii=False).encode("utf-8")
        digest = content_digest(body)
        headers = sign(
            private_key(self._workspace, server.server_id),
            {"@status": str(reply.status), "content-digest": digest},
            RESPONSE_COMPONENTS,
            key_id=server.fasp_id,
            created=int(time.time()),
        )
        headers |= {"Content-Digest": digest, "Cache-Control": "no-store"}
        media_type = "application/json" if body else None
        return Response(body, reply.status, headers=headers, media_type=media_type)


def _plain(status: int, line: str) -> Response:
    return Response(json.dumps({"error": line}), status, media_type="application/json")
