"""Summarise a thread: its first post, in its first sentence, and the reply nearest to all others, in its longest."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from linnet.model.documents import DocumentText
from linnet.model.prompts import POSTS_SHOWN, summary_prompt
from linnet.training.tasks.grounded import Grounded
from linnet.training.tasks.posts import PostPool, Source, alike, parts_of, pool_of
from linnet.training.tasks.task import TaskExample

LEAST_POSTS = 3  # of a thread that is worth a summary


@dataclass(frozen=True, kw_only=True)
class SummariseThread:
    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "summarise_thread"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        threads = [thread[:POSTS_SHOWN] for thread in pool.threads if len(thread) >= LEAST_POSTS]
        rng.shuffle(threads)
        examples: list[TaskExample] = []
        for thread in threads:
            if len(examples) >= count:
                break
            lead = thread[0]
            central = most_central(thread, pool)
            lead_parts = parts_of(lead.text)
            if not lead_parts or central is None:
                continue
            examples.append(
                Grounded(
                    task=self.name,
                    ask=lambda posts, now: summary_prompt(posts, brief=self.brief),
                    shown=tuple(thread),
                    quotes=(
                        (lead.post_id, lead_parts[0]),
                        (central.post_id, max(central.sentences, key=len)),
                    ),
                ).example()
            )
        return examples


def most_central(thread: Sequence[Source], pool: PostPool) -> Source | None:
    """The reply of another author that shares most words, common ones aside, with the other posts; the earlier of equal ones."""
    telling = {
        post.post_id: frozenset(word for word in post.words if not pool.is_common(word, post.language))
        for post in thread
    }
    replies = [post for post in thread[1:] if post.sentences and post.author_id != thread[0].author_id]
    return max(
        replies,
        key=lambda post: sum(
            alike(telling[post.post_id], telling[other.post_id]) for other in thread if other is not post
        ),
        default=None,
    )
