"""The tree of a query: leaves that say something about one post, joined by And, Or and Not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

ME = "me"  # an author: the reader. The author with the handle "me" is written "@me"

CountField = Literal["like_count", "repost_count", "reply_count"]
KIND_OPERATORS = {
    "media": "has", "image": "has", "video": "has", "audio": "has", "poll": "has", "link": "has",
    "reply": "is", "repost": "is", "quote": "is",
}  # fmt: skip
"""What a post has or is, and the operator that asks for it. "media" is an image, a video or a sound."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str  # as typed; "#tag", "@handle" and "$CASH" with their sign


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str


@dataclass(frozen=True, slots=True)
class From:
    author: str  # an id, a handle without @, or ME


@dataclass(frozen=True, slots=True)
class To:
    author: str  # as in From


@dataclass(frozen=True, slots=True)
class Mention:
    handle: str  # without @, or ME


@dataclass(frozen=True, slots=True)
class Language:
    tag: str  # casefolded; "en" also means "en-us"


@dataclass(frozen=True, slots=True)
class Since:
    time: datetime  # inclusive


@dataclass(frozen=True, slots=True)
class Until:
    time: datetime  # exclusive


@dataclass(frozen=True, slots=True)
class Kind:
    name: str  # a key of KIND_OPERATORS


@dataclass(frozen=True, slots=True)
class Conversation:
    post_id: str  # of its first post


@dataclass(frozen=True, slots=True)
class Url:
    text: str  # its words stand in a row in one address


@dataclass(frozen=True, slots=True)
class Domain:
    host: str  # as `post_terms.plain_host` writes it; its subdomains count


@dataclass(frozen=True, slots=True)
class AtLeast:
    field: CountField
    number: int


@dataclass(frozen=True, slots=True)
class AtMost:
    field: CountField
    number: int


@dataclass(frozen=True, slots=True)
class Public:
    """Visible to everyone."""


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple[Node, ...]  # two or more, none of them And


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple[Node, ...]  # two or more, none of them Or


Operator: TypeAlias = (
    From
    | To
    | Mention
    | Language
    | Since
    | Until
    | Kind
    | Conversation
    | Url
    | Domain
    | AtLeast
    | AtMost
    | Public
)
Node: TypeAlias = Word | Phrase | Operator | Not | And | Or


def all_of(nodes: list[Node]) -> Node | None:
    """Their And, flat; None for none."""
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, And) else (node,))]
    return And(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def any_of(nodes: list[Node]) -> Node | None:
    """Their Or, flat; None for none."""
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, Or) else (node,))]
    return Or(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def negated(node: Node) -> Node:
    return node.node if isinstance(node, Not) else Not(node)


def leaves(node: Node) -> Iterator[Word | Phrase | Operator]:
    if isinstance(node, Not):
        yield from leaves(node.node)
    elif isinstance(node, And | Or):
        for inner in node.nodes:
            yield from leaves(inner)
    else:
        yield node


def meant(node: Node) -> Iterator[Word | Phrase]:
    """The words and phrases that are not denied."""
    if isinstance(node, And | Or):
        for inner in node.nodes:
            yield from meant(inner)
    elif isinstance(node, Word | Phrase):
        yield node
