"""A context note for a post from a source post: the source shares its rare words and adds a number or a link."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import regex

from linnet.model.documents import DocumentText
from linnet.model.prompts import POSTS_SHOWN, note_prompt
from linnet.training.tasks.grounded import Grounded
from linnet.training.tasks.posts import PostPool, Source, alike, pool_of, words_of
from linnet.training.tasks.task import TaskExample

LEAST_SHARED = 2  # rare words that a source shares with the post
SAME = 0.6  # share of words in common above which a source says the same again
MOST_KNOWN = 0.6  # share of a note's words that the post may have itself
NOTHING_TO_ADD_SHARE = 0.2  # of the examples have no source that adds something
BRIEF_SOURCES_SHOWN = 3

_INFORMS = regex.compile(r"\p{N}|https?://")


@dataclass(frozen=True, kw_only=True)
class ContextNote:
    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "context_note"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        order = list(pool.sources)
        rng.shuffle(order)
        examples: list[TaskExample] = []
        for post in order:
            if len(examples) >= count:
                break
            if (found := source_for(post, pool)) is None:
                continue
            source, sentence = found
            rare = rare_words(post, pool)
            distractors = pool.distractors(
                rare & source.words,
                like=post.words,
                language=post.language,
                other_than={post.document_id, source.document_id},
                count=rng.randint(1, (BRIEF_SOURCES_SHOWN if self.brief else POSTS_SHOWN) - 1),
                rng=rng,
            )
            # A note with nothing to add must be right to abstain: no distractor informs about the post.
            distractors = [one for one in distractors if len(rare & one.words) < LEAST_SHARED]
            adds = not distractors or rng.random() >= NOTHING_TO_ADD_SHARE
            shown = [source, *distractors] if adds else distractors
            rng.shuffle(shown)
            examples.append(self._example(post, shown, ((source.post_id, sentence),) if adds else ()))
        return examples

    def _example(
        self, post: Source, shown: Sequence[Source], quotes: tuple[tuple[str, str], ...]
    ) -> TaskExample:
        return Grounded(
            task=self.name,
            ask=lambda sources, now: note_prompt(post.text, sources, brief=self.brief),
            shown=tuple(shown),
            quotes=quotes,
            about=(post,),
            checks={"post": post.text},
        ).example()


def rare_words(post: Source, pool: PostPool) -> frozenset[str]:
    return frozenset(
        word
        for word in post.words
        if not word.isdigit() and len(word) > 1 and not pool.is_common(word, post.language)
    )


def source_for(post: Source, pool: PostPool) -> tuple[Source, str] | None:
    """Another author's post about the same with a sentence that informs, the one that shares most."""
    rare = rare_words(post, pool)
    best: tuple[int, Source, str] | None = None
    for other in pool.near(rare, post.language):
        if other.author_id == post.author_id or len(rare & other.words) < LEAST_SHARED:
            continue
        if alike(post.words, other.words) > SAME:
            continue
        for sentence in other.sentences:
            words = frozenset(words_of(sentence))
            shared = len(rare & words)
            if len(words & post.words) > MOST_KNOWN * len(words):
                continue
            if shared and _INFORMS.search(sentence) and (best is None or shared > best[0]):
                best = (shared, other, sentence)
    return best[1:] if best else None
