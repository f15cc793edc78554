"""Examples in which posts are shown and a reply cites them: what all grounded tasks have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from linnet.model.prompts import DraftSentence, ShownPost, write_reply
from linnet.protocols import Message
from linnet.training.tasks.posts import Source
from linnet.training.tasks.task import TaskExample

UNKNOWN_MONTH = "2020-01"

Ask = Callable[[Sequence[ShownPost], str], list[Message]]  # (posts, now) -> the prompt


@dataclass(frozen=True, kw_only=True)
class Grounded:
    """What an example is made of. Times are the month's, with a day by position: documents keep no more."""

    task: str
    ask: Ask
    shown: tuple[Source, ...]
    quotes: tuple[tuple[str, str], ...]  # (post_id, sentence of it) in the answer's order; () abstains
    least_shown: int = 1
    about: tuple[Source, ...] = ()  # further posts whose text is in the prompt
    checks: Mapping[str, Any] = field(default_factory=dict)

    def example(self) -> TaskExample:
        number_of = {source.post_id: number for number, source in enumerate(self.shown, start=1)}
        sentences = [
            DraftSentence(text=" ".join(quote.split()), citations=((number_of[post_id], quote),))
            for post_id, quote in self.quotes
        ]
        answer = Message(role="assistant", content=write_reply(sentences))
        used = {source.post_id: source for source in (*self.shown, *self.about)}
        return TaskExample(
            task=self.task,
            messages=(*self.ask(shown_posts(self.shown), self._now()), answer),
            post_ids=tuple(used),
            author_ids=tuple(dict.fromkeys(source.author_id for source in used.values())),
            checks={
                "sources": {str(number_of[source.post_id]): source.text for source in self.shown},
                "citations": [str(number_of[post_id]) for post_id, _ in self.quotes],
                "abstains": not self.quotes,
                **self.checks,
            },
            shorter=self._shorter if self._droppable() else None,
        )

    def _droppable(self) -> list[Source]:
        cited = {post_id for post_id, _ in self.quotes}
        droppable = [source for source in self.shown if source.post_id not in cited]
        return droppable if len(self.shown) > max(self.least_shown, len(cited)) else []

    def _shorter(self) -> TaskExample:
        dropped = self._droppable()[-1]
        return replace(self, shown=tuple(source for source in self.shown if source is not dropped)).example()

    def _now(self) -> str:
        months = [source.month for source in (*self.shown, *self.about)]
        return f"{max(months, default='') or UNKNOWN_MONTH}-28T12:00:00Z"


def shown_posts(sources: Sequence[Source]) -> list[ShownPost]:
    """The posts as a prompt shows them; authors are told apart, not named."""
    numbers: dict[str, int] = {}
    return [
        ShownPost(
            author=f"a{numbers.setdefault(source.author_id, len(numbers) + 1)}",
            time=f"{source.month or UNKNOWN_MONTH}-{1 + position:02}T09:00:00Z",
            text=source.text,
        )
        for position, source in enumerate(sources)
    ]
