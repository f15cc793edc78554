"""MCP over the standard streams of a process, for clients that start their servers themselves."""

from __future__ import annotations

from functools import cache

from linnet.doors.model_context.tools import make_server
from linnet.doors.platform import Platform
from linnet.workspace import Workspace


def serve_stdio(workspace: Workspace) -> None:
    """Answer until standard input ends. Whatever else is printed goes to standard error."""

    @cache
    def platform() -> Platform:
        from linnet.wiring import Platform as Wired

        return Wired(workspace)

    make_server(platform).run("stdio")
