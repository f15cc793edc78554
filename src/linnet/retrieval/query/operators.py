"""The operators: each name, as X, Mastodon or Bluesky spell it, and what its value means.

A builder takes the value and returns the condition, or None for one that every post meets. It raises BadInput,
in one line, for a value that cannot mean anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from linnet.errors import BadInput
from linnet.retrieval.post_terms import plain_host, plain_language
from linnet.retrieval.query.nodes import (
    ME,
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
    Public,
    Since,
    To,
    Until,
    Url,
)
from linnet.retrieval.query.times import parse_span, parse_unix_time, plain_digits
from linnet.retrieval.wanted import has_words
from linnet.retrieval.words import fold

SORT = "sort"  # no condition: the grammar handles it
SORTS = {"relevance": "relevance", "newest": "newest", "latest": "newest"}
MAX_NUMBER = 10**15

_HAS = {
    "media": "media",
    "image": "image", "images": "image", "photo": "image", "photos": "image",
    "video": "video", "videos": "video",
    "audio": "audio", "audios": "audio",
    "poll": "poll", "polls": "poll",
    "link": "link", "links": "link", "embed": "link", "embeds": "link",
}  # fmt: skip
_IS = {
    "reply": "reply", "replies": "reply",
    "repost": "repost", "reposts": "repost", "retweet": "repost", "retweets": "repost", "nativeretweets": "repost",
    "boost": "repost", "reblog": "repost",
    "quote": "quote", "quotes": "quote",
}  # fmt: skip
_COUNTS: Mapping[str, CountField] = {
    "likes": "like_count", "faves": "like_count",
    "reposts": "repost_count", "retweets": "repost_count",
    "replies": "reply_count",
}  # fmt: skip


def build(name: str, value: str, *, now: datetime) -> Node | None:
    """The condition of `name:value`; `name` is a key of OPERATORS."""
    return OPERATORS[name](name, value, now)


def _author(name: str, value: str) -> str:
    handle = value.lstrip("@ ").rstrip()
    if not handle:
        raise BadInput(f"{name}:{value[:40]} names nobody; write {name}:handle or {name}:me")
    if handle.casefold() == ME:
        return "@" + ME if value.startswith("@") else ME
    return handle


def _from(name: str, value: str, now: datetime) -> Node:
    return From(_author(name, value))


def _to(name: str, value: str, now: datetime) -> Node:
    return To(_author(name, value))


def _mention(name: str, value: str, now: datetime) -> Node:
    handle = _author(name, value)
    if not has_words(handle):
        raise BadInput(f"{name}:{value[:40]} names nobody; write {name}:handle or {name}:me")
    return Mention(handle)


def _language(name: str, value: str, now: datetime) -> Node:
    return Language(plain_language(value))


def _since(name: str, value: str, now: datetime) -> Node:
    return Since(parse_span(value, what=name, now=now)[0])


def _until(name: str, value: str, now: datetime) -> Node:
    return Until(parse_span(value, what=name, now=now)[0])


def _after(name: str, value: str, now: datetime) -> Node:
    return Since(parse_span(value, what=name, now=now)[1])


def _during(name: str, value: str, now: datetime) -> Node:
    start, end = parse_span(value, what=name, now=now)
    if start == end:
        raise BadInput(
            f"{name}:{value[:40]} is a moment; write a year, month or day: {name}:2017, {name}:2017-01"
        )
    return And((Since(start), Until(end)))


def _since_unix(name: str, value: str, now: datetime) -> Node:
    return Since(parse_unix_time(value, what=name))


def _until_unix(name: str, value: str, now: datetime) -> Node:
    return Until(parse_unix_time(value, what=name))


def _kind(table: Mapping[str, str]) -> Callable[[str, str, datetime], Node]:
    def builder(name: str, value: str, now: datetime) -> Node:
        if (kind := table.get(fold(value))) is None:
            known = ", ".join(f"{name}:{one}" for one in dict.fromkeys(table.values()))
            raise BadInput(f"{name}:{value[:40]} is not known; write one of {known}")
        return Kind(kind)

    return builder


def _in(name: str, value: str, now: datetime) -> Node | None:
    match fold(value):
        case "all":
            return None
        case "public":
            return Public()
        case "library":
            return From(ME)
    raise BadInput(f"{name}:{value[:40]} is not known; write one of in:all, in:public, in:library")


def _conversation(name: str, value: str, now: datetime) -> Node:
    return Conversation(value)


def _url(name: str, value: str, now: datetime) -> Node:
    if not has_words(value):
        raise BadInput(f"{name}:{value[:40]} holds no word; write {name}:example or {name}:example.org/page")
    return Url(value)


def _domain(name: str, value: str, now: datetime) -> Node:
    if not (host := plain_host(value)) or not has_words(host):
        raise BadInput(f"{name}:{value[:40]} is no host; write {name}:example.org")
    return Domain(host)


def _count(node: type[AtLeast] | type[AtMost], field: CountField) -> Callable[[str, str, datetime], Node]:
    def builder(name: str, value: str, now: datetime) -> Node:
        digits = plain_digits(value)
        if not digits.isdecimal() or len(digits) > 18:
            raise BadInput(f"{name}:{value[:40]} is no number; write {name}:10")
        return node(field, min(int(digits), MAX_NUMBER))

    return builder


OPERATORS: Mapping[str, Callable[[str, str, datetime], Node | None]] = {
    "from": _from,
    "to": _to,
    "mentions": _mention,
    "lang": _language,
    "language": _language,
    "since": _since,
    "until": _until,
    "before": _until,
    "after": _after,
    "during": _during,
    "since_time": _since_unix,
    "until_time": _until_unix,
    "within_time": _since,
    "has": _kind(_HAS),
    "is": _kind(_IS),
    "filter": _kind({**_HAS, **_IS}),
    "in": _in,
    "conversation": _conversation,
    "conversation_id": _conversation,
    "url": _url,
    "domain": _domain,
    **{f"min_{name}": _count(AtLeast, field) for name, field in _COUNTS.items()},
    **{f"max_{name}": _count(AtMost, field) for name, field in _COUNTS.items()},
}
NAMES = frozenset((*OPERATORS, SORT))


def read_sort(value: str) -> str:
    if (sort := SORTS.get(fold(value))) is None:
        raise BadInput(f"sort:{value[:40]} is not known; write sort:newest or sort:relevance")
    return sort


def nearest_name(name: str) -> str | None:
    """The operator that `name` becomes by one letter more, less, other or swapped."""
    if len(name) < 3:
        return None
    return next((known for known in sorted(NAMES) if len(known) > 2 and _one_edit(name, known)), None)


def _one_edit(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    a, b = left[start:], right[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
