"""One shard of the index: the bytes of some posts, and the places in them sorted by what follows.

    text-00000.bin       UTF-8 of the posts, each ended by the byte 0xFF, which UTF-8 never uses: no span crosses it
    suffixes-00000.npy   uint32 offsets into it, one for each unit start, in the order of the bytes that follow
    posts-00000.arrow    start (uint32), post_id, document_id of each post; written last, so it says that all is there

All three are memory-mapped: opening costs nothing, a query touches a few pages.
"""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from linnet.provenance.units import unit_starts_in_bytes

SEPARATOR = b"\xff"
SLICE_BYTES = 1_000_000  # text whose units are looked for at once: bounds the memory that takes

POSTS_SCHEMA = pa.schema([("start", pa.uint32()), ("post_id", pa.string()), ("document_id", pa.string())])


def shard_paths(folder: Path, number: int) -> tuple[Path, Path, Path]:
    """(text, suffixes, posts); the last one says that the shard is whole."""
    names = (f"text-{number:05d}.bin", f"suffixes-{number:05d}.npy", f"posts-{number:05d}.arrow")
    return folder / names[0], folder / names[1], folder / names[2]


def write_shard(
    folder: Path, number: int, texts: Sequence[bytes], post_ids: Sequence[str], document_ids: Sequence[str]
) -> None:
    """Sort the suffixes of these posts. Takes about six times the bytes of the texts in memory."""
    import pydivsufsort

    text_path, suffixes_path, posts_path = shard_paths(folder, number)
    data = SEPARATOR.join([*texts, b""])
    sizes = np.fromiter((len(text) + 1 for text in texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(sizes) - sizes
    text_path.write_bytes(data)
    is_start = _unit_starts(data, starts)
    order = pydivsufsort.divsufsort(data)
    np.save(suffixes_path, order[is_start[order]].astype(np.uint32))
    table = pa.table(
        [starts.astype(np.uint32), list(post_ids), list(document_ids)], schema=POSTS_SCHEMA
    ).combine_chunks()
    temporary = posts_path.with_name(posts_path.name + ".part")
    with pa.OSFile(str(temporary), "wb") as file, pa.ipc.new_file(file, POSTS_SCHEMA) as writer:
        writer.write_table(table)
    temporary.replace(posts_path)


def _unit_starts(data: bytes, post_starts: np.ndarray) -> np.ndarray:
    """For each byte, whether a unit begins there."""
    is_start = np.zeros(len(data), dtype=bool)
    cuts = [0]
    for start in post_starts.tolist():
        if start - cuts[-1] >= SLICE_BYTES:
            cuts.append(start)
    for begin, end in zip(cuts, [*cuts[1:], len(data)], strict=True):
        text = data[begin:end].replace(SEPARATOR, b"\n").decode("utf-8")
        is_start[begin + unit_starts_in_bytes(text)] = True
    return is_start


class Shard:
    """A shard to search in. Safe to use from several threads."""

    def __init__(self, folder: Path, number: int) -> None:
        text_path, suffixes_path, posts_path = shard_paths(folder, number)
        with text_path.open("rb") as file:
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._order = np.load(suffixes_path, mmap_mode="r")
        self._suffixes = memoryview(self._order)  # one element of it is a plain int, many times sooner
        posts = pa.ipc.open_file(pa.memory_map(str(posts_path))).read_all().combine_chunks()
        self._starts = posts["start"].chunk(0).to_numpy()
        self._post_ids, self._document_ids = posts["post_id"], posts["document_id"]
        self.suffix_count = len(self._order)
        self.post_count = len(self._starts)
        ends = np.append(self._starts[1:].astype(np.int64), len(self._text))
        self.longest_post_bytes = int((ends - self._starts).max()) - 1

    def longest_match(self, pattern: bytes) -> int:
        """How many of the pattern's first bytes stand somewhere in a post."""
        pattern = pattern[: self.longest_post_bytes]
        place = self._lower_bound(pattern)
        return max(
            (
                _common_prefix(pattern, self._text[start : start + len(pattern)])
                for start in self._suffixes[max(place - 1, 0) : place + 1]
            ),
            default=0,
        )

    def range_of(self, pattern: bytes) -> tuple[int, int]:
        """The part of the sorted suffixes that begin with `pattern`; its length is how often it occurs."""
        return self._lower_bound(pattern), self._upper_bound(pattern)

    def posts_in(self, low: int, high: int) -> list[tuple[str, str]]:
        """(post_id, document_id) of the posts that hold these suffixes, each once, in the order of the corpus."""
        rows = np.unique(np.searchsorted(self._starts, self._order[low:high], side="right") - 1)
        return [(self._post_ids[row].as_py(), self._document_ids[row].as_py()) for row in rows.tolist()]

    def count_posts(self, post_ids: Sequence[str]) -> int:
        import pyarrow.compute as pc

        return pc.sum(pc.is_in(self._post_ids, value_set=pa.array(post_ids, pa.string()))).as_py() or 0

    def _lower_bound(self, pattern: bytes) -> int:
        text, suffixes, size = self._text, self._suffixes, len(pattern)
        low, high = 0, self.suffix_count
        while low < high:
            middle = (low + high) // 2
            start = suffixes[middle]
            if text[start : start + size] < pattern:
                low = middle + 1
            else:
                high = middle
        return low

    def _upper_bound(self, pattern: bytes) -> int:
        text, suffixes, size = self._text, self._suffixes, len(pattern)
        low, high = 0, self.suffix_count
        while low < high:
            middle = (low + high) // 2
            start = suffixes[middle]
            if text[start : start + size] <= pattern:
                low = middle + 1
            else:
                high = middle
        return low


def _common_prefix(one: bytes, other: bytes) -> int:
    size = min(len(one), len(other))
    differing = int.from_bytes(one[:size], "big") ^ int.from_bytes(other[:size], "big")
    return size - (differing.bit_length() + 7) // 8
