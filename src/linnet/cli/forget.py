"""linnet forget: erase posts or authors everywhere, with a signed receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, say, show, table, workspace_of

MOST_SHOWN = 40


def register(app: typer.Typer) -> None:
    app.command()(forget)


def forget(
    context: typer.Context,
    post: Annotated[list[str] | None, typer.Option("--post", metavar="ID", help="A post to erase.")] = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", metavar="ID", help="An author to erase with all their posts."),
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option("--check", metavar="TEXT", help="Erase nothing: search every file for this text or id."),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay", metavar="LEDGER", help="Erase again, in a restored backup, what a ledger names."
        ),
    ] = None,
    withdrawn: Annotated[
        bool, typer.Option("--withdrawn", help="Every post that was deleted and is hidden until now.")
    ] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Finish requests that were interrupted.")] = False,
    as_json: Json = False,
) -> None:
    """Erase posts, or authors with all their posts, from every file of the workspace; a signed receipt says so."""
    from linnet.errors import WrongUse
    from linnet.progress import terminal_progress

    workspace = workspace_of(context)
    modes = [bool(post or author), bool(check), replay is not None, withdrawn, finish]
    if sum(modes) != 1:
        raise WrongUse(
            "choose one of: --post/--author ID, --withdrawn, --check TEXT, --replay LEDGER, --finish"
        )
    if not all(text.strip() for text in check or ()):
        raise WrongUse("the text to look for is empty")
    with terminal_progress() as progress:
        if check:
            _check(workspace, check, as_json, progress)
            return
        if finish:
            _finish(workspace, as_json, progress)
            return
        if replay is not None:
            from linnet.erasure.replay import replay_ledger

            report: Any = replay_ledger(workspace, replay, progress=progress)
        elif withdrawn:
            from linnet.erasure import ForgetReport, erase_withdrawn

            report = erase_withdrawn(workspace, progress=progress) or ForgetReport.nothing()
        else:
            from linnet.erasure import forget as run_forget

            report = run_forget(workspace, posts=post or (), authors=author or (), progress=progress)
    show(report, as_json, _told)
    if report.found:
        say(
            f"linnet: bytes of it are still in {report.found} places ({', '.join(report.found_at)}); the request stays "
            "open: `linnet forget --finish`, or a running `linnet serve`, tries again"
        )
        raise typer.Exit(1)


def _told(report: Any) -> str:
    lines = [f"{report.posts:,} posts erased"]
    if report.unknown:
        lines.append(f"{report.unknown:,} ids were not here; they are refused from now on")
    lines += [f"  {place}: {count:,}" for place, count in report.places.items()]
    lines += [
        f"remains in the model {debt['model']} ({debt['why']}) until {debt['until']}" for debt in report.debt
    ]
    return "\n".join([*lines, *([f"receipt: {report.receipt}"] if report.receipt else [])])


def _check(workspace: Any, texts: list[str], as_json: bool, progress: Any) -> None:
    from linnet.erasure.checker import search_files

    search = search_files(workspace.root, texts, progress=progress)

    def told(value: Any) -> str:
        rows = [vars(finding) for finding in search.findings[:MOST_SHOWN]]
        looked = f"looked at {search.files:,} files, {search.bytes:,} bytes on disk"
        blind = [f"cannot be looked into: {one}" for one in search.unreadable]
        head = f"found in {len(search.findings):,} places" if rows else "found nowhere"
        return "\n".join([table(head, rows).rstrip() if rows else head, looked, *blind])

    show(search, as_json, told)


def _finish(workspace: Any, as_json: bool, progress: Any) -> None:
    from linnet.erasure import finish_erasures

    waiting = finish_erasures(workspace, progress=progress)
    show({"waiting": waiting}, as_json, lambda value: "\n".join(waiting) or "every request is finished")
    if waiting:
        raise typer.Exit(1)
