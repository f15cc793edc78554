"""The rules of the assistant: pure functions, each with an id, a version and a reason.

enough_evidence   is a post about the question at all? Without one such post the assistant abstains
check_draft       what a model wrote, reduced to the sentences that posts bear out
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import regex

from linnet.apps.assistant.context import Evidence, Signals
from linnet.apps.assistant.model import Draft, DraftSentence
from linnet.apps.assistant.question import EMPTY_WORDS, stem
from linnet.protocols import Embedder
from linnet.records import Citation, CitedSentence
from linnet.retrieval.words import split_words

MAX_SENTENCES = 4
MIN_QUOTE_CHARACTERS = 8
MIN_SUPPORTED_WORDS = 0.6  # share of a sentence's content words that stand in its quotes
MIN_SUPPORT_SIMILARITY = 0.7  # cosine of a sentence and its quotes, where fewer words are shared
MIN_WORDS_WITH_SIMILARITY = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    rule_id: str
    version: int
    passed: bool
    reason: str


def enough_evidence(signals: Signals) -> Verdict:
    """Thresholds from the calibration that docs/assistant.md describes."""

    def verdict(passed: bool, reason: str) -> Verdict:
        return Verdict(rule_id="assistant.enough-evidence", version=1, passed=passed, reason=reason)

    if signals.names_missing:
        return verdict(
            False, f"{signals.names_missing} of the question's names or numbers are not in the post"
        )
    if signals.asked_total and not signals.asked_covered:
        return verdict(False, "the post has the question's names, and nothing of what is asked about them")
    if signals.similarity >= 0.6 and signals.coverage >= 0.6:
        return verdict(True, "close in meaning, and has more than half of the question's words")
    if signals.similarity >= 0.45 and signals.coverage >= 0.75:
        return verdict(True, "related in meaning, and has most of the question's words")
    return verdict(False, "too few of the question's words, too far in meaning")


def check_draft(draft: Draft, evidence: Sequence[Evidence], *, embedder: Embedder) -> list[CitedSentence]:
    """The sentences of a draft whose citations exist, are quoted truly and bear the sentence out."""
    checked: list[CitedSentence] = []
    for sentence in draft.sentences[:MAX_SENTENCES]:
        citations = valid_citations(sentence, draft.shown)
        if not citations or not sentence.text:
            continue
        quotes = " ".join(citation.quote for citation in citations)
        vectors = embedder.embed([sentence.text, quotes])
        if is_supported(sentence.text, quotes, float(np.dot(vectors[0], vectors[1]))).passed:
            checked.append(CitedSentence(text=sentence.text, citations=citations))
    return checked


def valid_citations(sentence: DraftSentence, shown: Sequence[Evidence]) -> tuple[Citation, ...]:
    """Citations of posts that were shown, each with its quote as it stands in the post."""
    valid: list[Citation] = []
    for number, quote in sentence.citations:
        if not 1 <= number <= len(shown):
            continue
        post = shown[number - 1].hit
        if (exact := find_quote(quote, post.text)) is not None:
            valid.append(Citation(post_id=post.post_id, quote=exact))
    return tuple(dict.fromkeys(valid))


def find_quote(quote: str, text: str) -> str | None:
    """The part of `text` that the quote repeats word for word, save for case and spaces; None without one."""
    words = quote.strip().strip('"“”').split()
    if len(" ".join(words)) < min(MIN_QUOTE_CHARACTERS, len(text.strip())) or not words:
        return None
    found = regex.search(r"\s+".join(regex.escape(word) for word in words), text, regex.IGNORECASE)
    return found.group() if found else None


def is_supported(sentence: str, quotes: str, similarity: float) -> Verdict:
    """Whether the quotes bear the sentence out: they share its words, and all of its numbers."""

    def verdict(passed: bool, reason: str) -> Verdict:
        return Verdict(rule_id="assistant.supported-sentence", version=1, passed=passed, reason=reason)

    quoted_words = split_words(quotes).body
    quoted = {stem(word) for word in quoted_words}
    words = [word for word in split_words(sentence).body if word not in EMPTY_WORDS]
    if not words:
        return verdict(False, "the sentence says nothing")
    strange = [word for word in words if any(c.isdigit() for c in word) and word not in quoted_words]
    if strange:
        return verdict(False, "a number of the sentence is not in its quotes")
    if negations(sentence) != negations(quotes) and similarity < 0.9:
        return verdict(False, "the sentence denies what its quotes affirm, or the other way round")
    share = sum(stem(word) in quoted for word in words) / len(words)
    if share >= MIN_SUPPORTED_WORDS:
        return verdict(True, "the quotes have the sentence's words")
    if similarity >= MIN_SUPPORT_SIMILARITY and share >= MIN_WORDS_WITH_SIMILARITY:
        return verdict(True, "the quotes are close to the sentence in meaning")
    return verdict(False, "the quotes do not bear the sentence out")


def bears_out(sentence: str, quote: str, post: str) -> bool:
    """Whether the quote stands in the post and has the sentence's words: the checks that need no embedder."""
    exact = find_quote(quote, post)
    return exact is not None and is_supported(sentence, exact, 0.0).passed


_NEGATION = regex.compile(
    r"\b(?:not?|never|none|nobody|nothing|without|cannot|\w+n['’]t)\b", regex.IGNORECASE
)


def negations(text: str) -> bool:
    """Whether a text denies something."""
    return _NEGATION.search(text) is not None
