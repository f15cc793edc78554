"""linnet evaluate harness."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show, table, workspace_of


def harness(
    context: typer.Context,
    tasks: Annotated[
        str,
        typer.Option(help="Names with commas between; Linnet's own without it: reply, language, hashtag."),
    ] = "",
    chat: Annotated[
        bool, typer.Option("--chat", help="The chat model, each question put as a user's message.")
    ] = False,
    model: Annotated[Path | None, typer.Option(help="Another model's folder.")] = None,
    examples: Annotated[int, typer.Option(help="At most so many examples of each task.")] = 500,
    fewshot: Annotated[int | None, typer.Option(help="Examples shown before each question.")] = None,
    as_json: Json = False,
) -> None:
    """Tasks of lm-evaluation-harness, offline: Linnet's own on held-out posts, and any by name."""
    from linnet.evaluation.harness import HarnessConfig, HarnessReport, evaluate_harness
    from linnet.progress import terminal_progress

    chosen = tuple(name.strip() for name in tasks.split(",") if name.strip())
    config = HarnessConfig(chat=chat, max_examples=examples, num_fewshot=fewshot)
    config = dataclasses.replace(config, tasks=chosen) if chosen else config
    workspace = workspace_of(context)
    folder = model or workspace.stage_path("chat" if chat else "base")
    with terminal_progress() as progress:
        report = evaluate_harness(workspace, folder, config=config, progress=progress)

    def human(report: HarnessReport) -> str:
        return table(
            f"{report.model}, lm-evaluation-harness {report.harness_version}",
            [
                {name: _shown(value) for name, value in dataclasses.asdict(one).items()}
                for one in report.scores
            ],
        )

    show(report, as_json, human)


def _shown(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value
