"""Serves the console over the fake platform: python -m tests.browser.serve PORT"""

from __future__ import annotations

import sys

import fastapi
import uvicorn

from linnet.console import mount_console
from tests.console.fake_platform import FakePlatform


def main(port: int) -> None:
    app = fastapi.FastAPI()
    mount_console(app, FakePlatform(), storage_secret="for tests only")
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
