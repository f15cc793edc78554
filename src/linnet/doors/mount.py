"""Joins the doors to the service."""

from __future__ import annotations

from fastapi import FastAPI

from linnet.doors.bluesky.routes import mount_bluesky
from linnet.doors.fasp.routes import mount_fasp
from linnet.doors.feed.routes import mount_feed
from linnet.doors.lifespan import run_with
from linnet.doors.model_context.http import mount_mcp
from linnet.doors.platform import Platform
from linnet.workspace import Workspace


def mount_doors(app: FastAPI, platform: Platform, workspace: Workspace) -> None:
    """Add every door to `app`. Call it before the console, which takes all addresses that are left."""
    mount_bluesky(app, platform)
    mount_feed(app, platform)
    run_with(app, mount_mcp(app, platform).running)
    run_with(app, mount_fasp(app, platform, workspace).running)
