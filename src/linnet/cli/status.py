"""linnet status, trace, doctor."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(status)
    app.command()(trace)


def status(context: typer.Context, as_json: Json = False) -> None:
    """What stands, how fresh, and what is stale."""
    from linnet.wiring import Platform

    show(Platform(workspace_of(context)).status(), as_json, _status)


def _status(value: dict[str, Any]) -> str:
    stages = [
        {
            "stage": stage["name"],
            "state": stage["state"],
            "why": stage["reason"],
            "finished": stage["finished_at"],
        }
        for stage in value["stages"]
    ]
    words, vectors = value["index"]["lexical"], value["index"]["vectors"]
    model = value["model"]
    lines = [
        f"{value['workspace']}: {value['posts']:,} posts by {value['authors']:,} authors, newest {value['newest_post']}",
        table("", stages).rstrip(),
        f"index: {words['coverage']:.0%} of posts by words, {vectors['coverage']:.0%} by meaning "
        f"({vectors['backlog']:,} to embed)",
    ]
    if model:
        bits = f", {model['bits_per_byte']:.3f} bits per byte" if model["bits_per_byte"] is not None else ""
        lines.append(f"model: {model['name']}, {model['parameters']:,} parameters{bits}")
        if model.get("debt"):
            lines.append(f"a model still knows {model['debt']}: linnet receipt list")
    for stream in value["live"]:
        lines.append(f"live: {stream['url']}, newest event {_age(stream['lag_seconds'])} ago")
    if value["quarantined"]:
        lines.append(f"{value['quarantined']:,} rows set aside: linnet quarantine")
    if any(stage["state"] in ("stale", "missing") for stage in value["stages"]):
        lines.append("bring everything up to date with: linnet build")
    return "\n".join(lines)


def _age(seconds: float) -> str:
    from linnet.progress import format_seconds

    return format_seconds(seconds)


def trace(
    context: typer.Context,
    post_id: Annotated[str, typer.Argument(metavar="POST_ID")],
    as_json: Json = False,
) -> None:
    """One post's life: where it came from, what was made of it, where it was used."""
    from linnet.wiring import Platform

    show(Platform(workspace_of(context)).trace(post_id), as_json, _trace)


def _trace(value: dict[str, Any]) -> str:
    rows = [{"step": step["step"], "state": step["state"], "": step["detail"]} for step in value["steps"]]
    return table(value["post_id"], rows)
