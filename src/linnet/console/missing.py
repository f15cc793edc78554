"""The page for addresses that lead nowhere."""

from __future__ import annotations

from nicegui import ui

from linnet.console.elements import tag
from linnet.console.frame import ConsolePage, frame
from linnet.console.languages import current_texts


def mount_missing() -> None:
    """Mount it last: it takes every address that no other route took."""

    @ConsolePage("/{path:path}")
    async def missing(path: str) -> None:
        texts = current_texts()
        ui.context.client.status_code = 404
        with (
            frame(texts, title=texts("missing.title"), active="", json_url="/api/status"),
            tag("div", css="empty"),
        ):
            tag("h1", texts("missing.title"))
            tag("p", texts("missing.text"), css="quiet")
            tag("a", texts("missing.home"), css="button", href="/")
