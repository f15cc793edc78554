"""All tasks by name, and how many examples of each make a balanced mixture."""

from __future__ import annotations

from collections.abc import Mapping

from linnet.errors import WrongUse
from linnet.training.tasks.answer import Abstain, AnswerWithCitations
from linnet.training.tasks.context_note import ContextNote
from linnet.training.tasks.creative import Creative
from linnet.training.tasks.reply import Reply
from linnet.training.tasks.rewrite_query import RewriteQuery
from linnet.training.tasks.summarise import SummariseThread
from linnet.training.tasks.task import Task
from linnet.training.tasks.write_post import WritePost

TASK_NAMES = (
    Reply.name, WritePost.name, AnswerWithCitations.name, Abstain.name, SummariseThread.name, ContextNote.name,
    Creative.name, RewriteQuery.name,
)  # fmt: skip
BRIEF_BELOW_TOKENS = 1024
"""A model with a shorter context gets the short instructions: the full ones alone would fill it."""


def all_tasks(*, brief: bool = False) -> tuple[Task, ...]:
    """Every task, with the short instructions or the full ones."""
    return (
        Reply(),
        WritePost(),
        AnswerWithCitations(brief=brief),
        Abstain(brief=brief),
        SummariseThread(brief=brief),
        ContextNote(brief=brief),
        Creative(brief=brief),
        RewriteQuery(brief=brief),
    )


def task_named(name: str, *, brief: bool = False) -> Task:
    for task in all_tasks(brief=brief):
        if task.name == name:
            return task
    raise WrongUse(f'there is no task "{name}"; choose from: {", ".join(TASK_NAMES)}')


def portions(count: int, shares: Mapping[str, float], available: Mapping[str, int]) -> dict[str, int]:
    """`count` over the names by their shares, none more than it has; what is left over goes round again."""
    numbers = dict.fromkeys(shares, 0)
    left = count
    while left:
        open_names = [name for name, share in shares.items() if share > 0 and numbers[name] < available[name]]
        total = sum(shares[name] for name in open_names)
        if not open_names:
            break
        exact = {name: left * shares[name] / total for name in open_names}
        given = {name: min(int(exact[name]), available[name] - numbers[name]) for name in open_names}
        if not any(given.values()):  # fewer left than names: the largest remainders first
            for name in sorted(open_names, key=lambda name: (-exact[name], name))[:left]:
                given[name] = 1
        for name, number in given.items():
            numbers[name] += number
        left = count - sum(numbers.values())
    return numbers
