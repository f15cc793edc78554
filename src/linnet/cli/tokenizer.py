"""linnet tokenizer."""

from __future__ import annotations

from typing import Any

import typer

from linnet.cli.build import RecipeName
from linnet.cli.output import Json, show, table, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(tokenizer)


def tokenizer(context: typer.Context, recipe: RecipeName = None, as_json: Json = False) -> None:
    """Train the tokenizer on the corpus if it is stale, and say how many bytes a token holds, by language."""
    from linnet.pipeline import STAGES, run_stage
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of

    workspace = workspace_of(context)
    chosen = recipe_of(workspace, recipe)
    with workspace.writing("build"), terminal_progress() as progress:
        for stage in STAGES:
            if stage.name in ("curate", "tokenizer"):
                result = run_stage(workspace, stage, chosen, progress=progress)
    show({"skipped": result.skipped, **result.counts}, as_json, _told)


def _told(value: dict[str, Any]) -> str:
    rows = [
        {"language": language, "bytes a token": f"{amount:.2f}"}
        for language, amount in value["bytes_per_token"].items()
    ]
    title = f"{value['vocab_size']:,} tokens, measured on {value['measured_on']} documents"
    return table(title, rows)
