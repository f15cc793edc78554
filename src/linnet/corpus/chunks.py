"""The posts that may be trained on, cut into chunks by age, whatever files they lie in.

The chunks' bounds depend on the posts' times and ids alone, and the order inside a chunk too: first written, first.
So the corpus does not depend on how the store happens to lie on disk, nor on how often it was compacted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.exchange import TARGET, Parcel, receive, send
from linnet.corpus.hashing import hash64
from linnet.posts.consent_filter import ConsentSnapshot
from linnet.posts.parts import StorePart, read_part

COLUMNS = [
    "post_id",
    "author_id",
    "created_at",
    "text",
    "language",
    "reply_to",
    "repost_of",
    "platform",
    "source",
]

_TIE_BITS = 12
_YEAR_1990 = 631_152_000_000_000  # microseconds; no post is older
AGE = "_age"


def age_key(created_at: pl.Series, post_ids: pl.Series) -> np.ndarray:
    """int64 of shape (n,): the time in microseconds, ties spread by the id, so that any pile of posts can be cut."""
    ties = (hash64(post_ids).to_numpy() & np.uint64((1 << _TIE_BITS) - 1)).astype(np.int64)
    return ((created_at.dt.epoch("us").to_numpy() - _YEAR_1990) << _TIE_BITS) | ties


@dataclass(frozen=True)
class Scattered:
    """What one part of the store held."""

    rows: int
    allowed: int
    parcels: dict[int, Parcel]


def scatter(part: StorePart, bounds: np.ndarray, consent: ConsentSnapshot, out: Path) -> Scattered:
    """Send each post of a part that may be trained on to its chunk."""
    posts = read_part(part, COLUMNS, consent)
    key = age_key(posts["created_at"], posts["post_id"])
    posts = posts.with_columns(
        pl.Series(AGE, key), pl.Series(TARGET, np.searchsorted(bounds, key, side="right"), dtype=pl.UInt32)
    )
    return Scattered(part.rows, len(posts), send(posts, out))


def chunk_of(parcels: Sequence[Parcel]) -> pl.DataFrame | None:
    """The posts of one chunk, oldest first."""
    posts = receive(parcels)
    return None if posts is None else posts.sort(AGE, "post_id").drop(AGE)


def keys_of_part(part: StorePart) -> np.ndarray:
    frame = part.scan(["created_at", "post_id"])
    return age_key(frame["created_at"], frame["post_id"])


def bounds_of(keys: Sequence[np.ndarray], chunk_posts: int) -> np.ndarray:
    """Where each chunk but the first begins, for chunks of about `chunk_posts` posts."""
    total = sum(len(some) for some in keys)
    chunks = -(-total // chunk_posts)
    if chunks < 2:
        return np.zeros(0, dtype=np.int64)
    joined = np.concatenate(keys)
    places = np.arange(1, chunks) * total // chunks
    return np.unique(np.partition(joined, places)[places])
