"""linnet pretrain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from linnet.cli.output import Json, say, show, workspace_of

STAGES_TO_BASE = ("curate", "tokenizer", "pretrain", "evaluate")


def register(app: typer.Typer) -> None:
    app.command()(pretrain)


def pretrain(
    context: typer.Context,
    recipe: Annotated[
        str | None,
        typer.Option(help="pico, nano, micro, small, 1b, 7b, 70b or 300b; default: as before, else nano."),
    ] = None,
    cpu_minutes: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            help="Train for as many steps as this much CPU time allows, over all cores; the recipe's most passes over the corpus still hold.",
        ),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="PATH_OR_HUB_ID",
            help='Go on from this Llama- or Qwen3-shaped model; "" trains from nothing again.',
        ),
    ] = None,
    lora: Annotated[bool, typer.Option("--lora", help="With --from: train low-rank changes only.")] = False,
    as_json: Json = False,
) -> None:
    """Train the platform's base model, and whatever it needs that is stale: corpus and tokenizer.

    Interrupted, the same command goes on from the last checkpoint.
    """
    import dataclasses

    from linnet.erasure import finish_erasures
    from linnet.errors import BadInput, WrongUse
    from linnet.pipeline import STAGES, run_stage, write_cards
    from linnet.progress import terminal_progress
    from linnet.recipes import RecipeChoice, chosen_recipe, keep_choice, recipe_of

    workspace = workspace_of(context)
    before = chosen_recipe(workspace)
    choice = before if recipe in (None, before.name) else RecipeChoice(name=str(recipe))
    if base is not None:  # what was asked for together with an earlier base goes with it
        if base and Path(base).exists():
            base = str(Path(base).resolve())  # later builds may run elsewhere
        choice = dataclasses.replace(choice, base=base, lora=lora, cpu_minutes=0.0)
    told: dict[str, Any] = {"cpu_minutes": cpu_minutes, "lora": lora or None}
    choice = dataclasses.replace(choice, **{name: value for name, value in told.items() if value is not None})
    chosen = recipe_of(workspace, choice)
    with terminal_progress() as progress:
        finish_erasures(workspace, progress=progress)
        with workspace.writing("build"):
            keep_choice(workspace, choice)
            try:
                results = {
                    stage.name: run_stage(workspace, stage, chosen, progress=progress)
                    for stage in STAGES
                    if stage.name in STAGES_TO_BASE
                }
            except (BadInput, WrongUse):
                if base:  # a base that cannot be used must not be in the way of later builds
                    keep_choice(workspace, before)
                raise
            write_cards(workspace, chosen)
        finish_erasures(workspace, progress=progress)
    trained, measured = results["pretrain"], results["evaluate"]
    if trained.skipped:
        say("the base model is up to date already; nothing was trained")
    value = {
        "model": str(workspace.stage_path("base") / "hf"),
        "skipped": trained.skipped,
        "seconds": trained.seconds,
        "bits_per_byte": measured.counts.get("bits_per_byte"),
        **trained.counts,
    }
    show(value, as_json, _trained)


def _trained(value: dict[str, Any]) -> str:
    bits = value["bits_per_byte"]
    lines = [
        f"{value['parameters']:,} parameters, {value['steps']:,} steps over {value['tokens_seen']:,} tokens, "
        f"final loss {value['final_loss']:.3f} nats a token",
        f"{bits:.3f} bits per byte on held-out posts"
        if bits is not None
        else "nothing was held out to measure on",
        f"the model: {value['model']}",
    ]
    return "\n".join(lines)
