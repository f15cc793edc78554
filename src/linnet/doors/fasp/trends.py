"""What is talked about: posts, hashtags and links among the newest posts of a window that anybody may see.

A tag or a link counts once for each author, so that nobody makes a trend alone. Ranks go from 100, the most, to 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from linnet.doors.fasp.account_search import is_web_address, whole_number
from linnet.doors.platform import Platform
from linnet.errors import BadInput
from linnet.posts.store import PostStore
from linnet.records import Post

LOOKED_AT = 1000  # the newest posts of the window
LONGEST_HOURS = 24 * 31
DEFAULT_HOURS, DEFAULT_COUNT, MOST = 24, 20, 100
EXAMPLES = 3
LEAST_AUTHORS = 2  # for a tag or a link to be a trend

_TAG = re.compile(r"(?<![\w#&/])#(\w*[^\W\d]\w*)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Trends:
    def __init__(
        self, platform: Platform, store: PostStore, *, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._platform, self._store = platform, store
        self._clock = clock or (lambda: datetime.now(UTC))

    def content(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        scores = {post.post_id: _engagement(post) for post in self._posts(parameters)}
        best = _ranked({uri: score for uri, score in scores.items() if score > 0}, parameters)
        return {"content": [{"uri": uri, "rank": rank} for uri, rank in best]}

    def hashtags(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        found = self._spread(parameters, lambda post: {tag.casefold() for tag in _TAG.findall(post.text)})
        return {"hashtags": [{"name": name, "rank": rank, "examples": some} for name, rank, some in found]}

    def links(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        found = self._spread(parameters, lambda post: {url for url in post.urls if is_web_address(url)})
        return {"links": [{"url": url, "rank": rank, "examples": some} for url, rank, some in found]}

    def _posts(self, parameters: Mapping[str, str]) -> list[Post]:
        """The posts of the Fediverse in the window, newest first."""
        hours = whole_number(parameters, "withinLastHours", DEFAULT_HOURS, most=LONGEST_HOURS)
        since = (self._clock() - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"since:{since}"
        language = parameters.get("language", "").strip()
        if language:
            if not _LANGUAGE.fullmatch(language):
                raise BadInput(f"language is {language[:20]!r}; give a code such as en")
            query += f" lang:{language}"
        hits = self._platform.search(query, limit=LOOKED_AT)["hits"]
        ids = [hit["post_id"] for hit in hits if is_web_address(hit["post_id"])]
        return self._store.get(ids, purpose="retrieve") if ids else []

    def _spread(
        self, parameters: Mapping[str, str], things_in: Callable[[Post], set[str]]
    ) -> list[tuple[str, int, list[str]]]:
        authors: dict[str, set[str]] = {}
        examples: dict[str, list[str]] = {}
        for post in self._posts(parameters):
            for thing in things_in(post):
                authors.setdefault(thing, set()).add(post.author_id)
                examples.setdefault(thing, []).append(post.post_id)
        scores = {thing: len(who) for thing, who in authors.items() if len(who) >= LEAST_AUTHORS}
        return [(thing, rank, examples[thing][:EXAMPLES]) for thing, rank in _ranked(scores, parameters)]


def _engagement(post: Post) -> int:
    """A repost carries a post further than a like does."""
    return (post.like_count or 0) + 2 * (post.repost_count or 0) + (post.reply_count or 0)


def _ranked(scores: Mapping[str, int], parameters: Mapping[str, str]) -> list[tuple[str, int]]:
    count = whole_number(parameters, "maxCount", DEFAULT_COUNT, most=MOST)
    best = sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:count]
    return [(thing, max(1, round(100 * score / best[0][1]))) for thing, score in best]
