"""A whole application around the API, and the rule that it listens on this machine only.

There are no keys and no users here: whoever reaches the port may ask. So it listens on loopback, and a web page
elsewhere that makes a browser on this machine call it is turned away by its Host (DNS rebinding) or Origin.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from prometheus_client import CollectorRegistry
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from linnet import __version__
from linnet.errors import WrongUse
from linnet.serving.api.config import ApiConfig
from linnet.serving.api.errors import to_api_error
from linnet.serving.api.router import EmbedderSource, LanguageModelSource, create_api

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def check_listen_address(host: str) -> str:
    """`host` when it is this machine only. Raises WrongUse for any other."""
    bare = host.strip().removeprefix("[").removesuffix("]")
    try:
        loopback = ipaddress.ip_address(bare).is_loopback
    except ValueError:
        loopback = bare.lower() == "localhost"
    if not loopback:
        raise WrongUse(
            f"{host!r} is not a loopback address, and this service asks nobody for a key; "
            "listen on 127.0.0.1 and put an authenticating proxy in front"
        )
    return bare


def create_app(
    *,
    language_model: LanguageModelSource,
    embedder: EmbedderSource,
    clock: Callable[[], float] = time.time,
    config: ApiConfig | None = None,
    registry: CollectorRegistry | None = None,
    extra_hosts: Sequence[str] = (),
) -> FastAPI:
    """The API as an application; other routers and pages may be added to it.

    `extra_hosts` are names under which a proxy in front is known.
    """
    # The usual /docs page loads its scripts from elsewhere; /openapi.json is ours alone.
    app = FastAPI(title="Linnet", version=__version__, docs_url=None, redoc_url=None)
    app.include_router(
        create_api(
            language_model=language_model, embedder=embedder, clock=clock, config=config, registry=registry
        )
    )
    hosts = [*LOOPBACK_HOSTS, *extra_hosts]
    app.add_middleware(KnownOriginMiddleware, allowed_hosts=hosts)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)

    @app.exception_handler(HTTPException)
    async def shaped(request: Request, error: HTTPException) -> Response:
        answer = to_api_error(error)
        if answer is not None and request.url.path.startswith("/v1/"):
            return answer.response()
        return await http_exception_handler(request, error)

    return app


class KnownOriginMiddleware:
    """Refuses requests and websockets that a page of another site makes a browser send."""

    def __init__(self, app: ASGIApp, allowed_hosts: Sequence[str]) -> None:
        self.app = app
        self.allowed_hosts = frozenset(host.strip("[]").lower() for host in allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            origin = Headers(scope=scope).get("origin")
            if origin is not None and not self._known(origin):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 1008})
                else:
                    await PlainTextResponse("This origin may not call this service", 403)(
                        scope, receive, send
                    )
                return
        await self.app(scope, receive, send)

    def _known(self, origin: str) -> bool:
        try:
            return (urlsplit(origin).hostname or "") in self.allowed_hosts
        except ValueError:
            return False
