"""Held-out documents to multiple-choice examples. Nothing is written to disk: the examples live in memory.

An example is a mapping with `context` (a text, as the harness shows it), `before` (the whole posts that stand before
the answer), `start` (the part of the answer's own post that is given), `whole` (whether a choice ends its post),
`choices` and `gold`. The adapter builds token ids from `before` and `start`, so that no text can pose as structure.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from linnet.model.documents import DocumentText

NUM_CHOICES = 4
HASHTAG = re.compile(r"(?<=\s)#\w+")
LEAST_WORDS = 3  # before a hashtag
LEAST_CHARACTERS = 12  # of a half post
MOST_CHARACTERS = 400  # of a post in an example

Example = dict[str, Any]


def reply_examples(documents: Sequence[DocumentText], rng: random.Random) -> list[Example]:
    """The first post of a thread and four first replies in its language, one of them its own."""
    threads = [
        (document.texts[0], document.texts[1], document.language)
        for document in documents
        if len(document.texts) > 1
        and document.author_ids[0] != document.author_ids[1]
        and all(0 < len(text.strip()) <= MOST_CHARACTERS for text in document.texts[:2])
    ]
    examples = []
    for post, reply, language in threads:
        others = sorted(
            {other for _, other, its in threads if its == language and other not in (post, reply)}
        )
        if len(others) >= NUM_CHOICES - 1:
            wrong = rng.sample(others, NUM_CHOICES - 1)
            examples.append(_example(before=[post], right=reply, wrong=wrong, whole=True, rng=rng))
    return examples


def language_examples(documents: Sequence[DocumentText], rng: random.Random) -> list[Example]:
    """Half a post, and second halves of other posts: one in its language, the others each in another language."""
    halves: dict[str, list[tuple[str, str]]] = {}
    for document in documents:
        for text in document.texts:
            if 2 * LEAST_CHARACTERS <= len(text) <= MOST_CHARACTERS and document.language != "und":
                halves.setdefault(document.language, []).append(_halves(text))
    examples = []
    for language, mine in sorted(halves.items()):
        strangers = sorted(other for other in halves if other != language)
        if len(mine) < 2 or not strangers:
            continue
        for position, (start, _) in enumerate(mine):
            right = mine[(position + rng.randrange(1, len(mine))) % len(mine)][1]
            chosen = rng.sample(strangers, min(NUM_CHOICES - 1, len(strangers)))
            wrong = [rng.choice(halves[other])[1] for other in chosen]
            examples.append(_example(start=start, right=right, wrong=wrong, rng=rng))
    rng.shuffle(examples)
    return examples


def hashtag_examples(documents: Sequence[DocumentText], rng: random.Random) -> list[Example]:
    """A post up to its last hashtag, and four hashtags of the platform, one of them its own."""
    texts = [text for document in documents for text in document.texts if len(text) <= MOST_CHARACTERS]
    known = sorted({tag for text in texts for tag in HASHTAG.findall(text)})
    examples = []
    for text in texts:
        found = list(HASHTAG.finditer(text))
        if not found or len(text[: found[-1].start()].split()) < LEAST_WORDS:
            continue
        present = {match.group().casefold() for match in found}
        others = [tag for tag in known if tag.casefold() not in present]
        if len(others) < NUM_CHOICES - 1:
            continue
        start = text[: found[-1].start()].rstrip()
        wrong = [f" {tag}" for tag in rng.sample(others, NUM_CHOICES - 1)]
        examples.append(_example(start=start, right=f" {found[-1].group()}", wrong=wrong, rng=rng))
    return examples


MAKERS: Mapping[str, Callable[[Sequence[DocumentText], random.Random], list[Example]]] = {
    "linnet_reply": reply_examples,
    "linnet_language": language_examples,
    "linnet_cloze_hashtag": hashtag_examples,
}
NEEDS = {
    "linnet_reply": "four threads of several authors in one language",
    "linnet_language": "posts in two languages",
    "linnet_cloze_hashtag": "posts with four hashtags",
}
"""What a task needs of the held-out posts, in words."""


def _halves(text: str) -> tuple[str, str]:
    """At the space nearest to the middle, which goes to the second half; in the middle where there is none."""
    middle = len(text) // 2
    spaces = [match.start() for match in re.finditer(r"\s", text[LEAST_CHARACTERS:-LEAST_CHARACTERS])]
    cut = min((at + LEAST_CHARACTERS for at in spaces), key=lambda at: abs(at - middle), default=middle)
    return text[:cut], text[cut:]


def _example(
    *,
    right: str,
    wrong: Sequence[str],
    rng: random.Random,
    before: Sequence[str] = (),
    start: str = "",
    whole: bool = False,
) -> Example:
    choices = [right, *wrong]
    rng.shuffle(choices)
    return {
        "context": "\n\n".join([*before, start]),
        "before": list(before),
        "start": start,
        "whole": whole,
        "choices": choices,
        "gold": choices.index(right),
    }
