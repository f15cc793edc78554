"""linnet evaluate bits-per-byte."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table, workspace_of


def bits_per_byte(
    context: typer.Context,
    posts: Annotated[Path, typer.Option(help="A file of posts: any table, or what ingest reads.")],
    mapping: Annotated[
        str,
        typer.Option(
            "--map", metavar="FIELD=COLUMN,...", help="For tables: text, created_at, language, platform."
        ),
    ] = "",
    platform: Annotated[
        str | None, typer.Option(help="The platform that the posts are from, given to the model.")
    ] = None,
    by: Annotated[
        str, typer.Option(help="Show figures by these too: language,month,source. --json always has them.")
    ] = "",
    most: Annotated[
        int | None, typer.Option("--most", min=1, help="Only the first so many posts with text.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="A Hugging Face model folder instead of the workspace's base model."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """How well the base model predicts posts: lower is better."""
    from linnet.errors import BadInput, NotReady, WrongUse
    from linnet.evaluation.bits_per_byte import BREAKDOWNS
    from linnet.evaluation.bits_per_byte import bits_per_byte as measure
    from linnet.evaluation.posts_file import PostsFile, parse_columns
    from linnet.progress import terminal_progress

    breakdowns = [name.strip() for name in by.split(",") if name.strip()]
    if unknown := [name for name in breakdowns if name not in BREAKDOWNS]:
        raise WrongUse(f"--by {unknown[0]} means nothing; use {', '.join(BREAKDOWNS)}")
    if model is None:
        workspace = workspace_of(context)
        model = workspace.stage_path("base") / "hf"
        if not model.exists():
            raise NotReady(f"{workspace.root} has no base model yet: run linnet build")
    file = PostsFile(posts, parse_columns(mapping), platform)
    with terminal_progress() as progress:
        scored = file.first(most, progress)
        if not any(post.text for post in scored):
            raise BadInput(
                f"{posts} has no post with text: {len(scored):,} without, {file.rejected:,} unreadable"
            )
        report = measure(model, scored, progress=progress)
    value = {"model": str(model), "rejected": file.rejected, **_as_dict(report)}

    def human(value: Any) -> str:
        lines = [
            f"{report.bits_per_byte:.4f} bits per byte over {report.posts:,} posts, {report.bytes:,} bytes",
            f"{report.bits_per_byte_without_controls:.4f} without month, language and platform",
            "given: " + ", ".join(f"{kind} to {count:,} posts" for kind, count in report.controls.items()),
        ]
        if report.empty or file.rejected:
            lines.append(f"skipped: {report.empty:,} posts without text, {file.rejected:,} unreadable rows")
        for name in breakdowns:
            rows = [
                {
                    name: of,
                    "posts": figures.posts,
                    "bytes": figures.bytes,
                    "bits per byte": f"{figures.bits_per_byte:.4f}",
                }
                for of, figures in report.by[name].items()
            ]
            lines.append("\n" + table("", rows))
        return "\n".join(lines)

    show(value, as_json, human)


def _as_dict(report: Any) -> dict[str, Any]:
    import dataclasses

    return dataclasses.asdict(report)
