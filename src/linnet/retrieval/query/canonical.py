"""A tree written back as a query: reading it again gives the same tree."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from linnet.retrieval.query.nodes import (
    KIND_OPERATORS,
    And,
    AtLeast,
    AtMost,
    Conversation,
    CountField,
    Domain,
    From,
    Kind,
    Language,
    Mention,
    Node,
    Not,
    Operator,
    Or,
    Phrase,
    Public,
    Since,
    To,
    Until,
    Url,
    Word,
)
from linnet.retrieval.query.times import plain_time
from linnet.retrieval.query.tokens import KEYWORDS

COUNT_NAMES: dict[CountField, str] = {
    "like_count": "likes",
    "repost_count": "reposts",
    "reply_count": "replies",
}
_LIKE_KEYWORD = regex.compile(rf"(?:{'|'.join(KEYWORDS)})(?:\(.*)?")
_NEEDS_QUOTES = regex.compile(r'[\s()|"]')


def write(words: Sequence[Word], required: Sequence[Node], sort: str) -> str:
    pieces = [word.text for word in words] + [_required(node) for node in required]
    return " ".join(pieces + ([f"sort:{sort}"] if sort != "relevance" else []))


def name_and_value(operator: Operator) -> tuple[str, str]:
    """As in `name:value`, without quotation marks."""
    match operator:
        case From(author):
            return "from", author
        case To(author):
            return "to", author
        case Mention(handle):
            return "mentions", handle
        case Language(tag):
            return "lang", tag
        case Since(time):
            return "since", plain_time(time)
        case Until(time):
            return "until", plain_time(time)
        case Kind(name):
            return KIND_OPERATORS[name], name
        case Conversation(post_id):
            return "conversation", post_id
        case Url(text):
            return "url", text
        case Domain(host):
            return "domain", host
        case AtLeast(field, number):
            return f"min_{COUNT_NAMES[field]}", str(number)
        case AtMost(field, number):
            return f"max_{COUNT_NAMES[field]}", str(number)
        case Public():
            return "in", "public"


def write_node(node: Node) -> str:
    """As it stands inside parentheses."""
    match node:
        case Word(text):
            return "+" + text if _LIKE_KEYWORD.fullmatch(text) else text
        case Phrase(text):
            return f'"{text}"'
        case Not(inner):
            return "-" + _tight(inner)
        case And(nodes):
            return " ".join(_tight(inner) for inner in nodes)
        case Or(nodes):
            return " OR ".join(map(write_node, nodes))
    name, value = name_and_value(node)
    return f'{name}:"{value}"' if _NEEDS_QUOTES.search(value) else f"{name}:{value}"


def _tight(node: Node) -> str:
    return f"({write_node(node)})" if isinstance(node, And | Or) else write_node(node)


def _required(node: Node) -> str:
    return "+" + node.text if isinstance(node, Word) else _tight(node)
