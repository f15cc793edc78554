"""linnet listen: follow a live stream of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from linnet.cli.output import Json, say, show, workspace_of

if TYPE_CHECKING:
    from linnet.workspace import Workspace

FOLLOW_SECONDS = 1.0  # between two updates of the words index


def register(app: typer.Typer) -> None:
    app.command()(listen)


def listen(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            help="wss://HOST/subscribe (Jetstream), wss:// or https://HOST/api/v1/streaming/... (Mastodon), "
            "tcp://HOST:PORT or tail:PATH (JSON Lines).",
        ),
    ],
    protocol: Annotated[
        str | None, typer.Option(help="jetstream, mastodon or lines; told from the URL without it.")
    ] = None,
    until_idle: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End when nothing came for so long.")
    ] = None,
    max_seconds: Annotated[float | None, typer.Option(metavar="SECONDS", help="End after so long.")] = None,
    index: Annotated[
        bool,
        typer.Option(
            "--index/--no-index", help="Make new posts findable as they come, where there is an index."
        ),
    ] = True,
    as_json: Json = False,
) -> None:
    """Take in posts, edits, deletions and consent as they happen, until stopped."""
    import signal
    import threading

    from linnet.posts.live.config import ListenConfig
    from linnet.posts.live.listener import listen as run_listen
    from linnet.posts.live.open_stream import open_stream
    from linnet.progress import terminal_progress

    workspace = workspace_of(context)
    config = ListenConfig(until_idle_seconds=until_idle, max_seconds=max_seconds)
    stream = open_stream(url, config, protocol)
    stop = threading.Event()

    def ask_to_stop(number: int, frame: Any) -> None:
        if stop.is_set():
            raise KeyboardInterrupt  # asked twice
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask_to_stop)
    follower = WordsFollower(workspace) if index and workspace.stage_path("index").exists() else None
    with terminal_progress() as progress:
        try:
            report = run_listen(
                stream,
                workspace,
                config=config,
                stop=stop,
                say=lambda line: say(f"linnet: {line}"),
                progress=progress,
                committed=follower.wake if follower else lambda: None,
            )
        finally:
            if follower:
                follower.close()
    show(report, as_json, _told)


class WordsFollower:
    """Brings the words index up to date in a thread of its own; a search also finds what it lags behind with."""

    def __init__(self, workspace: Workspace) -> None:
        import threading

        self._workspace = workspace
        self._dirty, self._end = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="words", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        self._dirty.set()

    def close(self) -> None:
        """One last time, so that everything taken in can be found."""
        self._end.set()
        self._dirty.set()
        self._thread.join()

    def _run(self) -> None:
        from linnet.errors import LinnetError

        while not self._end.wait(FOLLOW_SECONDS):
            if not self._dirty.wait(FOLLOW_SECONDS):
                continue
            self._dirty.clear()
            try:
                self._follow()
            except LinnetError as error:
                say(f"linnet: the posts are in, the index will follow: {error}")
        try:
            self._follow()
        except LinnetError as error:
            say(f"linnet: the posts are in, the index will follow with `linnet index`: {error}")

    def _follow(self) -> None:
        from linnet.pipeline import follow_words

        follow_words(self._workspace)


def _told(report: Any) -> str:
    lines = [
        f"{report.events:,} events in {report.seconds:.1f} s: {report.accepted:,} accepted, "
        f"{report.updated:,} updated, {report.duplicates:,} known already, {report.rejected:,} set aside, "
        f"{report.deleted:,} deleted"
    ]
    lines += [f"  not posts: {count:,} {kind}" for kind, count in report.other.items()]
    if report.reconnects:
        lines.append(f"  connected again {report.reconnects:,} times")
    if report.lag_seconds is not None:
        lines.append(
            f"  {report.lag_seconds:.1f} s behind the network at the last batch; cursor {report.cursor}"
        )
    if report.rejected:
        lines.append("  see what was set aside with: linnet quarantine")
    return "\n".join(lines)
