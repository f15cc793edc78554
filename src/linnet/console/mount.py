"""Joins the console to a FastAPI app. NiceGUI is imported here, on the first call, and not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linnet.console.platform import Platform

if TYPE_CHECKING:
    import fastapi


def mount_console(app: fastapi.FastAPI, platform: Platform, *, storage_secret: str) -> None:
    """Add the console's pages at / and their JSON twins at /api.

    Call it after every other route of `app` is in place: the console takes all addresses that are left. One process
    has one console (NiceGUI keeps its pages in one place); mounting again replaces the platform behind the pages.
    `storage_secret` signs NiceGUI's session cookie; keep it secret and the same over restarts.
    """
    import nicegui
    from fastapi.middleware.gzip import GZipMiddleware
    from fastapi.responses import Response
    from nicegui import ui

    from linnet.console.api import mount_json_twins
    from linnet.console.ask import mount_ask
    from linnet.console.consent import mount_consent
    from linnet.console.corpus import mount_corpus
    from linnet.console.erasure import mount_erasure
    from linnet.console.frame import ASSETS, ASSETS_URL
    from linnet.console.home import mount_home
    from linnet.console.languages import LanguageChoice
    from linnet.console.missing import mount_missing
    from linnet.console.post import mount_post
    from linnet.console.provenance import mount_provenance
    from linnet.console.search import mount_search
    from linnet.console.security import PagePolicy, SecurityHeaders
    from linnet.console.training import mount_training

    mount_json_twins(app, platform)
    app.add_middleware(SecurityHeaders)

    pages = nicegui.app
    # NiceGUI's app lives as long as the process: a second mount starts over instead of adding to the first.
    pages.user_middleware.clear()
    pages.middleware_stack = None
    pages.add_static_files(ASSETS_URL, ASSETS, max_cache_age=365 * 24 * 3600)
    mount_home(platform)
    mount_search(platform)
    mount_ask(platform)
    mount_post(platform)
    mount_provenance(platform)
    mount_corpus(platform)
    mount_consent(platform)
    mount_erasure(platform)
    mount_training(platform)
    icon = (ASSETS / "linnet.svg").read_text(encoding="utf-8")
    pages.add_api_route(
        "/favicon.ico", lambda: Response(icon, media_type="image/svg+xml"), include_in_schema=False
    )
    mount_missing()
    pages.add_middleware(PagePolicy)
    pages.add_middleware(LanguageChoice)
    ui.run_with(
        app,
        title="Linnet",
        favicon=icon,
        dark=False,  # the console's own style sheet does light and dark
        tailwind=False,
        show_welcome_message=False,
        storage_secret=storage_secret,
        session_middleware_kwargs={"max_age": None, "same_site": "strict"},
        reconnect_timeout=10.0,
        # Level 4 is near level 9 in size and takes less than half its time.
        gzip_middleware_factory=lambda inner: GZipMiddleware(inner, minimum_size=1000, compresslevel=4),
    )
