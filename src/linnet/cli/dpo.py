"""linnet dpo: tune the chat model on pairs of better and worse answers, or look at the pairs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from linnet.cli.build import RecipeName
from linnet.cli.output import Json, one_line, printable, show, table, workspace_of


def register(app: typer.Typer) -> None:
    app.command()(dpo)


def dpo(
    context: typer.Context,
    recipe: RecipeName = None,
    shown: Annotated[
        int | None,
        typer.Option("--show", metavar="N", min=1, help="Only print so many pairs; nothing is trained."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Tune the chat model on pairs of better and worse answers; `linnet build` does it too."""
    from linnet.errors import NotReady
    from linnet.pipeline import STAGES, run_stage
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of

    workspace = workspace_of(context)
    chosen = recipe_of(workspace, recipe)
    if shown is not None:
        show({"pairs": _pairs(workspace, chosen, shown)}, as_json, _shown)
        return
    stage = next(stage for stage in STAGES if stage.name == "dpo")
    with workspace.writing("build"), terminal_progress() as progress:
        result = run_stage(workspace, stage, chosen, progress=progress)
    if not result.counts["pairs"]:
        raise NotReady(result.counts["why"])
    show({**result.counts, "skipped": result.skipped}, as_json, _tuned)


def _pairs(workspace: Any, recipe: Any, count: int) -> list[dict[str, Any]]:
    from linnet.errors import NotReady
    from linnet.pipeline import preference_sources
    from linnet.posts.store import PostStore
    from linnet.training.dpo import NO_PAIRS, split_pairs
    from linnet.training.tasks.look import corpus_seq_of, still_shown

    corpus = workspace.stage_path("corpus")
    found = split_pairs(
        corpus,
        workspace.stage_path("chat"),
        "train",
        config=recipe.dpo,
        sources=preference_sources(workspace),
    )
    used = sorted({post_id for one in found for post_id in one.pair.post_ids})
    shown = still_shown(PostStore(workspace), used, corpus_seq=corpus_seq_of(corpus)) if used else set()
    found = [one for one in found if shown.issuperset(one.pair.post_ids)]
    if not found:
        raise NotReady(NO_PAIRS)
    return [
        {
            "source": one.pair.source,
            "reason": one.pair.reason,
            "weight": one.pair.weight,
            "prompt": [{"role": message.role, "content": message.content} for message in one.pair.prompt],
            "chosen": one.pair.chosen,
            "rejected": one.pair.rejected,
            "post_ids": list(one.pair.post_ids),
        }
        for one in found[:count]
    ]


def _shown(value: dict[str, Any]) -> str:
    blocks = []
    for pair in value["pairs"]:
        prompt = "\n".join(f"  {message['role']}: {message['content']}" for message in pair["prompt"])
        blocks.append(
            f"{pair['source']}: {one_line(pair['reason'])}\n{printable(prompt)}\n"
            f"  + {printable(pair['chosen'])}\n  - {printable(pair['rejected'])}"
        )
    return "\n\n".join(blocks)


def _tuned(value: dict[str, Any]) -> str:
    rows = [
        {
            "better answer preferred by": name.replace("_", " "),
            "share": found["share"],
            "from": found["low"],
            "to": found["high"],
            "pairs": found["pairs"],
        }
        for name, found in value["heldout_accuracy"].items()
    ]
    made = ", ".join(f"{count:,} from {source}" for source, count in value["pairs_by_source"].items())
    before, after = value["bits_per_byte_before"], value["bits_per_byte_after"]
    bits = (
        f"{before:.4f} bits per byte on held-out posts before, {after:.4f} after\n"
        if before and after
        else ""
    )
    kept = "kept" if value["kept"] else "not kept"
    return (
        f"{value['steps']:,} steps on {value['pairs']:,} pairs ({made})\n"
        + (table("on held-out pairs, with 95% intervals", rows) if rows else "")
        + f"{bits}{kept}: {value['why']}"
    )
