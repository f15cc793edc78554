"""Which version of each post the store holds: what an incoming row is compared with, 24 bytes a post.

Ids are kept as 64-bit hashes, sorted, so a batch is looked up in the time of the batch, not of the store. With a
hundred million posts the odds that any id of another hundred million is taken for a known one are 1 in 2,000.
What changed lately lies on top with its whole id, and moves down from time to time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import polars as pl

RECENT_VERSIONS = 100_000  # that many lie on top at most
NEVER = np.iinfo(np.int64).min  # in place of an edited_at that is null
SCHEMA = pl.Schema({"post_id": pl.String(), "digest": pl.Int64(), "edited_at": pl.Datetime("us", "UTC")})


class KnownVersions:
    def __init__(self, versions: pl.DataFrame) -> None:
        """`versions` has the columns post_id, digest and edited_at."""
        self._keys = np.empty(0, dtype=np.uint64)
        self._digests = np.empty(0, dtype=np.int64)
        self._edited = np.empty(0, dtype=np.int64)  # microseconds
        self._recent: dict[str, tuple[int, datetime | None] | None] = {}  # None: not in the store any more
        self._merge(versions)

    def lookup(self, post_ids: pl.Series) -> pl.DataFrame:
        """post_id, digest and edited_at of those among `post_ids` (each once) that are known."""
        ids = post_ids.to_list()
        found: list[tuple[str, int, datetime | None]] = []
        deeper = []
        for post_id in ids:
            if post_id in self._recent:
                version = self._recent[post_id]
                if version is not None:
                    found.append((post_id, *version))
            else:
                deeper.append(post_id)
        recent = pl.DataFrame(found, schema=SCHEMA, orient="row")
        if not deeper or not len(self._keys):
            return recent
        asked = pl.Series("post_id", deeper, dtype=pl.String)
        keys = asked.hash().to_numpy()
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        hits = self._keys[places] == keys
        places = places[hits]
        edited = pl.Series(self._edited[places])
        known = pl.DataFrame(
            {
                "post_id": asked.filter(pl.Series(hits)),
                "digest": self._digests[places],
                "edited_at": edited.set(edited == NEVER, None).cast(SCHEMA["edited_at"]),
            },
            schema=SCHEMA,
        )
        return pl.concat([known, recent])

    def add(self, versions: pl.DataFrame) -> None:
        """These are the versions that stand now."""
        for post_id, digest, edited_at in versions.select("post_id", "digest", "edited_at").iter_rows():
            self._recent[post_id] = (digest, edited_at)
        if len(self._recent) > RECENT_VERSIONS:
            self._settle()

    def drop(self, post_ids: Iterable[str]) -> None:
        """These posts are not in the store any more."""
        self._recent.update(dict.fromkeys(post_ids))

    def _settle(self) -> None:
        changed = pl.Series(list(self._recent), dtype=pl.String).hash().to_numpy()
        kept = ~np.isin(self._keys, changed)
        self._keys, self._digests, self._edited = (
            self._keys[kept], self._digests[kept], self._edited[kept],
        )  # fmt: skip
        rows = [(post_id, *version) for post_id, version in self._recent.items() if version is not None]
        self._recent = {}
        self._merge(pl.DataFrame(rows, schema=SCHEMA, orient="row"))

    def _merge(self, versions: pl.DataFrame) -> None:
        keys = np.concatenate([self._keys, versions["post_id"].hash().to_numpy()])
        digests = np.concatenate([self._digests, versions["digest"].to_numpy()])
        edited = versions["edited_at"].cast(pl.Int64).fill_null(NEVER).to_numpy()
        order = np.argsort(keys, kind="stable")
        self._keys, self._digests = keys[order], digests[order]
        self._edited = np.concatenate([self._edited, edited])[order]
