"""Small writing tasks from posts that nobody answered: the answer is the post, or the rest of it."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from linnet.model.documents import DocumentText
from linnet.protocols import Message
from linnet.training.tasks.task import TaskExample
from linnet.training.tasks.turns import turns_of

HASHTAG = re.compile(r"#\w+")
LEAST_WORDS_TO_CONTINUE = 6


@dataclass(frozen=True, kw_only=True)
class WritePost:
    name: ClassVar[str] = "write_post"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        once = {document.document_id: document for document in documents}
        single = [turns[0] for document in once.values() if len(turns := turns_of(document)) == 1]
        rng.shuffle(single)
        return [
            TaskExample(
                task=self.name,
                messages=writing_task(turn.text),
                post_ids=turn.post_ids,
                author_ids=(turn.author_id,),
            )
            for turn in single[:count]
        ]


def writing_task(text: str) -> tuple[Message, Message]:
    """A request, and the post that fulfils it."""
    if tag := HASHTAG.search(text):
        return _messages(f"Write a post about {tag[0]}", text)
    words = text.split(" ")
    if len(words) < LEAST_WORDS_TO_CONTINUE:
        return _messages("Write a short post", text)
    cut = len(words) // 2
    return _messages(f"Continue this post: {' '.join(words[:cut])}", " ".join(words[cut:]))


def _messages(asked: str, answer: str) -> tuple[Message, Message]:
    return Message(role="user", content=asked), Message(role="assistant", content=answer)
