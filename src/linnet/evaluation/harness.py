"""lm-evaluation-harness on the workspace's models, offline: Linnet's own tasks, and any of its tasks by name.

The examples of Linnet's own tasks come from held-out posts, are made in memory at run time and are gone afterwards;
neither the report nor any file holds a text. Beside each accuracy stand the harness' standard error and what
guessing would give.
"""

from __future__ import annotations

import functools
import importlib.util
import logging
import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, LinnetError, NotReady, WrongUse
from linnet.evaluation.harness_tasks.examples import MAKERS, NEEDS
from linnet.evaluation.heldout_threads import heldout_documents, model_folder
from linnet.progress import SILENT, Progress
from linnet.workspace import Workspace

TASKS_FOLDER = Path(__file__).with_name("harness_tasks")


@dataclass(frozen=True, kw_only=True)
class HarnessConfig:
    tasks: tuple[str, ...] = tuple(MAKERS)  # Linnet's own, or names that lm-evaluation-harness knows
    chat: bool = False  # whether the context is put as a user's message that the model answers
    max_examples: int = 500  # of each task
    max_documents: int = 20_000  # held-out documents that Linnet's own tasks are made from
    num_fewshot: int | None = None  # examples shown before each question; None: as the task says
    seed: int = 7  # of documents, choices and their order

    def __post_init__(self) -> None:
        if not self.tasks:
            raise WrongUse(
                f"no task given; choose from {', '.join(MAKERS)} or name one of lm-evaluation-harness"
            )
        for name in ("max_examples", "max_documents"):
            if getattr(self, name) < 1:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class HarnessScore:
    task: str
    metric: str  # acc, acc_norm (per byte of the choice), acc_mutual_info (what the context adds) ...
    value: float  # 0..1 for accuracies
    standard_error: float | None  # as the harness gives it
    chance: float | None  # what guessing would give; None where there are no choices
    examples: int


@dataclass(frozen=True, kw_only=True)
class HarnessReport:
    model: str
    chat: bool
    scores: tuple[HarnessScore, ...]
    harness_version: str
    seconds: float


def evaluate_harness(
    workspace: Workspace | None, model: Path, *, config: HarnessConfig, progress: Progress = SILENT
) -> HarnessReport:
    """Run the tasks on the model in `model`. Linnet's own tasks need the workspace, for its held-out posts."""
    if importlib.util.find_spec("lm_eval") is None:
        raise NotReady(
            "lm-evaluation-harness is not installed; install it with: pip install 'linnet[evaluate]'"
        )
    _be_quiet_and_offline()
    folder, started = model_folder(model), time.monotonic()
    from lm_eval.evaluator import simple_evaluate

    progress.start("Preparing tasks", len(config.tasks), "tasks")
    foreign = [name for name in config.tasks if name not in MAKERS]
    manager = _task_manager(all_of_the_harness=bool(foreign))
    if unknown := [name for name in foreign if name not in manager.task_index]:
        raise WrongUse(
            f'there is no task "{unknown[0]}"; Linnet has {", ".join(MAKERS)}; the others: lm-eval ls tasks'
        )
    own = [name for name in config.tasks if name in MAKERS]
    specs = {spec["task"]: spec for spec in _own_specs(own, workspace, config)}
    loaded: list[Any] = []
    for name in config.tasks:
        loaded += _load(manager, specs.get(name, name), name)
        progress.advance()
    progress.finish()
    exact = [task.config.task for task in loaded if task.OUTPUT_TYPE == "loglikelihood"]
    from linnet.evaluation.harness_model import open_harness_model

    lm = open_harness_model(folder, chat=config.chat, exact_match_tasks=exact, progress=progress)
    results = simple_evaluate(
        model=lm, tasks=loaded, task_manager=manager, num_fewshot=config.num_fewshot, limit=config.max_examples,
        bootstrap_iters=1000, log_samples=False, random_seed=config.seed, numpy_random_seed=config.seed,
        torch_random_seed=config.seed, fewshot_random_seed=config.seed,
    )  # fmt: skip
    return HarnessReport(
        model=str(model),
        chat=config.chat,
        scores=tuple(score for task in loaded for score in _scores(task, results, config.max_examples)),
        harness_version=version("lm_eval"),
        seconds=round(time.monotonic() - started, 1),
    )


