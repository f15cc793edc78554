"""Answer a question from posts, with citations, and abstain where none answers: in the assistant's own format."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from linnet.model.documents import DocumentText
from linnet.model.prompts import POSTS_SHOWN, answer_prompt
from linnet.training.tasks.grounded import Grounded
from linnet.training.tasks.posts import PostPool, Source, alike, pool_of, words_of
from linnet.training.tasks.subjects import Subject, subjects_of
from linnet.training.tasks.task import TaskExample

SECOND_ANSWER_SHARE = 0.3  # of the questions that another post answers too cite both
SAME = 0.6  # share of words in common above which two posts say the same
BRIEF_POSTS_SHOWN = 4  # at most, where the context is small


@dataclass(frozen=True, kw_only=True)
class AnswerWithCitations:
    """A question about one post's sentence; the answer is that sentence, cited."""

    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "answer_with_citations"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        examples: list[TaskExample] = []
        for source, sentence, subject in _questions(pool, rng):
            if len(examples) >= count:
                break
            answers = [(source, sentence)]
            if subject.kind != "number" and rng.random() < SECOND_ANSWER_SHARE:
                answers += _second_answer(source, subject, pool)
            cited = {answer.document_id for answer, _ in answers} | {source.document_id}
            distractors = _distractors(subject, source, pool, cited, rng, brief=self.brief)
            shown = [*(answer for answer, _ in answers), *distractors]
            rng.shuffle(shown)
            quotes = tuple((answer.post_id, quote) for answer, quote in answers)
            examples.append(_example(self.name, subject.question(rng), shown, quotes, brief=self.brief))
        return examples


@dataclass(frozen=True, kw_only=True)
class Abstain:
    """The same with no post that answers; the answer says so."""

    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "abstain"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        examples: list[TaskExample] = []
        for source, _, subject in _questions(pool, rng):
            if len(examples) >= count:
                break
            shown = _distractors(subject, source, pool, {source.document_id}, rng, brief=self.brief)
            if shown:
                examples.append(_example(self.name, subject.question(rng), shown, (), brief=self.brief))
        return examples


def _questions(pool: PostPool, rng: random.Random) -> Iterator[tuple[Source, str, Subject]]:
    """One question a post, in random order: (post, its sentence that answers, what is asked about)."""
    order = list(pool.sources)
    rng.shuffle(order)
    for source in order:
        subjects = [
            (sentence, subject)
            for sentence in source.sentences
            for subject in subjects_of(sentence, pool, source.language)
        ]
        if subjects:
            sentence, subject = rng.choice(subjects)
            yield source, sentence, subject


def _second_answer(source: Source, subject: Subject, pool: PostPool) -> list[tuple[Source, str]]:
    for other in pool.holding(subject.words, source.language):
        if other.author_id == source.author_id or alike(other.words, source.words) > SAME:
            continue
        for sentence in other.sentences:
            if sentence not in source.text and subject.words <= frozenset(words_of(sentence)):
                return [(other, sentence)]
    return []


def _distractors(
    subject: Subject, source: Source, pool: PostPool, cited: set[str], rng: random.Random, *, brief: bool
) -> list[Source]:
    most = (BRIEF_POSTS_SHOWN if brief else POSTS_SHOWN) - len(cited)
    return pool.distractors(
        subject.words,
        like=subject.words | source.words,
        language=source.language,
        other_than=cited,
        count=rng.randint(1, most),
        rng=rng,
    )


def _example(
    name: str, question: str, shown: Sequence[Source], quotes: tuple[tuple[str, str], ...], *, brief: bool
) -> TaskExample:
    return Grounded(
        task=name,
        ask=lambda posts, now: answer_prompt(question, posts, now=now, brief=brief),
        shown=tuple(shown),
        quotes=quotes,
        checks={"question": question},
    ).example()
