"""linnet receipt: list and verify the receipts of erasures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show, table, workspace_of


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Receipts of erasures.", no_args_is_help=True, rich_markup_mode=None)
    group.command("list")(list_all)
    group.command("verify")(verify)
    app.add_typer(group, name="receipt")


def list_all(context: typer.Context, as_json: Json = False) -> None:
    """Every erasure, newest first, and whether its receipt is valid."""
    from linnet.erasure.requests import list_erasures

    requests = list_erasures(workspace_of(context))
    rows = [
        {
            "id": one["id"],
            "requested": one["requested_at"],
            "finished": one["finished_at"],
            "posts": one["posts"],
            "open debts": len(one["debt"]),
            "valid": one["valid"],
        }
        for one in requests
    ]
    show({"requests": requests}, as_json, lambda _: table("", rows) if rows else "nothing was erased yet")


def verify(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The receipt.")],
    as_json: Json = False,
) -> None:
    """Check a receipt's signature and what it says; a workspace is not needed."""
    from linnet.erasure.receipts import verify_receipt
    from linnet.errors import WrongUse

    named = context.find_root().params.get("workspace") is not None
    try:
        workspace = workspace_of(context)
    except WrongUse:
        if named:
            raise
        workspace = None  # outside of any workspace the signature alone is checked
    wrong = verify_receipt(path, workspace)
    show(
        {"path": str(path), "valid": not wrong, "wrong": wrong, "key_compared": workspace is not None},
        as_json,
        lambda value: "valid" if not wrong else "not valid: " + "; ".join(wrong),
    )
    if wrong:
        raise typer.Exit(1)
