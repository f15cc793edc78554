"""The parameters of app.bsky.feed.searchPosts, checked, as one query of ours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from linnet.doors.query_text import newest_first, operator, phrase, with_filters
from linnet.errors import BadInput

MAX_CHARACTERS = 1000  # of q, as in the console
MAX_VALUE_CHARACTERS = 400  # of all filters but tags: the whole stays below what a query may have
MAX_TAGS = 8
MAX_TAG_CHARACTERS = 64
DEFAULT_LIMIT, MOST = 25, 100
MOST_OFFSET = 1000  # what one search gives at most

_WHOLE = re.compile(r"[0-9]{1,6}")
_OPERATORS = {  # parameter -> operator, in the order of the lexicon
    "since": "since",
    "until": "until",
    "mentions": "mentions",
    "author": "from",
    "lang": "lang",
    "domain": "domain",
    "url": "url",
}


@dataclass(frozen=True, kw_only=True)
class SearchPosts:
    query: str  # in our own query language
    limit: int  # posts a page, 1 to 100
    offset: int  # posts before this page


def read_parameters(pairs: Sequence[tuple[str, str]]) -> SearchPosts:
    """The request behind a query string's pairs. Unknown names are let pass. Raises BadInput."""
    tags = [value for name, value in pairs if name == "tag" and value]
    given: dict[str, str] = {}
    for name, value in pairs:
        if name != "tag" and given.setdefault(name, value) != value:
            raise BadInput(f"{name} is given twice; give it once")
    words = given.get("q", "").strip()
    if not words:
        raise BadInput("q is required: give the words to look for")
    if len(words) > MAX_CHARACTERS:
        raise BadInput(f"q has {len(words)} characters; {MAX_CHARACTERS} at most")
    filters = [
        _filter(name, ours, given[name]) for name, ours in _OPERATORS.items() if given.get(name, "").strip()
    ]
    if sum(map(len, filters)) > MAX_VALUE_CHARACTERS:
        raise BadInput(f"the filters have more than {MAX_VALUE_CHARACTERS} characters together; give fewer")
    query = with_filters([*filters, *_tags(tags)], words)
    sort = given.get("sort", "latest")
    if sort not in ("top", "latest"):
        raise BadInput(f'sort is "{sort[:20]}"; give top or latest')
    return SearchPosts(
        query=newest_first(query) if sort == "latest" else query,
        limit=_limit(given.get("limit")),
        offset=_offset(given.get("cursor")),
    )


def _filter(name: str, ours: str, value: str) -> str:
    value = value.strip()
    if name in ("author", "mentions"):
        value = value.removeprefix("@")
    try:
        return operator(ours, value)
    except BadInput as error:
        raise BadInput(f"{name} holds a space or a quotation mark; give one plain value") from error


def _tags(tags: Sequence[str]) -> list[str]:
    """All of them must stand in a post: each is a phrase of its own."""
    if len(tags) > MAX_TAGS:
        raise BadInput(f"tag is given {len(tags)} times; {MAX_TAGS} at most")
    found = []
    for tag in tags:
        tag = tag.strip().removeprefix("#")
        try:
            if not tag or len(tag) > MAX_TAG_CHARACTERS:
                raise BadInput("empty or too long")
            found.append(phrase("#" + tag))
        except BadInput as error:
            raise BadInput(
                f"tag is one word of at most {MAX_TAG_CHARACTERS} characters, without #"
            ) from error
    return found


def _limit(value: str | None) -> int:
    if value is None:
        return DEFAULT_LIMIT
    if not _WHOLE.fullmatch(value) or not 1 <= int(value) <= MOST:
        raise BadInput(f"limit is {value[:20]!r}; give a whole number from 1 to {MOST}")
    return int(value)


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not _WHOLE.fullmatch(cursor) or int(cursor) >= MOST_OFFSET:
        raise BadInput("cursor is none of ours; pass the one of the last answer, or none")
    return int(cursor)
