"""linnet corpus: what curation left out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table, workspace_of


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What curation made of the posts.", no_args_is_help=True, rich_markup_mode=None)
    group.callback()(lambda: None)  # keeps `dropped` a command of the group
    group.command("dropped")(dropped)
    app.add_typer(group, name="corpus")


def dropped(
    context: typer.Context,
    reason: Annotated[
        str | None, typer.Option(help="Only posts left out for this reason, for example near_duplicate.")
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="Posts shown at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Which posts were left out of training, why, and which post each one repeats."""
    from linnet.wiring import Platform

    show(Platform(workspace_of(context)).dropped(reason, limit), as_json, _told)


def _told(value: dict[str, Any]) -> str:
    counts = [{"reason": reason, "posts": count} for reason, count in value["reasons"].items()]
    examples = [
        {
            "post": row["post_id"],
            "reason": row["reason"],
            "repeats": row["repeats"],
            "text": "(no longer shown)" if row["text"] is None else row["text"][:80],
        }
        for row in value["posts"]
    ]
    if value["reason"] not in (None, *value["reasons"]):
        return table("Left out", counts) + f"nothing was left out for the reason {value['reason']}"
    return table("Left out", counts) + table("", examples)
