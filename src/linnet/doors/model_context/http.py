"""MCP over HTTP at /mcp: each request is answered for itself, no session is kept.

Which hosts and origins may call is checked in front of every route of the service.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from linnet.doors.model_context.tools import make_server
from linnet.doors.platform import Platform

PATH = "/mcp"
MAX_BODY_BYTES = 256 * 1024


class McpEndpoint:
    """An ASGI application that answers while `running`. The library's manager runs once, so each run makes its own."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._manager: Any = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        from mcp.server.transport_security import TransportSecuritySettings

        server = make_server(lambda: self._platform)
        server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=MAX_BODY_BYTES,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        async with server.session_manager.run():
            self._manager = server.session_manager
            try:
                yield
            finally:
                self._manager = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._manager is None:
            await PlainTextResponse("the service is starting or stopping", 503)(scope, receive, send)
            return
        await self._manager.handle_request(scope, receive, send)


def mount_mcp(app: FastAPI, platform: Platform) -> McpEndpoint:
    endpoint = McpEndpoint(platform)
    app.router.routes.append(Route(PATH, endpoint=endpoint))
    return endpoint
