"""linnet evaluate memorisation."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, show, table, workspace_of


def memorisation(
    context: typer.Context,
    posts: Annotated[int, typer.Option(help="Training posts asked for, and as many held-out ones.")] = 1_000,
    prompt_tokens: Annotated[
        int | None, typer.Option(help="Tokens of each post that are given; its first half without it.")
    ] = None,
    min_tokens: Annotated[int, typer.Option(help="Posts with fewer tokens are not asked for.")] = 16,
    ids: Annotated[bool, typer.Option("--ids", help="Print the ids of extracted posts too.")] = False,
    as_json: Json = False,
) -> None:
    """How many training posts the base model writes out word for word: lower is better."""
    import dataclasses

    from linnet.errors import NotReady, WrongUse
    from linnet.evaluation.memorisation import MemorisationConfig, measure_memorisation, write_memorisation
    from linnet.lineage import read_manifest
    from linnet.progress import terminal_progress

    workspace = workspace_of(context)
    base = workspace.stage_path("base")
    manifest = read_manifest(base)
    if manifest is None:
        raise NotReady(f"{workspace.root} has no base model yet: run linnet build")
    try:
        config = MemorisationConfig(posts=posts, prompt_tokens=prompt_tokens, min_tokens=min_tokens)
    except ValueError as error:
        raise WrongUse(str(error)) from error
    with terminal_progress() as progress:
        report = measure_memorisation(
            workspace.stage_path("corpus"),
            base / "hf",
            config=config,
            model_digest=manifest.output_digest,
            progress=progress,
        )
    write_memorisation(workspace.stage_path("evaluation"), report)
    value = dataclasses.asdict(report)
    if not ids:
        del value["extracted_posts"]

    def human(value: Any) -> str:
        rates = {
            "training posts": report.train,
            "held-out posts (control)": report.heldout,
            **{f"training texts with {name} copies": rate for name, rate in report.by_copies.items()},
        }
        rows = [
            {
                "of": name,
                "asked": rate.posts,
                "extracted": rate.extracted,
                "rate": "" if rate.rate is None else f"{rate.rate:.4f}",
                "95 % interval": f"{rate.low:.4f} to {rate.high:.4f}" if rate.posts else "",
            }
            for name, rate in rates.items()
        ]
        listed = "\n".join(report.extracted_posts) if ids else ""
        return table("Posts that the base model continues word for word", rows) + listed

    show(value, as_json, human)
