"""One process on one port: the console at /, the OpenAI-compatible API at /v1, the doors, health and metrics."""

from __future__ import annotations

import secrets

from fastapi import FastAPI

from linnet.console import mount_console
from linnet.doors import mount_doors
from linnet.posts.live.cursors import CursorBook
from linnet.posts.live.lag_metric import registry_with_lag
from linnet.serving.api import create_app
from linnet.wiring import Platform
from linnet.workspace import Workspace


def create_service(workspace: Workspace) -> FastAPI:
    """The FastAPI application of one workspace; models load at their first use."""
    platform = Platform(workspace)
    app = create_app(
        language_model=lambda: platform.language_model,
        embedder=lambda: platform.embedder,
        registry=registry_with_lag(CursorBook(platform.store.state)),
    )
    mount_doors(app, platform, workspace)
    mount_console(app, platform, storage_secret=_console_secret(workspace))
    return app


def _console_secret(workspace: Workspace) -> str:
    """What signs the console's cookies; kept over restarts, readable by this user only."""
    path = workspace.root / "console.secret"
    if not path.exists():
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        part.replace(path)
    return path.read_text(encoding="utf-8")
