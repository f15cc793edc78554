"""Runs a platform's blocking call beside the page: fast results arrive with it, slow ones after a skeleton.

Whatever fails becomes one clear line on the page; a failure that is not meant for people is logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from linnet.console.elements import error_notice, not_ready_notice, tag
from linnet.console.texts import Texts
from linnet.errors import LinnetError, NotReady

T = TypeVar("T")

SKELETON_AFTER_SECONDS = 0.35  # a call that is faster is part of the first response, without a flicker
CONNECT_SECONDS = 30.0  # a browser that has not opened its socket by then is gone

logger = logging.getLogger(__name__)


async def show(
    call: Callable[[], T], render: Callable[[T], Callable[[], Any] | None], texts: Texts, *, loading: str
) -> None:
    """Call `call` in a thread and `render` its result here, with `loading` said meanwhile if it takes a while.

    What `render` returns is called once the browser shows the page: for parts that would delay the rest.
    """
    from nicegui import run, ui
    from nicegui.client import ClientConnectionTimeout

    client = ui.context.client
    box = tag("div", css="loaded")
    work = asyncio.ensure_future(run.io_bound(_outcome, call))
    await asyncio.wait({work}, timeout=SKELETON_AFTER_SECONDS)
    if not work.done():
        box.props["aria-busy"] = "true"
        with box:
            _skeleton(loading)
        await client.connected(timeout=CONNECT_SECONDS)
        await asyncio.wait({work})
        if client.is_deleted:
            return
        box.clear()
        del box.props["aria-busy"]
    outcome = work.result()
    with box:
        if outcome is None:  # NiceGUI's answer while the server shuts down
            error_notice(texts("error.stopping"), texts)
            return
        value, error = outcome
        if error is None:
            try:
                later = render(cast(T, value))
                if later is not None:
                    await client.connected(timeout=CONNECT_SECONDS)
                    if not client.is_deleted:
                        later()
                return
            except ClientConnectionTimeout:
                raise
            except Exception as failed:
                error = failed
                box.clear()
        if isinstance(error, NotReady):
            not_ready_notice(str(error), texts)
        elif isinstance(error, LinnetError):
            error_notice(str(error), texts)
        else:
            logger.error("a page could not be shown", exc_info=error)
            error_notice(texts("error.unexpected"), texts)


def _outcome(call: Callable[[], T]) -> tuple[T, None] | tuple[None, Exception]:
    try:
        return call(), None
    except Exception as error:  # carried to the page, which shows or logs it
        return None, error


def _skeleton(loading: str) -> None:
    with tag("div", css="skeleton", role="status"):
        with tag("p", css="skeleton-text"):
            tag("span", css="spinner", aria_hidden="true")
            tag("span", loading + "…")
        for width in ("92%", "78%", "85%"):
            tag("div", css="skeleton-line", aria_hidden="true").style(f"width: {width}")
