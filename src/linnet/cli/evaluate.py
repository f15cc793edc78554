"""linnet evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show, workspace_of


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Measure the platform's model.", no_args_is_help=True, rich_markup_mode=None)
    group.command("bits-per-byte")(bits_per_byte)
    app.add_typer(group, name="evaluate")


def bits_per_byte(
    context: typer.Context,
    posts: Annotated[Path, typer.Option(help="A file of posts, in any format that ingest reads.")],
    mapping: Annotated[str, typer.Option("--map", metavar="FIELD=COLUMN,...")] = "",
    most: Annotated[int | None, typer.Option("--most", help="Only the first so many posts.")] = None,
    as_json: Json = False,
) -> None:
    """How well the base model predicts posts: lower is better."""
    import itertools

    from linnet.errors import NotReady
    from linnet.evaluation.bits_per_byte import bits_per_byte as measure
    from linnet.posts.sources import SourceConfig, open_source, parse_mapping
    from linnet.progress import terminal_progress

    workspace = workspace_of(context)
    model = workspace.stage_path("base") / "hf"
    if not model.exists():
        raise NotReady(f"{workspace.root} has no base model yet: run linnet build")
    config = SourceConfig(mapping=parse_mapping(mapping) if mapping else {})
    texts = (
        text
        for batch in open_source(posts, config).read()
        for text in batch.posts["text"].to_pylist()
        if text
    )
    with terminal_progress() as progress:
        report = measure(model, list(itertools.islice(texts, most)), progress=progress)
    show(report, as_json, lambda value: f"{value.bits_per_byte:.4f} bits per byte over {value.posts:,} posts")
