"""linnet serve: the console, the OpenAI-compatible API and the background embedding, on one port."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated, Any

import typer

from linnet.cli.output import say, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(serve)


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(help="The port.", min=1, max=65535)] = 8321,
    host: Annotated[str, typer.Option(help="The address to listen on; loopback only.")] = "127.0.0.1",
    embed: Annotated[
        bool, typer.Option("--embed/--no-embed", help="Embed the backlog in the background.")
    ] = True,
) -> None:
    """Serve the console at / and the API at /v1."""
    serve_workspace(workspace_of(context), host=host, port=port, embed=embed)


def serve_workspace(workspace: Any, *, host: str, port: int, embed: bool) -> None:
    import uvicorn

    from linnet.erasure import finish_erasures
    from linnet.errors import BadInput
    from linnet.service import create_service
    from linnet.serving.api import check_listen_address

    check_listen_address(host)
    if not _port_is_free(host, port):
        raise BadInput(f"port {port} on {host} is taken: choose another with --port")
    for waiting in finish_erasures(workspace):
        say(f"linnet: an erasure is not finished: {waiting}")
    service = create_service(workspace)
    worker = start_embedding(workspace) if embed else None
    start_finishing(workspace)
    say(f"console  http://{host}:{port}/\nAPI      http://{host}:{port}/v1\nstop with Ctrl+C")
    try:
        uvicorn.run(service, host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)
    finally:
        if worker is not None:
            worker.terminate()
            worker.wait(timeout=20)


FINISH_SECONDS = (
    20.0  # between two looks for erasures that had to wait; twice as long each time they still do
)
FINISH_SECONDS_AT_MOST = 600.0


def start_finishing(workspace: Any) -> None:
    """A thread that finishes erasures which a build, or a file still in use, held up, and erases what was deleted."""
    import threading
    import time

    from linnet.erasure import erase_withdrawn_when_due, finish_erasures

    def finish_forever() -> None:
        wait = FINISH_SECONDS
        while True:
            time.sleep(wait)
            try:
                waiting = finish_erasures(workspace)
                erase_withdrawn_when_due(workspace)
            except Exception as error:  # said, and tried again: the service goes on without it
                waiting = [f"{type(error).__name__}: {error}"]
            for one in waiting:
                say(f"linnet: an erasure is not finished: {one}")
            wait = min(2 * wait, FINISH_SECONDS_AT_MOST) if waiting else FINISH_SECONDS

    threading.Thread(target=finish_forever, name="erasures", daemon=True).start()


def start_embedding(workspace: Any) -> subprocess.Popen[bytes]:
    """A child process at low priority that indexes what is new and embeds the backlog, as long as this one lives."""
    import os

    command = [
        sys.executable,
        "-m",
        "linnet.cli.main",
        "--workspace",
        str(workspace.root),
        "index",
        "--follow",
        "--parent",
        str(os.getpid()),
    ]
    return subprocess.Popen(
        ["nice", "-n", "15", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _port_is_free(host: str, port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
