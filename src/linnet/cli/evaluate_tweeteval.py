"""linnet evaluate tweeteval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show, table, workspace_of


def tweeteval(
    context: typer.Context,
    data: Annotated[Path, typer.Option(help="A folder with TweetEval as Parquet: task, split, text, label.")],
    tasks: Annotated[
        str, typer.Option(help="Names with commas between; all that the data has without it.")
    ] = "",
    model: Annotated[Path | None, typer.Option(help="Another model's folder.")] = None,
    max_train: Annotated[
        int, typer.Option(help="At most so many posts to learn from, of each task.")
    ] = 2_000,
    max_test: Annotated[int, typer.Option(help="At most so many posts to measure on.")] = 2_000,
    epochs: Annotated[float, typer.Option(help="Passes over the posts to learn from.")] = 3.0,
    seed: Annotated[int, typer.Option(help="Of the choice of posts and the training.")] = 7,
    as_json: Json = False,
) -> None:
    """Classifying tweets: the base model fine-tuned for each task, beside two baselines. Nothing is kept."""
    from linnet.evaluation.tweeteval import TweetEvalConfig, TweetEvalReport, evaluate_tweeteval
    from linnet.progress import terminal_progress

    config = TweetEvalConfig(
        tasks=tuple(name.strip() for name in tasks.split(",") if name.strip()),
        max_train=max_train,
        max_test=max_test,
        epochs=epochs,
        seed=seed,
    )
    folder = model or workspace_of(context).stage_path("base")
    with terminal_progress() as progress:
        report = evaluate_tweeteval(data, folder, config=config, progress=progress)

    def human(report: TweetEvalReport) -> str:
        shown = (
            "task",
            "metric",
            "model",
            "tfidf_logistic",
            "majority",
            "train_posts",
            "test_posts",
            "test_split",
        )
        rows = [{name: getattr(score, name) for name in shown} for score in report.scores]
        mean = {
            "task": "mean",
            "metric": "",
            "model": report.mean,
            "tfidf_logistic": report.mean_tfidf_logistic,
        }
        rest = {"majority": report.mean_majority, "train_posts": None, "test_posts": None, "test_split": ""}
        shares = ("model", "tfidf_logistic", "majority")
        return table(
            report.model,
            [row | {name: f"{row[name]:.3f}" for name in shares} for row in [*rows, mean | rest]],
        )

    show(report, as_json, human)
