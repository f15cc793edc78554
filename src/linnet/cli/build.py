"""linnet build, curate, index."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.output import Json, say, show, table, workspace_of

RecipeName = Annotated[
    str | None,
    typer.Option(
        "--recipe", help="pico to try things out, nano, micro, small, ...; default: as before, else nano."
    ),
]


def register(app: typer.Typer) -> None:
    app.command()(build)
    app.command()(curate)
    app.command()(index)


def build(
    context: typer.Context,
    recipe: RecipeName = None,
    keep_base: Annotated[
        bool,
        typer.Option(
            "--keep-base",
            help="Do not pretrain again: adapters and chat model follow the posts, the base later.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Run every stage that is stale: corpus, tokenizer, model, index."""
    from linnet.erasure import finish_erasures
    from linnet.pipeline import build as run_build
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of

    workspace = workspace_of(context)
    with terminal_progress() as progress:
        finish_erasures(workspace, progress=progress)
        report = run_build(workspace, recipe_of(workspace, recipe), keep_base=keep_base, progress=progress)
        finish_erasures(workspace, progress=progress)  # requests that came while it ran
    show(report, as_json, _built)


def _built(report: Any) -> str:
    rows = [
        {
            "stage": stage.name,
            "": (stage.reason or "fresh already") if stage.skipped else f"done ({stage.reason})",
            "seconds": stage.seconds,
        }
        for stage in report.stages
    ]
    bits = (
        f"{report.bits_per_byte:.3f} bits per byte on held-out posts"
        if report.bits_per_byte is not None
        else ""
    )
    model = "" if report.model is None else f"\nmodel: {report.model.line}"
    return table("", rows) + bits + model


def curate(context: typer.Context, recipe: RecipeName = None, as_json: Json = False) -> None:
    """Turn the posts that may be trained on into documents."""
    from linnet.pipeline import STAGES, run_stage
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of

    workspace = workspace_of(context)
    with workspace.writing("build"), terminal_progress() as progress:
        result = run_stage(workspace, STAGES[0], recipe_of(workspace, recipe), progress=progress)
    counts = result.counts
    value = {
        "in": counts["posts_in"],
        "kept": counts["posts_kept"],
        "dropped": counts["dropped"],
        "documents": counts["documents"],
        "denied": counts["denied"],
        "cpu_seconds": counts["cpu_seconds"],
        "skipped": result.skipped,
    }
    show(
        value,
        as_json,
        lambda told: (
            f"{told['kept']:,} of {told['in']:,} posts kept in {told['documents']:,} documents\n"
            + "\n".join(f"  dropped: {count:,} {reason}" for reason, count in told["dropped"].items())
        ),
    )


def index(
    context: typer.Context,
    until_done: Annotated[
        bool, typer.Option("--until-done", help="Go on until every post is embedded.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on for good, and take in new posts as they arrive.")
    ] = False,
    parent: Annotated[int | None, typer.Option("--parent", hidden=True)] = None,
    most: Annotated[int | None, typer.Option("--most", min=1, help="Embed at most this many posts.")] = None,
    as_json: Json = False,
) -> None:
    """Bring the search index up to date. It can be stopped at any moment and goes on where it stood."""
    import dataclasses

    from linnet.pipeline import update_index
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of

    workspace = workspace_of(context)
    config = recipe_of(workspace).index
    if most is not None:
        config = dataclasses.replace(config, max_embedded=most)
    with terminal_progress() as progress:
        result = update_index(workspace, config, progress=progress)
        while until_done and result.counts["vectors"]["backlog"] > 0 and not result.counts["vectors"]["busy"]:
            say(f"{result.counts['vectors']['backlog']:,} posts still to embed")
            result = update_index(workspace, config, progress=progress)
    if follow:
        follow_posts(workspace, config, parent=parent)
    show(
        {"skipped": result.skipped, "seconds": result.seconds, **result.counts},
        as_json,
        lambda value: (
            f"{value['lexical']['total']:,} posts findable by their words, "
            f"{value['vectors']['total']:,} by meaning, {value['vectors']['backlog']:,} still to embed"
        ),
    )


FOLLOW_SECONDS = 3.0  # between two looks at the store


def follow_posts(workspace: Any, config: Any, *, parent: int | None) -> None:
    """Index what is new until interrupted, or until the process `parent` is gone."""
    import os
    import time

    from linnet.errors import WorkspaceBusy
    from linnet.pipeline import update_index
    from linnet.posts.store import PostStore

    store = PostStore(workspace)
    seen, waiting = -1, True
    while parent is None or os.getppid() == parent:
        seq = store.current_seq()
        if seq != seen or waiting:
            try:
                counts = update_index(workspace, config).counts["vectors"]
            except WorkspaceBusy:
                counts = {"busy": True, "backlog": 1}
            seen, waiting = seq, counts["backlog"] > 0
            if waiting and not counts["busy"]:
                continue
        time.sleep(FOLLOW_SECONDS)
