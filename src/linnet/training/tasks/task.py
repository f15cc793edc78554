"""What a task is: a way to turn documents into conversations whose last message is right by construction."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from linnet.model.documents import DocumentText
from linnet.protocols import Message


@dataclass(frozen=True, kw_only=True)
class TaskExample:
    """One conversation. `shorter` makes the next shorter version of it, with a distractor less; None: there is none.

    `checks` is what a checker of answers needs: "sources" (number as a string -> the text that was shown under it),
    "citations" (the numbers that the answer cites), "abstains" (whether it must say that the posts do not answer),
    "question" or "brief" where there is one.
    """

    task: str  # the task's name
    messages: tuple[Message, ...]  # ends with the assistant's
    post_ids: tuple[str, ...]  # all posts whose text is in it
    author_ids: tuple[str, ...]  # their authors
    checks: Mapping[str, Any] = field(default_factory=dict)
    shorter: Callable[[], TaskExample] | None = field(default=None, compare=False, repr=False)

    @property
    def prompt(self) -> tuple[Message, ...]:
        return self.messages[:-1]

    @property
    def answer(self) -> str:
        return self.messages[-1].content


class Task(Protocol):
    """Deterministic: the same documents, count and state of `rng` make the same examples."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Grows when the same documents would make other examples."""

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        """At most `count`, fewer where the documents bear no more."""
