"""Pairs from the platform's own checks: a right answer against the same one spoiled in a way that a check sees.

From a question whose posts answer it, one of, in turn:
    other claim     a number or a name of the sentence is exchanged for one that its post does not have
    wrong post      the citation names a post that does not say it
    abstention      "the posts do not answer", although they do
    no citation     the sentence stands alone
From a question whose posts do not answer it: the abstention is chosen, and a quote of one of them rejected.

A pair is made only where the check, the same as the assistant's, bears the chosen answer out and refuses the spoiled one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import regex

from linnet.model.prompts import ABSTENTION, DraftSentence, read_reply, write_reply
from linnet.model.quotes import quotable
from linnet.training.preferences.pair import PreferencePair
from linnet.training.tasks.task import TaskExample

SOURCE = "checks"

BearsOut = Callable[[str, str, str], bool]
"""(sentence, quote, post): whether the quote stands in the post and bears the sentence out."""
Fits = Callable[[PreferencePair], bool]
"""Whether both sides of a pair fit the model's context."""

Name = tuple[str, tuple[str, ...]]  # and the posts that it may come from
TRIES = 20  # to draw a number or a name that the cited posts do not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoiled:
    reply: str
    post_ids: tuple[str, ...] = ()  # of posts beyond the example's


_NUMBER = regex.compile(r"(?<![\p{L}\p{N}_@#/])\p{N}+(?:[.,:]\p{N}+)*(?![\p{L}\p{N}_])")
_NAME = regex.compile(r"(?<=[\p{L}\p{N},;] )\p{Lu}\p{Ll}{2,}(?![\p{L}\p{N}_])")  # not where a sentence begins


def check_pairs(
    examples: Iterable[TaskExample], bears_out: BearsOut, fits: Fits, rng: random.Random
) -> Iterator[PreferencePair]:
    """At most one pair an example, so that pairs do not share a prompt."""
    examples = list(examples)
    kinds, names = cycle(SPOILERS), _names_in(examples)
    for example in examples:
        version = _fitting(example, fits)
        if version is None:
            continue
        if version.checks.get("abstains"):
            pair = _abstaining(version)
        else:
            pair = _answering(version, next(kinds), names, bears_out, rng)
        if pair is not None and fits(pair):
            yield pair


def _fitting(example: TaskExample, fits: Fits) -> TaskExample | None:
    """The example with as many distractors as fit beside its answer."""
    version: TaskExample | None = example
    while version is not None and not fits(_pair(version, version.answer, Spoiled(reply="-"), "")):
        version = version.shorter() if version.shorter is not None else None
    return version


def reply_holds(reply: str, sources: Mapping[str, str], bears_out: BearsOut) -> bool:
    """Whether a reply has sentences, each of them cited, and every citation bears its sentence out."""
    sentences, _ = read_reply(reply)
    return bool(sentences) and all(
        sentence.citations
        and all(
            str(number) in sources and bears_out(sentence.text, quote, sources[str(number)])
            for number, quote in sentence.citations
        )
        for sentence in sentences
    )


def _answering(
    example: TaskExample, kind: str, names: Sequence[Name], bears_out: BearsOut, rng: random.Random
) -> PreferencePair | None:
    """The example against itself spoiled: in this way, or in the next that is possible."""
    sources: Mapping[str, str] = example.checks.get("sources", {})
    sentences, _ = read_reply(example.answer)
    if not reply_holds(example.answer, sources, bears_out):
        return None
    for way in (kind, *(other for other in SPOILERS if other != kind)):
        spoiled = SPOILERS[way](sentences, sources, names, rng)
        if spoiled is not None and not reply_holds(spoiled.reply, sources, bears_out):
            return _pair(example, example.answer, spoiled, REASONS[way])
    return None


def _abstaining(example: TaskExample) -> PreferencePair | None:
    sources: Mapping[str, str] = example.checks.get("sources", {})
    for number, text in sources.items():
        if (quote := quotable(text)) is not None:
            reply = write_reply([DraftSentence(text=quote, citations=((int(number), quote),))])
            return _pair(example, example.answer, Spoiled(reply=reply), "no post answers the question")
    return None


