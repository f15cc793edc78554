"""TweetEval as a folder of Parquet files (task, split, row, text, label), and its metric for each task.

Barbieri et al. 2020, "TweetEval": seven tasks of classifying tweets. Stance has five targets, each with data of its
own, written stance/abortion and so on; the task `stance` trains for each and pools their predictions.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from linnet.errors import BadInput, WrongUse

COLUMNS = ("task", "split", "text", "label")
LABELS_FILE = "label_mappings.json"
METRICS = {
    "emoji": "macro_f1",
    "emotion": "macro_f1",
    "hate": "macro_f1",
    "irony": "f1_of_irony",
    "offensive": "macro_f1",
    "sentiment": "macro_recall",
    "stance": "mean_f1_of_against_and_favor",
}
IRONY, AGAINST, FAVOR = 1, 1, 2  # labels
TEST_SPLITS = ("test", "val")  # the first that is there is the one measured on
TEST_SHARE = 0.2  # of a task that has one split only


@dataclass(frozen=True, kw_only=True)
class Labelled:
    texts: list[str]
    labels: list[int]


@dataclass(frozen=True, kw_only=True)
class TaskData:
    task: str
    train: Labelled
    test: Labelled
    test_split: str  # which rows were held out, in words
    num_labels: int


def read_tweeteval(folder: Path) -> pl.DataFrame:
    """All rows of the folder's Parquet files."""
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    if not files:
        raise BadInput(
            f"no TweetEval in {folder}: it needs Parquet files with the columns {', '.join(COLUMNS)}"
        )
    frames = []
    for path in files:
        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as error:
            raise BadInput(f"{path} is no Parquet file: {next(iter(str(error).splitlines()), '')}") from error
        if missing := [name for name in COLUMNS if name not in frame.columns]:
            raise BadInput(f"{path} lacks the column {missing[0]}; TweetEval has {', '.join(COLUMNS)}")
        frames.append(
            frame.select(pl.col("task", "split", "text").cast(pl.String), pl.col("label").cast(pl.Int64))
        )
    return pl.concat(frames).filter(pl.col("text").str.strip_chars() != "")


def choose_tasks(rows: pl.DataFrame, wanted: Sequence[str]) -> list[str]:
    """The tasks asked for; all that the data has when none is."""
    there = set(rows["task"].unique())
    there |= {task.partition("/")[0] for task in there}
    if unknown := [task for task in wanted if task not in there or metric_name(task) is None]:
        raise WrongUse(f'there is no task "{unknown[0]}" in the data; it has {", ".join(sorted(there))}')
    return list(wanted) or [task for task in METRICS if task in there]


def parts_of(rows: pl.DataFrame, task: str) -> list[str]:
    """The sets of data that a task is of: itself, or the targets of stance."""
    return [name for name in sorted(rows["task"].unique()) if name == task or name.startswith(f"{task}/")]


def task_data(rows: pl.DataFrame, task: str, *, max_train: int, max_test: int, seed: int) -> TaskData:
    """Train on `train`, measure on `test` or else `val`; a task with one split is split by chance."""
    mine = rows.filter(pl.col("task") == task)
    splits = set(mine["split"].unique())
    test_split = next((name for name in TEST_SPLITS if name in splits), None)
    if test_split is None or len(splits) == 1:
        only = next(iter(sorted(splits)))
        order = list(range(mine.height))
        random.Random(f"{seed}:{task}").shuffle(order)
        cut = max(round(mine.height * TEST_SHARE), 1)
        train, test = mine[order[cut:]], mine[order[:cut]]
        described = f"{TEST_SHARE:.0%} of {only}"
    else:
        train, test = mine.filter(pl.col("split") == "train"), mine.filter(pl.col("split") == test_split)
        described = test_split
    num_labels = int(mine["label"].max()) + 1  # type: ignore[arg-type]
    if train["label"].n_unique() < 2:
        raise BadInput(f'the task "{task}" has fewer than two labels to learn from')
    # A text that is measured on is never learnt from: TweetEval repeats some across its splits.
    train = train.filter(~pl.col("text").is_in(test["text"].to_list()))
    return TaskData(
        task=task,
        train=_labelled(train, max_train, seed),
        test=_labelled(test, max_test, seed),
        test_split=described,
        num_labels=num_labels,
    )


def metric_name(task: str) -> str | None:
    return METRICS.get(task.partition("/")[0])


def score(task: str, truth: Sequence[int], predicted: Sequence[int]) -> float:
    """The task's own metric, 0..1."""
    from sklearn.metrics import f1_score, recall_score

    present = sorted(set(truth))
    settings: dict[str, Any] = {"labels": present, "average": "macro", "zero_division": 0}
    match metric_name(task):
        case "f1_of_irony":
            settings["labels"] = [IRONY]
        case "mean_f1_of_against_and_favor":
            settings["labels"] = [AGAINST, FAVOR]
        case "macro_recall":
            return float(recall_score(truth, predicted, **settings))
    return float(f1_score(truth, predicted, **settings))


def accuracy_by_class(
    folder: Path, task: str, truth: Sequence[int], predicted: Sequence[int]
) -> dict[str, float]:
    """Of the rows with a label, the share that was given it; labels by name where the folder names them."""
    names = _label_names(folder, task)
    result = {}
    for label in sorted(set(truth)):
        given = [guess for true, guess in zip(truth, predicted, strict=True) if true == label]
        result[names.get(label, str(label))] = round(given.count(label) / len(given), 4)
    return result


def _labelled(rows: pl.DataFrame, most: int, seed: int) -> Labelled:
    order = list(range(rows.height))
    random.Random(seed).shuffle(order)
    chosen = rows[order[:most]]
    return Labelled(texts=chosen["text"].to_list(), labels=chosen["label"].to_list())


def _label_names(folder: Path, task: str) -> dict[int, str]:
    path = folder / LABELS_FILE
    if not path.exists():
        return {}
    lines = json.loads(path.read_text(encoding="utf-8")).get(task.partition("/")[0], "").splitlines()
    columns = [line.split("\t") for line in lines if line.strip()]
    return {int(row[0]): row[-2] if len(row) > 2 and not row[-1] else row[-1] for row in columns}
