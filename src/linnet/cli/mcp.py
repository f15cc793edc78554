"""linnet mcp: the search as tools for an assistant, over standard input and output."""

from __future__ import annotations

import typer

from linnet.cli.output import workspace_of


def register(app: typer.Typer) -> None:
    app.command()(mcp)


def mcp(context: typer.Context) -> None:
    """Serve the search to an assistant over MCP, on standard input and output, until the input ends."""
    from linnet.doors.model_context.stdio import serve_stdio

    serve_stdio(workspace_of(context))
