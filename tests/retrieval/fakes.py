"""A store, a gate and an embedder in memory, with the meaning that the protocols give them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from linnet.protocols import Candidate, ChangeBatch
from linnet.records import Post, posts_to_table
from linnet.retrieval.words import split_words

START = datetime(2017, 1, 1, tzinfo=UTC)


def post(post_id: str, text: str, author: str = "a1", minutes: int = 0, **more: object) -> Post:
    values = {"author_name": f"Name_{author}", "language": "en", **more}
    return Post(
        post_id=post_id,
        author_id=author,
        text=text,
        created_at=START + timedelta(minutes=minutes),
        **values,  # type: ignore[arg-type]
    )


class MemoryFeed:
    """A store that remembers when each post changed and which purposes its author denies."""

    def __init__(self, posts: Sequence[Post] = (), batch_rows: int = 1000) -> None:
        self.seq = 0
        self.batch_rows = batch_rows
        self.posts: dict[str, Post] = {}
        self.changed: dict[str, int] = {}  # post_id -> seq, also of posts that are gone
        self.denied: dict[str, set[str]] = {}  # author_id -> purposes
        if posts:
            self.put(*posts)

    def put(self, *posts: Post) -> None:
        for one in posts:
            self.seq += 1
            self.posts[one.post_id] = one
            self.changed[one.post_id] = self.seq

    def remove(self, *post_ids: str) -> None:
        for post_id in post_ids:
            self.seq += 1
            self.posts.pop(post_id, None)
            self.changed[post_id] = self.seq

    def deny(self, author_id: str, *purposes: str) -> None:
        self.denied[author_id] = set(purposes)
        for one in self.posts.values():
            if one.author_id == author_id:
                self.seq += 1
                self.changed[one.post_id] = self.seq

    def allows(self, one: Post, purpose: str) -> bool:
        return purpose not in self.denied.get(one.author_id, set())

    def current_seq(self) -> int:
        return self.seq

    def count(self, *, purpose: str) -> int:
        return sum(self.allows(one, purpose) for one in self.posts.values())

    def changes(self, *, purpose: str, since_seq: int) -> Iterator[ChangeBatch]:
        order = sorted((seq, i) for i, seq in self.changed.items() if seq > since_seq)
        for start in range(0, len(order), self.batch_rows):
            some = order[start : start + self.batch_rows]
            present = [self.posts[i] for _, i in some if i in self.posts]
            upserts = [one for one in present if self.allows(one, purpose)]
            kept = {one.post_id for one in upserts}
            removed = () if since_seq == 0 else tuple(i for _, i in some if i not in kept)
            table: pa.Table = posts_to_table(upserts)
            yield ChangeBatch(upserts=table, removed=removed, seq=some[-1][0])


class MemoryGate:
    """The state of the store now."""

    def __init__(self, feed: MemoryFeed) -> None:
        self.feed = feed
        self.asked: list[tuple[str, str | None]] = []

    def visible(
        self, candidates: Sequence[Candidate], *, purpose: str, reader: str | None, index_seq: int
    ) -> set[str]:
        self.asked.append((purpose, reader))
        return {
            c.post_id
            for c in candidates
            if (one := self.feed.posts.get(c.post_id)) is not None
            and self.feed.changed[c.post_id] <= index_seq
            and self.feed.allows(one, purpose)
            and (one.visibility == "public" or one.author_id == reader)
        }


class WordEmbedder:
    """Texts with the same words are near each other: a hash of each word is a direction. Counts its work."""

    def __init__(self, dimensions: int = 64, name: str = "word-hash") -> None:
        self.dimensions = dimensions
        self.name = name
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        rows = np.full((len(texts), self.dimensions), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in split_words(text).body:
                rows[row, zlib.crc32(word.encode()) % self.dimensions] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)
