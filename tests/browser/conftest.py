"""A headless Chromium, and the address of a console to look at.

`console_url` starts a server over the fake platform in a process of its own. LINNET_CONSOLE_URL names a console
that runs already instead; the tests that need the fake posts then skip themselves through `fake_console_url`.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def console_url() -> Iterator[str]:
    if os.environ.get("LINNET_CONSOLE_URL"):
        yield os.environ["LINNET_CONSOLE_URL"].rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "tests.browser.serve", str(port)], cwd=REPOSITORY)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_it_answers(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            pytest.fail(f"the console's server ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/api/status", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the console's server did not answer within {START_SECONDS} s")


@pytest.fixture(scope="session")
def fake_console_url(console_url: str) -> str:
    if os.environ.get("LINNET_CONSOLE_URL"):
        pytest.skip("needs the fake platform's posts; LINNET_CONSOLE_URL names another one")
    return console_url


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
