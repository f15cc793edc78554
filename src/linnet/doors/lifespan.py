"""What must run as long as the service does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI


def run_with(app: FastAPI, context: Callable[[], AbstractAsyncContextManager[None]]) -> None:
    """Enter `context` when `app` starts, inside of whatever it enters already. Call it before the console mounts."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def both(app: Any) -> AsyncIterator[Any]:
        async with inner(app) as state, context():
            yield state

    app.router.lifespan_context = both
