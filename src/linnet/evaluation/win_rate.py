"""Win rate of one model against another, by default the chat model against its base, by a fixed protocol.

Both answer the same prompts from held-out posts, greedily, with the same limit; the chat model in its chat format, the
base model as the next author of a thread. A judge compares each pair twice, the second time with places swapped, and
an answer wins only when it is preferred both times.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linnet.errors import NotReady, WrongUse
from linnet.evaluation.answer_checks import check_answer
from linnet.evaluation.greedy import GreedyAnswer, greedy_answer, prompt_ids
from linnet.evaluation.heldout_threads import heldout_documents, model_folder
from linnet.evaluation.judge import CheckerJudge, Judge, judged_twice
from linnet.evaluation.judged_prompts import judged_prompts
from linnet.evaluation.likelihood import Scorer
from linnet.intervals import wilson
from linnet.progress import SILENT, Progress
from linnet.training.tasks.catalogue import TASK_NAMES
from linnet.training.tasks.task import TaskExample
from linnet.workspace import Workspace

PROTOCOL_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class WinRateConfig:
    tasks: tuple[str, ...] = TASK_NAMES
    per_task: int = 20  # prompts of each task
    max_tokens: int = 96  # of an answer
    max_documents: int = 5_000  # held-out documents that the prompts are made from
    seed: int = 7  # of documents and prompts

    def __post_init__(self) -> None:
        if unknown := [task for task in self.tasks if task not in TASK_NAMES]:
            raise WrongUse(f'there is no task "{unknown[0]}"; choose from {", ".join(TASK_NAMES)}')
        if not self.tasks:
            raise WrongUse(f"no task given; choose from {', '.join(TASK_NAMES)}")
        for name in ("per_task", "max_tokens", "max_documents"):
            if getattr(self, name) < 1:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class Standing:
    task: str  # "all" for all of them
    prompts: int
    wins: int
    ties: int
    losses: int
    win_rate: float  # a tie counts half
    low: float  # of the 95 % Wilson interval
    high: float


@dataclass(frozen=True, kw_only=True)
class WinRateReport:
    model: str
    against: str
    judge: str
    judge_version: int
    protocol_version: int
    overall: Standing
    by_task: tuple[Standing, ...]
    tasks_left_out: tuple[str, ...]  # no prompt of them can be made that fits both models
    unreadable: int  # pairs of which a verdict could not be read; they count as ties
    checks: dict[str, dict[str, float]]  # check -> share of answers that pass it, of "model" and "against"
    seconds: float


def win_rate(
    workspace: Workspace,
    model: Path,
    against: Path,
    *,
    config: WinRateConfig,
    judge: Judge | None = None,
    model_is_chat: bool = True,
    against_is_chat: bool = False,
    progress: Progress = SILENT,
) -> WinRateReport:
    """Compare two models on the workspace's held-out posts. Without a judge the checks decide.

    Posts go to a judge other than the checker only where they may be used to generate.
    """
    started = time.monotonic()
    judge = judge or CheckerJudge()
    model_folder(model), model_folder(against)
    purposes = ("train",) if isinstance(judge, CheckerJudge) else ("train", "generate")
    documents = heldout_documents(workspace, purposes=purposes, most=config.max_documents, seed=config.seed)
    scorers = [(Scorer(model), model_is_chat), (Scorer(against), against_is_chat)]
    prompts = judged_prompts(
        documents,
        config.tasks,
        per_task=config.per_task,
        scorers=scorers,
        max_tokens=config.max_tokens,
        seed=config.seed,
    )
    if not prompts:
        raise NotReady(
            f"no prompt of {', '.join(config.tasks)} can be made from the held-out posts of {workspace.root} that fits "
            f"both models with {config.max_tokens} tokens to answer; lower --max-tokens or ingest more posts"
        )
    progress.start("Answering and judging", len(prompts), "prompts")
    outcomes: list[tuple[TaskExample, list[GreedyAnswer], int]] = []
    unreadable = 0
    for example in prompts:
        answers = [
            greedy_answer(scorer, prompt_ids(scorer, example.prompt, chat=chat), max_tokens=config.max_tokens)
            for scorer, chat in scorers
        ]
        outcome, readable = judged_twice(judge, example, *answers)
        unreadable += not readable
        outcomes.append((example, answers, outcome))
        progress.advance()
    progress.finish()
    by_task: dict[str, list[int]] = defaultdict(list)
    for example, _, outcome in outcomes:
        by_task[example.task].append(outcome)
    return WinRateReport(
        model=str(model),
        against=str(against),
        judge=judge.id,
        judge_version=judge.version,
        protocol_version=PROTOCOL_VERSION,
        overall=standing("all", [outcome for _, _, outcome in outcomes]),
        by_task=tuple(standing(task, found) for task, found in by_task.items()),
        tasks_left_out=tuple(task for task in config.tasks if task not in by_task),
        unreadable=unreadable,
        checks=_shares(outcomes),
        seconds=round(time.monotonic() - started, 1),
    )


def standing(task: str, outcomes: Sequence[int]) -> Standing:
    wins, losses = outcomes.count(1), outcomes.count(-1)
    ties = len(outcomes) - wins - losses
    rate = (wins + ties / 2) / len(outcomes)
    low, high = wilson(wins + ties / 2, len(outcomes))
    return Standing(
        task=task, prompts=len(outcomes), wins=wins, ties=ties, losses=losses,
        win_rate=round(rate, 4), low=round(low, 4), high=round(high, 4),
    )  # fmt: skip


def _shares(outcomes: Sequence[tuple[TaskExample, list[GreedyAnswer], int]]) -> dict[str, dict[str, float]]:
    passed: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for example, (one, other), _ in outcomes:
        mine, theirs = check_answer(example, one), check_answer(example, other)
        for name, value in mine.items():
            passed[name].append((value, theirs[name]))
    return {
        name: {
            "model": round(sum(one for one, _ in values) / len(values), 4),
            "against": round(sum(other for _, other in values) / len(values), 4),
            "prompts": len(values),
        }
        for name, values in passed.items()
    }
