"""The gates before a model is served: pure functions over figures, each with an id, a version and a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

WORSE_BY_AT_MOST = 0.01  # share of the served model's bits per byte
EXTRACTED_AT_MOST = 0.01  # share of training posts written out word for word, less that of held-out posts
ENDED_BEFORE = 0.5  # share of answers: a served model that ended so many by itself sets the rule


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Everything that the gates look at. `served` is the version served now; None before the first."""

    served: str | None = None
    load_error: str | None = None  # why the model cannot be loaded and run
    logits_finite: bool = True
    vocabulary: str = ""  # digest of the tokenizer's vocabulary as it is now
    vocabulary_registered: str = ""  # as it was when the version was made
    vocabulary_of_base: str | None = None
    highest_token: int = 0  # the largest id of the tokenizer
    embeddings: int = 0  # rows of the embedding
    bits_per_byte: float | None = None  # on held-out posts of the corpus as it is now
    bits_per_byte_served: float | None = None  # on the same posts
    heldout_posts: int = 0  # both are of so many
    not_comparable: str | None = None  # why there is no such pair
    answers: int = 0  # short answers that were generated
    answers_ended: int = 0  # those that ended by themselves
    answers_with_special_tokens: int = 0
    served_ended_share: float | None = None  # of the served version, when it was measured
    extraction_rate: float | None = None  # of training posts; None: not measured on this model
    control_rate: float | None = None  # of held-out posts
    owed: int | None = 0  # posts learnt from that may not be trained on now; None: unknown
    owed_served: int | None = None
    is_newest: bool = True


@dataclass(frozen=True, kw_only=True)
class GateResult:
    gate: str
    version: int  # of the rule
    passed: bool
    reason: str
    figures: Mapping[str, Any] = field(default_factory=dict)


def _result(gate: str, version: int, seen: Figures, names: str, passed: bool, reason: str) -> GateResult:
    figures = {name: getattr(seen, name) for name in names.split()}
    return GateResult(gate=gate, version=version, passed=passed, reason=reason, figures=figures)


def loads(seen: Figures) -> GateResult:
    """It loads, and what it says of a text are numbers."""
    reason = "it loads and its logits are finite"
    if seen.load_error is not None:
        reason = f"it cannot be run: {seen.load_error}"
    elif not seen.logits_finite:
        reason = "its logits are not finite"
    passed = seen.load_error is None and seen.logits_finite
    return _result("loads", 1, seen, "load_error logits_finite", passed, reason)


def tokenizer(seen: Figures) -> GateResult:
    """The tokenizer beside the weights is the one that they were trained with."""
    names = "vocabulary vocabulary_registered vocabulary_of_base highest_token embeddings"
    reason = "its tokenizer is the one that it was trained with"
    if seen.vocabulary != seen.vocabulary_registered:
        reason = "its tokenizer changed after the version was made"
    elif seen.vocabulary_of_base not in (None, seen.vocabulary):
        reason = "its tokenizer is another one than its base model's"
    elif seen.highest_token >= seen.embeddings:
        reason = f"its tokenizer has id {seen.highest_token:,}, the model only {seen.embeddings:,} embeddings"
    else:
        return _result("tokenizer", 1, seen, names, True, reason)
    return _result("tokenizer", 1, seen, names, False, reason)


def bits_per_byte(seen: Figures) -> GateResult:
    """On the same held-out posts it is at most 1 % worse than what is served."""
    names = "bits_per_byte bits_per_byte_served heldout_posts served not_comparable"

    def decide(passed: bool, reason: str) -> GateResult:
        return _result("bits-per-byte", 1, seen, names, passed, reason)

    if seen.served is None:
        return decide(True, "nothing is served that it could be worse than")
    if not seen.heldout_posts and seen.not_comparable is None:
        return decide(True, "the corpus holds no posts out, so there is nothing to compare on")
    new, old = seen.bits_per_byte, seen.bits_per_byte_served
    if new is None or old is None:
        return decide(
            False, f"not comparable with {seen.served}: {seen.not_comparable or 'a figure is missing'}"
        )
    told = f"{new:.4f} bits per byte, {seen.served} has {old:.4f} on the same {seen.heldout_posts:,} held-out posts"
    worse = new / old - 1
    if not round(worse, 9) <= WORSE_BY_AT_MOST:  # also for what is no number
        return decide(False, f"{told}: worse by {worse:.1%}, more than {WORSE_BY_AT_MOST:.0%}")
    return decide(True, told)


def answers(seen: Figures) -> GateResult:
    """It answers, without special tokens in its text, and ends where the served one did."""
    names = "answers answers_ended answers_with_special_tokens served_ended_share"
    reason, passed = f"{seen.answers_ended} of {seen.answers} answers ended by themselves", True
    if not seen.answers:
        reason, passed = "it gave no answer", False
    elif seen.answers_with_special_tokens:
        reason = f"{seen.answers_with_special_tokens} of {seen.answers} answers hold special tokens"
        passed = False
    elif (
        seen.served_ended_share is not None
        and seen.served_ended_share >= ENDED_BEFORE
        and not seen.answers_ended
    ):
        reason = f"no answer ended by itself; {seen.served} ended {seen.served_ended_share:.0%}"
        passed = False
    return _result("answers", 1, seen, names, passed, reason)


def memorisation(seen: Figures) -> GateResult:
    """It does not write out training posts much more often than posts that it never saw."""
    reason, passed = "not measured on this model (linnet evaluate memorisation)", True
    if seen.extraction_rate is not None:
        more = seen.extraction_rate - (seen.control_rate or 0.0)
        passed = more <= EXTRACTED_AT_MOST
        reason = f"it writes out {seen.extraction_rate:.2%} of training posts, {seen.control_rate or 0.0:.2%} of held-out ones"
        reason += "" if passed else f": {more:.2%} more, above {EXTRACTED_AT_MOST:.0%}"
    return _result("memorisation", 1, seen, "extraction_rate control_rate", passed, reason)


def erasure_debt(seen: Figures) -> GateResult:
    """It learnt from no post that may not be trained on now.

    While a build runs, people delete posts. So the newest version may owe some, if it owes fewer than what is served:
    refusing it would keep the larger debt.
    """
    names = "owed owed_served is_newest"

    def decide(passed: bool, reason: str) -> GateResult:
        return _result("erasure-debt", 1, seen, names, passed, reason)

    if seen.owed is None:
        return decide(False, "it does not say which posts it learnt from: train again with linnet build")
    if not seen.owed:
        return decide(True, "every post that it learnt from may be trained on")
    told = f"it learnt from {seen.owed:,} posts that may not be trained on now"
    if (
        seen.is_newest
        and seen.served is not None
        and (seen.owed_served is None or seen.owed < seen.owed_served)
    ):
        served_owes = "an unknown number" if seen.owed_served is None else f"{seen.owed_served:,}"
        return decide(
            True, f"{told}, fewer than {seen.served}, which owes {served_owes}; the next build settles them"
        )
    return decide(False, f"{told}: train again with linnet build")


Gate = Callable[[Figures], GateResult]
GATES: tuple[Gate, ...] = (loads, tokenizer, bits_per_byte, answers, memorisation, erasure_debt)
ROLLBACK_GATES: tuple[Gate, ...] = (loads, tokenizer, erasure_debt)
"""Going back may make answers worse; that is for whoever goes back to judge."""
