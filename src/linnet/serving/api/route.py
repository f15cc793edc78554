"""Around every endpoint: a size limit, OpenAI-shaped errors, metrics."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from linnet.serving.api.errors import ApiError, shown_error
from linnet.serving.api.metrics import ApiMetrics


class EventStream(StreamingResponse):
    """Server-sent events. `on_close` is called once however it ends: sent, cut off, or never begun."""

    def __init__(self, events: AsyncIterator[str], on_close: Callable[[], None]) -> None:
        super().__init__(
            events,
            media_type="text/event-stream",
            # Proxies must hand each event on at once.
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )
        self.on_close = [on_close]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            for call in self.on_close:
                call()


def api_route_class(metrics: ApiMetrics, max_body_bytes: int) -> type[APIRoute]:
    class LimitedRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()
            endpoint = self.path

            async def limited(request: Request) -> Response:
                started = time.perf_counter()
                metrics.in_flight.inc()

                def finished() -> None:
                    metrics.in_flight.dec()
                    metrics.seconds.labels(endpoint).observe(time.perf_counter() - started)

                try:
                    response = await handle(limit_body(request, max_body_bytes))
                except Exception as error:
                    response = shown_error(error, endpoint).response()
                except BaseException:  # cancelled: the client is gone
                    finished()
                    raise
                metrics.requests.labels(endpoint, str(response.status_code)).inc()
                if isinstance(response, EventStream):
                    response.on_close.append(finished)
                else:
                    finished()
                return response

            return limited

    return LimitedRoute


def limit_body(request: Request, max_body_bytes: int) -> Request:
    """The same request, which fails with 413 as soon as more than `max_body_bytes` have been announced or read."""
    too_large = ApiError(413, f"The body is larger than {max_body_bytes} bytes.", code="body_too_large")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_body_bytes:
        raise too_large
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > max_body_bytes:
            raise too_large
        return message

    return Request(request.scope, receive)
