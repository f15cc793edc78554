"""TweetEval: what the base model is good for as a classifier of posts, by fine-tuning it for each task.

A classification head on the base model, all weights trained by transformers' Trainer; beside it the majority class and
logistic regression on TF-IDF, which any model of the platform has to beat. Nothing that is learnt is kept.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import WrongUse
from linnet.evaluation.heldout_threads import model_folder
from linnet.evaluation.tweeteval_data import (
    Labelled,
    TaskData,
    accuracy_by_class,
    choose_tasks,
    metric_name,
    parts_of,
    read_tweeteval,
    score,
    task_data,
)
from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.progress import SILENT, Progress

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, kw_only=True)
class TweetEvalConfig:
    tasks: tuple[
        str, ...
    ] = ()  # emoji, emotion, hate, irony, offensive, sentiment, stance, stance/TARGET; () is all
    max_train: int = 2_000  # posts learnt from, of each task and each target of stance
    max_test: int = 2_000  # posts measured on, likewise
    epochs: float = 3.0  # passes over the training posts
    batch_size: int = 32  # posts an optimizer step
    learning_rate: float = 5e-4  # at its peak, reached after a tenth of the steps
    max_tokens: int = 96  # of a post are read
    seed: int = 7  # of the choice of posts, the head's first weights and the order of posts

    def __post_init__(self) -> None:
        for name in ("max_train", "max_test", "batch_size", "max_tokens"):
            if getattr(self, name) < 1:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.epochs <= 0:
            raise WrongUse(f"epochs is {self.epochs}; it must be above 0")
        if not 0 < self.learning_rate < 1:
            raise WrongUse(f"learning_rate is {self.learning_rate}; it must lie between 0 and 1")


@dataclass(frozen=True, kw_only=True)
class TweetEvalScore:
    task: str
    metric: str  # TweetEval's own for this task; higher is better
    model: float
    tfidf_logistic: float  # the same posts, TF-IDF of words and pairs of words with logistic regression
    majority: float  # always the most frequent label
    accuracy_by_class: dict[str, float]  # of the model
    train_posts: int
    test_posts: int
    test_split: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class TweetEvalReport:
    model: str
    mean: float  # of the tasks' metrics
    mean_tfidf_logistic: float
    mean_majority: float
    scores: tuple[TweetEvalScore, ...]


def evaluate_tweeteval(
    data: Path, model: Path, *, config: TweetEvalConfig, progress: Progress = SILENT
) -> TweetEvalReport:
    """Fine-tune and measure each task in turn on the model in `model`."""
    folder, rows = model_folder(model), read_tweeteval(data)
    tokenizer = load_tokenizer(folder)
    scores = [
        _score_task(data, folder, tokenizer, rows, task, config, progress)
        for task in choose_tasks(rows, config.tasks)
    ]
    return TweetEvalReport(
        model=str(model),
        mean=_mean([one.model for one in scores]),
        mean_tfidf_logistic=_mean([one.tfidf_logistic for one in scores]),
        mean_majority=_mean([one.majority for one in scores]),
        scores=tuple(scores),
    )


def _score_task(
    data: Path,
    folder: Path,
    tokenizer: ModelTokenizer,
    rows: pl.DataFrame,
    task: str,
    config: TweetEvalConfig,
    progress: Progress,
) -> TweetEvalScore:
    started = time.monotonic()
    train_posts, splits = 0, []
    truth: list[int] = []
    model_says: list[int] = []
    tfidf_says: list[int] = []
    majority_says: list[int] = []
    for part in parts_of(rows, task):
        found = task_data(rows, part, max_train=config.max_train, max_test=config.max_test, seed=config.seed)
        train_posts += len(found.train.texts)
        splits.append(found.test_split)
        truth += found.test.labels
        model_says += _fine_tuned(folder, tokenizer, found, config, progress)
        tfidf_says += _tfidf(found, config.seed)
        majority_says += _majority(found)
    return TweetEvalScore(
        task=task,
        metric=metric_name(task) or "",
        model=round(score(task, truth, model_says), 4),
        tfidf_logistic=round(score(task, truth, tfidf_says), 4),
        majority=round(score(task, truth, majority_says), 4),
        accuracy_by_class=accuracy_by_class(data, task, truth, model_says),
        train_posts=train_posts,
        test_posts=len(truth),
        test_split=", ".join(dict.fromkeys(splits)),
        seconds=round(time.monotonic() - started, 1),
    )


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4)


def _majority(found: TaskData) -> list[int]:
    labels = found.train.labels
    most = max(sorted(set(labels)), key=labels.count)
    return [most] * len(found.test.labels)


def _tfidf(found: TaskData, seed: int) -> list[int]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    classifier = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\S+"),
        LogisticRegression(max_iter=500, class_weight="balanced", random_state=seed),
    )
    classifier.fit(found.train.texts, found.train.labels)
    return [int(label) for label in classifier.predict(found.test.texts)]


def _fine_tuned(
    folder: Path, tokenizer: ModelTokenizer, found: TaskData, config: TweetEvalConfig, progress: Progress
) -> list[int]:
    """The labels that the fine-tuned model gives the test posts."""
    import numpy as np
    import torch
    from transformers import (
        AutoModelForSequenceClassification,
        PrinterCallback,
        Trainer,
        TrainingArguments,
        set_seed,
    )
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    set_seed(config.seed)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=found.num_labels, dtype=torch.float32, local_files_only=True
    )
    max_tokens = min(config.max_tokens, model.config.max_position_embeddings)
    train = _examples(tokenizer, found.train, max_tokens)
    test = _examples(tokenizer, found.test, max_tokens)
    steps = max(round(config.epochs * -(-len(train) // config.batch_size)), 1)
    progress.start(f"Fine-tuning for {found.task}", steps, "steps")
    with tempfile.TemporaryDirectory() as scratch:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=scratch,
                max_steps=steps,
                per_device_train_batch_size=config.batch_size,
                per_device_eval_batch_size=config.batch_size,
                learning_rate=config.learning_rate,
                lr_scheduler_type="linear",
                warmup_steps=steps // 10,
                weight_decay=0.01,
                seed=config.seed,
                save_strategy="no",
                eval_strategy="no",
                logging_strategy="no",
                report_to="none",
                disable_tqdm=True,
                dataloader_pin_memory=False,
            ),
            train_dataset=train,  # type: ignore[arg-type]
            data_collator=_Collate(tokenizer.pad_id),
            callbacks=[_step_counter(progress)],
        )
        trainer.remove_callback(PrinterCallback)  # it prints on standard output
        trainer.train()
        progress.start(f"Measuring {found.task}", len(test), "posts")
        predictions = trainer.predict(test).predictions  # type: ignore[arg-type]
    progress.advance(len(test))
    progress.finish()
    return [int(label) for label in np.asarray(predictions).argmax(-1)]


def _examples(tokenizer: ModelTokenizer, labelled: Labelled, max_tokens: int) -> list[dict[str, Any]]:
    """A post as the base model knows posts: its header, text and <|end|>, where the head looks."""
    header = tokenizer.header()
    room = max_tokens - len(header) - 1
    return [
        {"input_ids": [*header, *ids[:room], tokenizer.end_id], "labels": label}
        for ids, label in zip(tokenizer.encode_texts(labelled.texts), labelled.labels, strict=True)
    ]


class _Collate:
    def __init__(self, pad_id: int) -> None:
        self.pad_id = pad_id

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        import torch

        length = max(len(row["input_ids"]) for row in rows)
        padded = [row["input_ids"] + [self.pad_id] * (length - len(row["input_ids"])) for row in rows]
        mask = [[1] * len(row["input_ids"]) + [0] * (length - len(row["input_ids"])) for row in rows]
        return {
            "input_ids": torch.tensor(padded),
            "attention_mask": torch.tensor(mask),
            "labels": torch.tensor([row["labels"] for row in rows]),
        }


def _step_counter(progress: Progress) -> Any:
    from transformers import TrainerCallback

    class StepCounter(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            progress.advance()

    return StepCounter()
