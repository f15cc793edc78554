"""The index as a query sees it: all shards together."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from linnet.provenance.build import INDEX_FILE
from linnet.provenance.shard import Shard

MAX_OCCURRENCES = 10_000  # of one span in one shard, whose posts are looked up


class ProvenanceIndex:
    def __init__(self, folder: Path) -> None:
        counts = json.loads((folder / INDEX_FILE).read_text(encoding="utf-8"))
        self._shards = [Shard(folder, number) for number in range(counts["shards"])]
        self.unit_count = sum(shard.suffix_count for shard in self._shards)
        self.post_count = sum(shard.post_count for shard in self._shards)
        self.longest_post_bytes = max((shard.longest_post_bytes for shard in self._shards), default=0)

    def longest_match(self, pattern: bytes) -> int:
        """How many of the pattern's first bytes stand somewhere in a training post, at the start of a unit."""
        return max((shard.longest_match(pattern) for shard in self._shards), default=0)

    def count(self, pattern: bytes) -> int:
        """How often `pattern` stands at the start of a unit."""
        return sum(high - low for low, high in (shard.range_of(pattern) for shard in self._shards))

    def posts_with(self, pattern: bytes, *, limit: int) -> list[tuple[str, str]]:
        """(post_id, document_id) of posts that hold `pattern`, in the order of the corpus, so the oldest first."""
        found: list[tuple[str, str]] = []
        for shard in self._shards:
            if len(found) < limit:
                low, high = shard.range_of(pattern)
                found += shard.posts_in(low, min(high, low + MAX_OCCURRENCES))
        return found[:limit]

    def count_posts(self, post_ids: Sequence[str]) -> int:
        """How many of these posts have their text in the index."""
        return sum(shard.count_posts(post_ids) for shard in self._shards)


def open_provenance(folder: Path) -> ProvenanceIndex | None:
    """The index in `folder`; None where it was never built, or was deleted."""
    try:
        return ProvenanceIndex(folder)
    except FileNotFoundError:
        return None
