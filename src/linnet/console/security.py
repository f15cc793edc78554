"""What a browser may do with the console's pages, and which requests may change something.

Pages get a Content-Security-Policy with a fresh nonce a response, so that no script runs but ours, even if some
HTML slipped through. Two allowances remain, both NiceGUI's: Vue compiles its templates in the browser
('unsafe-eval'), and Quasar and ECharts set inline styles.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def why_not_ours(request: Request) -> tuple[int, str] | None:
    """The status and the line that refuse a request to change something; None when it may.

    A page of another site can make a browser send a form or plain text here, but neither JSON nor our own origin.
    Which names the service answers to (DNS rebinding) is checked in front of every route, see `serving.api`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return 415, "send application/json"
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return 403, "this request comes from a page of another site"
    origin = request.headers.get("origin")
    if origin is not None and _host_of(origin) != request.headers.get("host", "").lower():
        return 403, "this request comes from a page of another site"
    return None


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


class SecurityHeaders:
    """Adds HEADERS to every response of an app that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class PagePolicy:
    """Gives HTML responses PAGE_POLICY, and the nonce to every script tag of the page.

    The template holds post texts only with < escaped, so each "<script" in it is the template's own.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held: Message | None = None
        body = b""

        async def send_with_policy(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start":
                if MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
                    held = message
                    return
            elif message["type"] == "http.response.body" and held is not None:
                body += message.get("body", b"")
                if message.get("more_body", False):
                    return
                nonce = secrets.token_urlsafe(16)
                body = body.replace(b"<script", f'<script nonce="{nonce}"'.encode())
                headers = MutableHeaders(scope=held)
                headers["Content-Security-Policy"] = PAGE_POLICY.format(nonce=nonce)
                headers["Content-Length"] = str(len(body))
                await send(held)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self.app(scope, receive, send_with_policy)
