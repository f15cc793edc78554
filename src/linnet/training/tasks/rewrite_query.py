"""Turn a casual question into a query of the search box: words, "phrases", -exclusions, since:, until:, lang:."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from linnet.model.documents import DocumentText
from linnet.model.prompts import query_prompt
from linnet.protocols import Message
from linnet.training.tasks.grounded import UNKNOWN_MONTH
from linnet.training.tasks.posts import PostPool, Source, pool_of
from linnet.training.tasks.subjects import keywords_of, subjects_of
from linnet.training.tasks.task import TaskExample

ASKED = {
    "en": (
        "anyone know what people said about {}{}{}?",
        "what was that about {}{}{}",
        "looking for posts on {}{}{}",
    ),
    "fr": ("quelqu'un sait ce qu'on a dit sur {}{}{} ?", "je cherche des posts sur {}{}{}"),
    "es": ("¿alguien sabe qué se dijo sobre {}{}{}?", "busco publicaciones sobre {}{}{}"),
    "de": ("weiß jemand, was über {}{}{} gesagt wurde?", "ich suche Beiträge über {}{}{}"),
    "ja": ("{}{}{}についての投稿を探しています",),
    "ar": ("أبحث عن منشورات عن {}{}{}",),
}  # subject, exclusion, month
NOT = {
    "en": ", not {}",
    "fr": ", pas {}",
    "es": ", no {}",
    "de": ", nicht {}",
    "ja": "（{}以外）",
    "ar": "، وليس {}",
}
IN_MONTH = {"en": " in {}", "fr": " en {}", "es": " en {}", "de": " im {}", "ja": " {} ", "ar": " في {}"}
WITH_MONTH_SHARE, WITH_EXCLUSION_SHARE, WITH_LANGUAGE_SHARE = 0.4, 0.2, 0.3


@dataclass(frozen=True, kw_only=True)
class RewriteQuery:
    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "rewrite_query"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        order = list(pool.sources)
        rng.shuffle(order)
        examples: list[TaskExample] = []
        for source in order:
            if len(examples) >= count:
                break
            if (made := question_and_query(source, pool, rng)) is None:
                continue
            question, query = made
            now = f"{source.month or UNKNOWN_MONTH}-28T12:00:00Z"
            examples.append(
                TaskExample(
                    task=self.name,
                    messages=(
                        *query_prompt(question, now=now, brief=self.brief),
                        Message(role="assistant", content=query),
                    ),
                    post_ids=(source.post_id,),
                    author_ids=(source.author_id,),
                    checks={"question": question, "query": query},
                )
            )
        return examples


def question_and_query(source: Source, pool: PostPool, rng: random.Random) -> tuple[str, str] | None:
    """A question that the post would answer, and the query that finds it."""
    subjects = [
        subject
        for sentence in source.sentences
        for subject in subjects_of(sentence, pool, source.language)
        if subject.kind != "number"
    ]
    if not subjects:
        return None
    subject = rng.choice(subjects)
    language = source.language if source.language in ASKED else "en"
    if subject.kind == "name":
        query = [f'"{subject.text}"']
    elif subject.kind == "hashtag":
        query = [subject.text]
    else:
        query = sorted(subject.words, key=subject.text.index)
    excluded = month = ""
    if rng.random() < WITH_EXCLUSION_SHARE and (other := _other_word(subject.words, source, pool, rng)):
        excluded = NOT[language].format(other)
        query.append(f"-{other}")
    if source.month and rng.random() < WITH_MONTH_SHARE:
        month = IN_MONTH[language].format(source.month)
        query += [f"since:{source.month}-01", f"until:{next_month(source.month)}-01"]
    if source.language not in ("", "und") and rng.random() < WITH_LANGUAGE_SHARE:
        month += f" ({source.language})"
        query.append(f"lang:{source.language}")
    return rng.choice(ASKED[language]).format(subject.text, excluded, month), " ".join(query)


def next_month(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def _other_word(words: frozenset[str], source: Source, pool: PostPool, rng: random.Random) -> str | None:
    """A word of another post that shares one with the subject, and that this post lacks."""
    near = [other for other in pool.near(words, source.language, most=20) if other is not source]
    if not near:
        return None
    others = [
        word for word in keywords_of(rng.choice(near).text, pool, source.language) if word not in source.words
    ]
    return others[0] if others else None
