"""One process on one port: the console at /, the OpenAI-compatible API at /v1, health and metrics."""

from __future__ import annotations

import secrets

from fastapi import FastAPI

from linnet.console import mount_console
from linnet.serving.api import create_app
from linnet.wiring import Platform
from linnet.workspace import Workspace


def create_service(workspace: Workspace) -> FastAPI:
    """The FastAPI application of one workspace; models load at their first use."""
    platform = Platform(workspace)
    app = create_app(language_model=lambda: platform.language_model, embedder=lambda: platform.embedder)
    mount_console(app, platform, storage_secret=secrets.token_urlsafe(32))
    return app
