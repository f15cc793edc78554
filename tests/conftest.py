"""What all tests share: no network but loopback, the real data where it is, and one headless Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Tests share the cores: threads that meet at barriers crawl as soon as one of them has to wait for a core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("linnet", deadline=None)
settings.load_profile("linnet")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data for development; it is no part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data for development is not beside the project (../shared/data)")
    return SHARED_DATA


CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on the PATH; install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own: open_page(url, width=390, color_scheme="dark", locale="fr-FR").

    At the end of the test, nothing may have stood in the console and no request may have left loopback.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_(url: str, *, width: int = 1280, height: int = 900, **settings: Any) -> Page:
        settings.setdefault("locale", "en-GB")
        context = browser.new_context(viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complain_about(message.type, message.text, page.url))
        page.on("pageerror", lambda error: complaints.append(f"{error} at {page.url}"))
        page.on("request", lambda request: check_host(request.url))
        page.on("websocket", lambda socket: check_host(socket.url))
        page.goto(url, wait_until="commit")
        page.wait_for_selector("#content h1")
        return page

    def complain_about(kind: str, text: str, url: str) -> None:
        # Chromium reports a page that is meant to be missing as an error of its own.
        if kind in ("error", "warning") and "status of 404" not in text:
            complaints.append(f"{kind}: {text} at {url}")

    def check_host(url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            complaints.append(f"a request left loopback: {url}")

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