def _pair(example: TaskExample, chosen: str, rejected: Spoiled, reason: str) -> PreferencePair:
    return PreferencePair(
        prompt=example.prompt,
        chosen=chosen,
        rejected=rejected.reply,
        source=SOURCE,
        reason=reason,
        post_ids=tuple(dict.fromkeys((*example.post_ids, *rejected.post_ids))),
    )


def _wrong_post(
    sentences: Sequence[DraftSentence],
    sources: Mapping[str, str],
    names: Sequence[Name],
    rng: random.Random,
) -> Spoiled | None:
    others = sorted(set(map(int, sources)) - {number for one in sentences for number, _ in one.citations})
    if not others:
        return None
    wrong = rng.choice(others)
    return Spoiled(
        reply=write_reply(
            [replace(one, citations=tuple((wrong, quote) for _, quote in one.citations)) for one in sentences]
        )
    )


def _no_citation(
    sentences: Sequence[DraftSentence],
    sources: Mapping[str, str],
    names: Sequence[Name],
    rng: random.Random,
) -> Spoiled | None:
    return Spoiled(reply=write_reply([replace(one, citations=()) for one in sentences]))


def _other_claim(
    sentences: Sequence[DraftSentence],
    sources: Mapping[str, str],
    names: Sequence[Name],
    rng: random.Random,
) -> Spoiled | None:
    """One word is exchanged in the sentence and in its quote, which then says what no post says."""
    cited = " ".join(sources.get(str(number), "") for one in sentences for number, _ in one.citations)
    for one in sentences:
        if (found := _exchange(one.text, cited, names, rng)) is not None:
            word, instead, post_ids = found
            changed = DraftSentence(
                text=_put(one.text, word, instead),
                citations=tuple((number, _put(quote, word, instead)) for number, quote in one.citations),
            )
            reply = write_reply([changed if other is one else other for other in sentences])
            return Spoiled(reply=reply, post_ids=post_ids)
    return None


def _exchange(
    text: str, cited: str, names: Sequence[Name], rng: random.Random
) -> tuple[str, str, tuple[str, ...]] | None:
    """A number or name of the text, one like it that the cited posts do not have, and the posts that has come from."""
    if numbers := _NUMBER.findall(text):
        number = rng.choice(numbers)
        for _ in range(TRIES):
            instead = "".join(str(rng.randint(1, 9)) if c.isdigit() else c for c in number)
            if instead not in cited:
                return number, instead, ()
    if own := _NAME.findall(text):
        for _ in range(TRIES if names else 0):
            instead, post_ids = rng.choice(names)
            if instead not in cited:
                return rng.choice(own), instead, post_ids
    return None


def _names_in(examples: Iterable[TaskExample]) -> list[Name]:
    return [
        (name, example.post_ids)
        for example in examples
        for text in example.checks.get("sources", {}).values()
        for name in _NAME.findall(text)
    ]


def _put(text: str, word: str, instead: str) -> str:
    return regex.sub(
        rf"(?<![\p{{L}}\p{{N}}_]){regex.escape(word)}(?![\p{{L}}\p{{N}}_])", lambda _: instead, text
    )


def _abstention(
    sentences: Sequence[DraftSentence],
    sources: Mapping[str, str],
    names: Sequence[Name],
    rng: random.Random,
) -> Spoiled | None:
    return Spoiled(reply=ABSTENTION)


SPOILERS: Mapping[
    str,
    Callable[[Sequence[DraftSentence], Mapping[str, str], Sequence[Name], random.Random], Spoiled | None],
] = {  # the ones that are seldom possible first
    "other claim": _other_claim,
    "wrong post": _wrong_post,
    "abstention": _abstention,
    "no citation": _no_citation,
}
REASONS = {
    "wrong post": "the post that is cited says it",
    "no citation": "it says which post says so",
    "other claim": "it says what the post says",
    "abstention": "the posts answer the question",
}
