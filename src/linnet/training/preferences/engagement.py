"""Pairs from conversations: of two replies to one question, the one that the asker took up.

A post that asks has two replies by different authors, neither of them the asker's. A reply counts for more when the
asker thanked for it (2) than when the asker only answered it (1), and an answered one for more than one that the asker
passed over (0). The reply that counts for more is the chosen one.

Likes and reposts never make a pair and never turn one round: crowds can be hired, and a joke gets more likes than an
answer. They halve the weight of a pair whose rejected reply got more of them than the chosen one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from linnet.model.documents import DocumentText
from linnet.protocols import Message
from linnet.training.preferences.pair import PreferencePair
from linnet.training.tasks.reply import declines, is_question, thanks

SOURCE = "engagement"
WEIGHTS = {2: 1.0, 1: 0.5}  # by what the chosen reply counts
POPULARITY_DISAGREES = 0.5
REASONS = {2: "the asker thanked for it", 1: "the asker answered it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFacts:
    """What a document does not say of a post."""

    reply_to: str | None
    popularity: int  # likes and reposts


def engagement_pairs(
    documents: Iterable[DocumentText], facts: Mapping[str, ReplyFacts]
) -> Iterator[PreferencePair]:
    """Every pair of the documents' threads. A post without facts, withdrawn since, is in none."""
    for document in documents:
        posts = {
            post_id: (author, text)
            for post_id, author, text in zip(
                document.post_ids, document.author_ids, document.texts, strict=True
            )
            if post_id in facts and text.strip()
        }
        children: dict[str, list[str]] = {}
        for post_id in posts:
            parent = facts[post_id].reply_to
            if parent in posts:
                children.setdefault(parent, []).append(post_id)
        for asked, replies in children.items():
            if is_question(posts[asked][1]):
                yield from _pairs_of(asked, replies, posts, children, facts)


def _pairs_of(
    asked: str,
    replies: list[str],
    posts: Mapping[str, tuple[str, str]],
    children: Mapping[str, list[str]],
    facts: Mapping[str, ReplyFacts],
) -> Iterator[PreferencePair]:
    asker, question = posts[asked]
    others = [reply for reply in replies if posts[reply][0] != asker]
    signs = {  # what each reply counts for, and the post that says so
        reply: max(
            (
                (_uptake(posts[child][1]), child)
                for child in children.get(reply, ())
                if posts[child][0] == asker
            ),
            default=(0, ""),
        )
        for reply in others
    }
    for one, other in combinations(others, 2):
        if posts[one][0] == posts[other][0] or signs[one][0] == signs[other][0]:
            continue
        chosen, rejected = (one, other) if signs[one][0] > signs[other][0] else (other, one)
        uptake, sign = signs[chosen]
        weight = WEIGHTS[uptake]
        if facts[rejected].popularity > facts[chosen].popularity:
            weight *= POPULARITY_DISAGREES
        yield PreferencePair(
            prompt=(Message(role="user", content=question),),
            chosen=posts[chosen][1],
            rejected=posts[rejected][1],
            source=SOURCE,
            reason=REASONS[uptake],
            post_ids=(asked, chosen, rejected, sign),
            weight=weight,
        )


def _uptake(text: str) -> int:
    if declines(text):
        return 0
    return 2 if thanks(text) else 1
