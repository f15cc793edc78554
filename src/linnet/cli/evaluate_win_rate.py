"""linnet evaluate win-rate."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show, table, workspace_of


def win_rate(
    context: typer.Context,
    model: Annotated[Path | None, typer.Option(help="Another model's folder than the chat model's.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another model's folder than the base model's.")
    ] = None,
    against_chat: Annotated[
        bool, typer.Option("--against-chat", help="The model of --against is a chat model too.")
    ] = False,
    tasks: Annotated[str, typer.Option(help="Names with commas between; all without it.")] = "",
    prompts: Annotated[int, typer.Option(help="Prompts of each task.")] = 20,
    max_tokens: Annotated[int, typer.Option(help="Tokens of an answer at most.")] = 96,
    judge: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="URL MODEL",
            help="A judge behind an OpenAI-compatible server instead of the checks. Held-out posts are sent to it.",
        ),
    ] = None,
    judge_key_env: Annotated[
        str, typer.Option(metavar="NAME", help="The environment variable that holds the judge's key.")
    ] = "",
    as_json: Json = False,
) -> None:
    """How often the chat model's answer is better than its base's, on prompts from held-out posts."""
    from linnet.errors import WrongUse
    from linnet.evaluation.judge import open_model_judge
    from linnet.evaluation.win_rate import WinRateConfig, WinRateReport
    from linnet.evaluation.win_rate import win_rate as measure
    from linnet.progress import terminal_progress

    config = WinRateConfig(per_task=prompts, max_tokens=max_tokens)
    if chosen := tuple(name.strip() for name in tasks.split(",") if name.strip()):
        config = dataclasses.replace(config, tasks=chosen)
    if judge_key_env and judge_key_env not in os.environ:
        raise WrongUse(
            f"the environment has no variable {judge_key_env}; --judge-key-env names one that holds a key"
        )
    chosen_judge = open_model_judge(*judge, api_key=os.environ.get(judge_key_env)) if judge else None
    workspace = workspace_of(context)
    with terminal_progress() as progress:
        report = measure(
            workspace,
            model or workspace.stage_path("chat"),
            against or workspace.stage_path("base"),
            config=config,
            judge=chosen_judge,
            against_is_chat=against_chat,
            progress=progress,
        )

    def human(report: WinRateReport) -> str:
        rows = [dataclasses.asdict(one) for one in (*report.by_task, report.overall)]
        text = table(f"{report.model} against {report.against}, judged by {report.judge}", rows)
        if report.tasks_left_out:
            text += f"no prompt of {', '.join(report.tasks_left_out)} fits both models\n"
        if report.unreadable:
            text += f"{report.unreadable} verdicts could not be read and count as ties\n"
        return text

    show(report, as_json, human)
