"""Answer what someone asked: exchanges in which the first author asks and another one answers.

Best are questions whose asker thanked for an answer: that answer is taken. Then questions with any answer, the first
one. Where both are few, other exchanges fill up: what people reply to each other.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import ClassVar

import regex

from linnet.model.documents import DocumentText
from linnet.protocols import Message
from linnet.training.tasks.posts import asks
from linnet.training.tasks.task import TaskExample
from linnet.training.tasks.turns import Turn, turns_of

ACKNOWLEDGED, ANSWERED, EXCHANGE = "acknowledged", "answered", "exchange"  # the best first
KINDS = (ACKNOWLEDGED, ANSWERED, EXCHANGE)

# A question without its mark starts a sentence with one of these.
_QUESTION_WORDS = regex.compile(
    r"(?:^|[.!…\n]\s*)(?:@\w+\s+)*(?:how|what|whats|what's|when|where|which|who|why|anyone|anybody|any (?:tips|ideas|advice)"
    r"|does (?:anyone|anybody)|can (?:anyone|someone|you)|is there|are there|do you|should i"
    r"|comment|où|quand|pourquoi|quel(?:le)?s?|combien|quelqu['’]un|est-ce que|qu['’]est-ce"
    r"|cómo|como se|dónde|cuándo|cuál(?:es)?|cuánto|alguien|por qué|qué"
    r"|wie|was|wann|wo|warum|welche[rsmn]?|wieso|weiß jemand|kennt jemand|hat jemand|gibt es"
    r"|quem|onde|quando|alguém|chi|dove|perché|qualcuno|wat|hoe|waar|waarom|iemand)\b"
    r"|(?:ですか|ますか|でしょうか|(?:教えて|知って).{0,8})\s*[。!！]?\s*$|(?:^|\s)(?:هل|كيف|متى|أين|لماذا|ماذا|ما هو|ما هي|من يعرف)\s",
    regex.IGNORECASE,
)
_THANKS = regex.compile(
    r"\b(?:thank(?:s| you|u)|thx|ty|cheers|that (?:helps|helped|worked|clears)|much appreciated|merci|gracias|mil gracias"
    r"|danke|vielen dank|obrigad[oa]|grazie|dank je|bedankt)\b|ありがと|助かり|感謝|شكرا|شكرًا|спасибо|謝謝|谢谢",
    regex.IGNORECASE,
)
_NOT_THANKS = regex.compile(
    r"\b(?:no thanks|thanks for nothing|no gracias|nein danke|non merci)\b", regex.IGNORECASE
)
_LINKS_AND_NAMES = regex.compile(r"https?://\S+|(?<!\w)@\w+")


def is_question(text: str) -> bool:
    """Whether a post asks: by its mark (links aside), or by how a sentence of it starts."""
    text = _LINKS_AND_NAMES.sub(" ", text)
    return asks(text) or _QUESTION_WORDS.search(text.strip()) is not None


def declines(text: str) -> bool:
    """Whether thanks are said and not meant."""
    return _NOT_THANKS.search(text) is not None


def thanks(text: str) -> bool:
    return _THANKS.search(text) is not None and _NOT_THANKS.search(text) is None


@dataclass(frozen=True, kw_only=True)
class Reply:
    name: ClassVar[str] = "reply"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        order = list({document.document_id: document for document in documents}.values())
        rng.shuffle(order)
        found: dict[str, list[TaskExample]] = {kind: [] for kind in KINDS}
        for document in order:
            if example := example_of(document, self.name):
                found[example.checks["kind"]].append(example)
        return [example for kind in KINDS for example in found[kind]][:count]


def example_of(document: DocumentText, name: str = Reply.name) -> TaskExample | None:
    """The exchange in a document; None where nobody answers somebody else."""
    turns = turns_of(document)
    if len(turns) < 2:
        return None
    kind, spoken = exchange_in(turns)
    roles = cycle(("user", "assistant"))
    messages = tuple(Message(role=role, content=turn.text) for role, turn in zip(roles, spoken, strict=False))
    return TaskExample(
        task=name,
        messages=messages,
        post_ids=tuple(post_id for turn in spoken for post_id in turn.post_ids),
        author_ids=tuple(dict.fromkeys(turn.author_id for turn in spoken)),
        checks={"kind": kind},
    )


def exchange_in(turns: Sequence[Turn]) -> tuple[str, list[Turn]]:
    """What kind of exchange the turns are, and the turns of it, which end with an answer."""
    asker = turns[0].author_id
    if is_question(turns[0].text):
        for before, turn in pairwise(turns[1:]):
            if (
                turn.author_id == asker
                and before.author_id != asker
                and thanks(turn.text)
                and not is_question(before.text)
            ):
                return ACKNOWLEDGED, [turns[0], before]
        for turn in turns[1:]:
            if turn.author_id != asker and not is_question(turn.text) and not thanks(turn.text):
                return ANSWERED, [turns[0], turn]
    return EXCHANGE, list(turns[: len(turns) // 2 * 2])
