"""The conversations of one split: a balanced mixture of tasks, each example made to fit the model's context."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from linnet.model.documents import DocumentText
from linnet.model.tokenizer import ModelTokenizer
from linnet.training.conversations import FittedExample, fit_example
from linnet.training.tasks.catalogue import BRIEF_BELOW_TOKENS, all_tasks, portions
from linnet.training.tasks.task import Task

SPARE = 1.1  # examples asked of a task for each one wanted: some do not fit


@dataclass(kw_only=True)
class TaskExamples:
    """What one task gave."""

    fitted: list[FittedExample] = field(default_factory=list)  # those in the mixture, once it is made
    left_out: int = 0  # did not fit the context, not even shortened
    exhausted: bool = False  # the documents bear no more

    @property
    def shortened(self) -> int:
        return sum(one.shortened for one in self.fitted)

    @property
    def kinds(self) -> dict[str, int]:
        """How many of each kind, for a task that tells kinds apart."""
        found = Counter(one.example.checks["kind"] for one in self.fitted if "kind" in one.example.checks)
        return dict(sorted(found.items()))


def mixture(
    documents: Sequence[DocumentText],
    count: int,
    *,
    shares: Mapping[str, float],
    tokenizer: ModelTokenizer,
    max_tokens: int,
    seed: str,
) -> dict[str, TaskExamples]:
    """At most `count` conversations, by task in the parts that `shares` says.

    What a task cannot fill goes to the others.
    """
    tasks = [
        task for task in all_tasks(brief=max_tokens < BRIEF_BELOW_TOKENS) if shares.get(task.name, 0.0) > 0
    ]
    weights = {task.name: shares[task.name] for task in tasks}
    made = {task.name: TaskExamples() for task in tasks}
    while True:
        available = {name: len(one.fitted) if one.exhausted else count for name, one in made.items()}
        wanted = portions(count, weights, available)
        lacking = [task for task in tasks if len(made[task.name].fitted) < wanted[task.name]]
        if not lacking:
            break
        for task in lacking:
            made[task.name] = _examples(task, documents, wanted[task.name], tokenizer, max_tokens, seed)
    for name, one in made.items():
        one.fitted = one.fitted[: wanted[name]]
    return made


def _examples(
    task: Task,
    documents: Sequence[DocumentText],
    count: int,
    tokenizer: ModelTokenizer,
    max_tokens: int,
    seed: str,
) -> TaskExamples:
    """At least `count` that fit, or all there are."""
    asked = math.ceil(count * SPARE) + 2
    while True:
        examples = task.examples(documents, asked, random.Random(f"{seed}:{task.name}"))
        tried = [fit_example(example, tokenizer, max_tokens=max_tokens) for example in examples]
        fitted = [one for one in tried if one is not None]
        exhausted = len(examples) < asked
        if exhausted or len(fitted) >= count:
            return TaskExamples(fitted=fitted, left_out=len(tried) - len(fitted), exhausted=exhausted)
        asked *= 2


def sample_documents(documents: Iterable[DocumentText], most: int, rng: random.Random) -> list[DocumentText]:
    """At most `most` documents, each as likely as any other; one that comes several times counts once."""
    kept: list[DocumentText] = []
    seen = 0
    last = ""
    for document in documents:
        if document.document_id == last:
            continue
        last = document.document_id
        seen += 1
        if len(kept) < most:
            kept.append(document)
        elif (place := rng.randrange(seen)) < most:
            kept[place] = document
    return kept
