"""Context: each found post weighed against the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from linnet.apps.assistant.question import NUMBER_WORDS, Question, stem
from linnet.protocols import Embedder
from linnet.records import Hit
from linnet.retrieval.words import split_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """How well one post fits the question."""

    similarity: float  # cosine of question and post
    coverage: float  # share of the question's content words that the post has, 0..1
    names_missing: int  # names and numbers of the question that the post lacks
    asked_total: int  # content words that are no names: what is asked about them
    asked_covered: int  # how many of these the post has


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    hit: Hit
    signals: Signals
    vector: np.ndarray  # of the post, unit length

    @property
    def score(self) -> float:
        return self.signals.similarity + 0.5 * self.signals.coverage


def weigh(question: Question, hits: Sequence[Hit], *, embedder: Embedder) -> list[Evidence]:
    """The best fitting first; equal ones newest first."""
    if not hits:
        return []
    vectors = embedder.embed([question.text, *(hit.text for hit in hits)])
    evidence = [
        Evidence(hit=hit, signals=signals_of(question, hit, float(vectors[0] @ vector)), vector=vector)
        for hit, vector in zip(hits, vectors[1:], strict=True)
    ]
    return sorted(
        evidence, key=lambda item: (-item.score, -item.hit.created_at.timestamp(), item.hit.post_id)
    )


_SENTENCES = regex.compile(r"[^.!?。！？؟…\n]*[.!?。！？؟…\n]*")
_DIGIT = regex.compile(r"\p{N}")
_LINKS_AND_NAMES = regex.compile(r"https?://\S+|[@#]\S+")
_ASKS = regex.compile(r"[?？؟]")


def stated(text: str) -> str:
    """The text without its questions: a post that asks the same is no answer."""
    return " ".join(sentence for sentence in _SENTENCES.findall(text) if not _ASKS.search(sentence))


def signals_of(question: Question, hit: Hit, similarity: float) -> Signals:
    present = {stem(word) for word in split_words(f"{stated(hit.text)} {hit.author_name or ''}").body}
    joined = " ".join(present)
    gives_a_number = _DIGIT.search(_LINKS_AND_NAMES.sub(" ", stated(hit.text))) is not None

    def stands(word: str) -> bool:
        if word in NUMBER_WORDS and gives_a_number:
            return True
        root = stem(word)
        # A hashtag is several words in one: #SaveOurPark covers "park".
        return root in present or (len(root) >= 4 and root in joined)

    names = set(question.names)
    asked = [word for word in question.content_words if word not in names]
    covered = sum(stands(word) for word in question.content_words)
    return Signals(
        similarity=similarity,
        coverage=covered / len(question.content_words) if question.content_words else 0.0,
        names_missing=sum(not stands(name) for name in question.names),
        asked_total=len(asked),
        asked_covered=sum(stands(word) for word in asked),
    )
