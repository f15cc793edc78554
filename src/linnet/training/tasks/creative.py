"""Write an ad from a brief: the brief is taken from a post that sells something, and the post is the ad."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import regex

from linnet.model.documents import DocumentText
from linnet.model.prompts import creative_prompt
from linnet.model.quotes import quotable
from linnet.protocols import Message
from linnet.training.tasks.posts import PostPool, Source, pool_of
from linnet.training.tasks.subjects import keywords_of
from linnet.training.tasks.task import TaskExample

LEAST_CHARACTERS = 40  # of a text that can be an ad
ROUND_TO = 20  # the length that a brief allows is a multiple of so many characters

_SELLS = regex.compile(
    r"\b(?:(?:on|for) sale|special offer|discounts?|pre-?orders?|book now|buy (?:now|one)|free shipping|now open"
    r"|new menu|tickets (?:from|at|on|for)|soldes|promo(?:tion)?s?|réductions?|places pour|en vente|rebajas|ofertas?"
    r"|descuentos?|entradas (?:a|desde|para)|a la venta|rabatt\w*|angebote?|karten (?:ab|für)|im verkauf"
    r"|opens? at|open from|abre a|öffnet um|sconti|offerta|in vendita|desconto|à venda)\b"
    r"|\p{Sc}\s?\p{N}|\p{N}\s?(?:\p{Sc}|%\s?(?:off|de)|USD|EUR|GBP)|セール|割引|発売|予約受付|チケット|خصم|عرض خاص|تذاكر",
    regex.IGNORECASE,
)
_FACT = regex.compile(
    r"\p{Sc}\s?\p{N}+(?:[.,]\p{N}+)*|\p{N}+(?:[.,:]\p{N}+)*(?:\s?(?:\p{Sc}|%))?|#[\p{L}\p{M}\p{N}_]{3,}"
)


@dataclass(frozen=True, kw_only=True)
class Creative:
    brief: bool = False  # whether the instructions are the short ones, for a small context
    name: ClassVar[str] = "creative"
    version: ClassVar[int] = 1

    def examples(
        self, documents: Sequence[DocumentText], count: int, rng: random.Random
    ) -> list[TaskExample]:
        pool = pool_of(documents)
        order = [source for source in pool.sources if looks_commercial(source.text)]
        rng.shuffle(order)
        examples: list[TaskExample] = []
        for source in order:
            if len(examples) >= count:
                break
            text = quotable(source.text)
            wanted = brief_of(source, text, pool) if text and len(text) >= LEAST_CHARACTERS else None
            if wanted is None or text is None:
                continue
            examples.append(
                TaskExample(
                    task=self.name,
                    messages=(
                        *creative_prompt(wanted, brief=self.brief),
                        Message(role="assistant", content=text),
                    ),
                    post_ids=(source.post_id,),
                    author_ids=(source.author_id,),
                    checks={"brief": wanted},
                )
            )
        return examples


def looks_commercial(text: str) -> bool:
    """Whether a post offers something: a price, an offer, tickets, opening hours; and asks nothing."""
    return _SELLS.search(text) is not None and not regex.search(r"[?？؟]", text)


def brief_of(source: Source, text: str, pool: PostPool) -> dict[str, Any] | None:
    """What an advertiser would say: what it is about, the facts, the language, the length. None without a subject."""
    about = keywords_of(text, pool, source.language)
    if len(about) < 2:
        return None
    return {
        "about": about,
        "facts": list(dict.fromkeys(match[0] for match in _FACT.finditer(text))),
        "language": source.language,
        "characters": -(-len(text) // ROUND_TO) * ROUND_TO,
    }