@functools.cache
def _task_manager(*, all_of_the_harness: bool) -> Any:
    """Finding the harness' own tasks reads thousands of files, so it is done once and only when one is asked for."""
    from lm_eval.tasks import TaskManager

    return TaskManager(include_defaults=all_of_the_harness)


def _be_quiet_and_offline() -> None:
    """Before the libraries are imported. Who wants data sets to be fetched sets HF_HUB_OFFLINE=0."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_DATASETS_OFFLINE", os.environ["HF_HUB_OFFLINE"])
    os.environ["TQDM_DISABLE"] = "1"
    for name in ("lm_eval", "lm-eval", "datasets"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _own_specs(
    names: Sequence[str], workspace: Workspace | None, config: HarnessConfig
) -> list[dict[str, Any]]:
    """The YAML of Linnet's own tasks, each with its examples as an in-memory data set."""
    import yaml

    if not names:
        return []
    if workspace is None:
        raise WrongUse(
            f"{names[0]} is made from a workspace's held-out posts; name one: linnet --workspace DIR"
        )
    documents = heldout_documents(workspace, most=config.max_documents, seed=config.seed)
    specs = []
    for name in names:
        examples = MAKERS[name](documents, random.Random(f"{config.seed}:{name}"))
        if not examples:
            raise NotReady(
                f"{name} needs {NEEDS[name]} among the held-out posts of {workspace.root}; there are none"
            )
        spec = yaml.safe_load((TASKS_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        specs.append({**spec, "custom_dataset": _InMemory(examples[: config.max_examples])})
    return specs


class _InMemory:
    """What the harness calls to get a data set."""

    def __init__(self, examples: list[dict[str, Any]]) -> None:
        self.examples = examples

    def __call__(self, **_: Any) -> Any:
        import datasets

        return datasets.DatasetDict({"test": datasets.Dataset.from_list(self.examples)})

    def __deepcopy__(self, memo: Any) -> _InMemory:
        return self


def _load(manager: Any, spec: Any, name: str) -> list[Any]:
    try:
        return list(manager.load([spec])["tasks"].values())
    except LinnetError:
        raise
    except Exception as error:  # the harness and its tasks raise whatever they like
        entry = manager.task_index.get(name)
        data = (entry.cfg or {}).get("dataset_path") if entry else None
        reason = next(iter(str(error).splitlines()), "")[:200] or type(error).__name__
        if data:
            raise BadInput(
                f'the task "{name}" needs the data set "{data}", which is not on this machine, and nothing is fetched '
                f"(HF_HUB_OFFLINE=0 allows it): {reason}"
            ) from error
        raise BadInput(f'the task "{name}" cannot be loaded: {reason}') from error


def _scores(task: Any, results: Any, most: int) -> list[HarnessScore]:
    name = task.config.task
    chances = []
    if task.OUTPUT_TYPE == "multiple_choice":
        chances = [
            1 / len(task.doc_to_choice(doc)) for _, doc in zip(range(most), task.eval_docs, strict=False)
        ]
    examples = int(results["n-samples"][name]["effective"])
    scores = []
    for key, value in results["results"][name].items():
        metric, comma, kind = key.partition(",")
        if not comma or metric.endswith("_stderr") or not isinstance(value, int | float):
            continue
        error = results["results"][name].get(f"{metric}_stderr,{kind}")
        accuracy = metric.startswith("acc")
        scores.append(
            HarnessScore(
                task=name,
                metric=metric,
                value=float(value),
                standard_error=float(error) if isinstance(error, int | float) else None,
                chance=sum(chances) / len(chances) if chances and accuracy else None,
                examples=examples,
            )
        )
    return scores
