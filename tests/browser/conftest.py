"""The address of a console to look at.

`console_url` starts a server over the fake platform in a process of its own. LINNET_CONSOLE_URL names a console
that runs already instead; the tests that need the fake posts then skip themselves through `fake_console_url`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60


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
