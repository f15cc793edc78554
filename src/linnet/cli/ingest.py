"""linnet init, ingest, quarantine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, say, show, table, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(ingest)
    app.command()(quarantine)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make a workspace.")],
    as_json: Json = False,
) -> None:
    """Make a folder a workspace."""
    from linnet.workspace import init_workspace

    workspace = init_workspace(folder)
    show(
        {"workspace": str(workspace.root)},
        as_json,
        lambda value: (
            f"{value['workspace']} is a workspace. Next: linnet --workspace {folder} ingest FILE..."
        ),
    )


def ingest(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Files, zips or folders of posts.", readable=False)
    ],
    mapping: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN,...",
            help="Which column holds which field: text=content,author=author_id",
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Read posts into the workspace. The same input twice changes nothing."""
    from linnet.erasure import finish_erasures
    from linnet.errors import LinnetError
    from linnet.posts.ingest import ingest as run_ingest
    from linnet.posts.sources import SourceConfig, parse_mapping
    from linnet.posts.store import PostStore
    from linnet.progress import terminal_progress

    workspace = workspace_of(context)
    config = SourceConfig(mapping=parse_mapping(mapping) if mapping else {})
    with workspace.writing("posts"), terminal_progress() as progress:
        for waiting in finish_erasures(workspace, progress=progress):
            say(f"linnet: an erasure is not finished: {waiting}")
        report = run_ingest(files, PostStore(workspace), config=config, progress=progress)
        if (workspace.stage_path("index")).exists() and (report.accepted or report.updated):
            from linnet.pipeline import follow_words

            try:
                follow_words(workspace, progress=progress)
            except LinnetError as error:
                say(f"linnet: the posts are in, the index will follow with `linnet index`: {error}")
    for message in report.failed_files.values():
        say(f"linnet: {message}")
    show(report, as_json, _told)
    if report.failed_files:
        raise typer.Exit(1)


def _told(report: Any) -> str:
    lines = [
        f"{report.accepted:,} accepted, {report.updated:,} updated, {report.duplicates:,} known already, "
        f"{report.rejected:,} set aside, in {report.seconds:.1f} s"
    ]
    lines += [f"  set aside: {count:,} {reason}" for reason, count in report.reasons.items()]
    lines += [f"  {Path(file).name}: {note}" for file, notes in report.notes.items() for note in notes]
    lines += [f"  not posts: {count:,} {kind}" for kind, count in report.other.items()]
    if report.rejected:
        lines.append("  see them with: linnet quarantine")
    return "\n".join(lines)


def quarantine(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="Rows to show.")] = 20,
    as_json: Json = False,
) -> None:
    """Show what could not be read: file, line and reason."""
    import sqlalchemy as sa

    from linnet.state import State
    from linnet.state import quarantine as rows_aside

    state = State(workspace_of(context))
    with state.engine.connect() as connection:
        total = connection.execute(sa.select(sa.func.count()).select_from(rows_aside)).scalar()
        query = sa.select(rows_aside).order_by(rows_aside.c.file, rows_aside.c.line).limit(limit)
        rows = [dict(row) for row in connection.execute(query).mappings()]
    show(
        {"total": total, "rows": rows},
        as_json,
        lambda value: table(f"{value['total']:,} rows set aside", value["rows"]),
    )
