"""Settles the language of each request before a page is built, and remembers a language asked for by ?lang=."""

from __future__ import annotations

from contextvars import ContextVar

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from linnet.console.texts import (
    CATALOGUES,
    DEFAULT_LANGUAGE,
    LANGUAGE_COOKIE,
    LANGUAGE_PARAMETER,
    Texts,
    choose_language,
)

COOKIE_SECONDS = 365 * 24 * 3600

_language: ContextVar[str] = ContextVar("console_language", default=DEFAULT_LANGUAGE)


def current_language() -> str:
    """The language of the request being answered."""
    return _language.get()


def current_texts() -> Texts:
    return Texts(current_language())


class LanguageChoice:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        asked = request.query_params.get(LANGUAGE_PARAMETER)
        _language.set(
            choose_language(
                asked, request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language")
            )
        )

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and asked in CATALOGUES:
                cookie = (
                    f"{LANGUAGE_COOKIE}={asked}; Path=/; Max-Age={COOKIE_SECONDS}; SameSite=Lax; HttpOnly"
                )
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_cookie)
