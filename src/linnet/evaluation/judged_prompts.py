"""The fixed set of prompts that two models are compared on: the tasks of fine-tuning, on held-out documents."""

from __future__ import annotations

import random
from collections.abc import Sequence

from linnet.evaluation.greedy import prompt_ids
from linnet.evaluation.likelihood import Scorer
from linnet.model.documents import DocumentText
from linnet.training.tasks.catalogue import BRIEF_BELOW_TOKENS, task_named
from linnet.training.tasks.task import TaskExample

TRIED_FOR_ONE = 4  # examples made for each prompt wanted: some are too long


def judged_prompts(
    documents: Sequence[DocumentText],
    tasks: Sequence[str],
    *,
    per_task: int,
    scorers: Sequence[tuple[Scorer, bool]],
    max_tokens: int,
    seed: int,
) -> list[TaskExample]:
    """At most `per_task` of each task. Each fits every model (scorer, whether a chat model) with room to answer.

    A prompt that does not fit loses distractors until it does; one that never does is left out.
    """
    brief = min(scorer.context_length for scorer, _ in scorers) < BRIEF_BELOW_TOKENS
    prompts = []
    for name in tasks:
        task, rng = task_named(name, brief=brief), random.Random(f"{seed}:{name}")
        made = task.examples(documents, TRIED_FOR_ONE * per_task, rng)
        fitting = (fitted for example in made if (fitted := _fitted(example, scorers, max_tokens)))
        prompts += [example for _, example in zip(range(per_task), fitting, strict=False)]
    return prompts


def _fitted(
    example: TaskExample, scorers: Sequence[tuple[Scorer, bool]], max_tokens: int
) -> TaskExample | None:
    current: TaskExample | None = example
    while current is not None:
        messages = current.prompt
        if all(
            len(prompt_ids(scorer, messages, chat=chat)) + max_tokens <= scorer.context_length
            for scorer, chat in scorers
        ):
            return current
        current = current.shorter() if current.shorter else None
    return None
