"""Near duplicates over all chunks: candidates band by band, then the texts themselves, chunk by chunk."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.annotate import BAND_NAMES, masked_words
from linnet.corpus.duplicates import band_pairs, jaccard, normalised
from linnet.corpus.engine import Engine, Task
from linnet.corpus.exchange import TARGET, Parcel, by_receiver, receive, send, write_whole
from linnet.progress import SILENT, Progress

_ROW, _NORMAL = "row", "normal"
MOST_SENT_FROM_HERE = 500_000  # rows; more are worth processes of their own


@dataclass(frozen=True)
class Chunks:
    """The annotated chunks of a corpus in order of age."""

    posts: tuple[Path, ...]
    keys: tuple[Path, ...]
    offsets: np.ndarray  # row of each chunk's first post, and the number of all: shape (chunks + 1,)

    def __len__(self) -> int:
        return len(self.posts)

    def of_rows(self, rows: np.ndarray) -> np.ndarray:
        """The chunk that each row lies in."""
        return np.searchsorted(self.offsets, rows, side="right") - 1

    def key(self, name: str) -> pl.Series:
        """One key of all posts."""
        return pl.concat([pl.read_parquet(path, columns=[name], glob=False)[name] for path in self.keys])


def near_copies(
    chunks: Chunks,
    eligible: np.ndarray,
    *,
    threshold: float,
    engine: Engine,
    work: Path,
    progress: Progress = SILENT,
) -> np.ndarray:
    """For each row the older one it nearly repeats, or -1. int64 of shape (n,).

    `eligible` (bool, shape (n,)) names the rows that are looked at: good posts that are no exact copies.
    """
    np.save(work / "eligible.npy", eligible)
    progress.start("curate: candidates for near duplicates", len(BAND_NAMES), "bands")
    tasks = [
        Task(candidates, (chunks.keys, name, work / "eligible.npy", work / f"{name}.parquet"))
        for name in BAND_NAMES
    ]
    engine.map(tasks, progress=progress, processes=len(eligible) > 2_000_000)
    pairs = _distinct([work / f"{name}.parquet" for name in BAND_NAMES])
    repeats = np.full(len(eligible), -1, dtype=np.int64)
    if not len(pairs):
        return repeats
    row, older = pairs["row"].to_numpy(), pairs["older"].to_numpy()
    bounds = np.searchsorted(row, chunks.offsets)
    progress.start("curate: near duplicates", len(pairs), "pairs")
    mail = ask_other_chunks(
        chunks, send_texts, older, chunks.of_rows(row), engine=engine, out=work, name="older"
    )
    found = engine.map(
        [
            Task(
                verify,
                (
                    chunks.posts[chunk],
                    int(chunks.offsets[chunk]),
                    row[start:end],
                    older[start:end],
                    mail[chunk],
                    threshold,
                ),
                size=int(end - start),
            )
            for chunk, (start, end) in enumerate(itertools.pairwise(bounds))
            if end > start
        ],
        progress=progress,
        processes=len(pairs) > 200_000,
    )
    for rows, firsts in found:
        repeats[rows] = firsts
    return repeats


def candidates(keys: Sequence[Path], name: str, eligible: Path, out: Path) -> None:
    """The pairs of one band."""
    hashes = pl.concat([pl.read_parquet(path, columns=[name], glob=False)[name] for path in keys]).to_numpy()
    rows = np.flatnonzero(np.load(eligible))
    write_whole(band_pairs(hashes[rows], rows), out, compression="lz4")


def _distinct(files: Sequence[Path]) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path, glob=False) for path in files]).unique().sort("row", "older")


def ask_other_chunks(
    chunks: Chunks,
    send_rows: Callable[[Path, int, np.ndarray, np.ndarray, Path], dict[int, Parcel]],
    rows: np.ndarray,
    receivers: np.ndarray,
    *,
    engine: Engine,
    out: Path,
    name: str,
) -> list[list[Parcel]]:
    """`send_rows` sends each of `rows` that lies in another chunk than its receiver there, once; the mail of each chunk."""
    wanted = pl.DataFrame({_ROW: rows, TARGET: receivers, "_from": chunks.of_rows(rows)})
    wanted = wanted.filter(pl.col("_from") != pl.col(TARGET)).unique().sort("_from", TARGET, _ROW)
    tasks = []
    for some in wanted.partition_by("_from", maintain_order=True):
        chunk = int(some["_from"][0])
        posts, offset = chunks.posts[chunk], int(chunks.offsets[chunk])
        path = out / f"{name}-{chunk:05d}.parquet"
        tasks.append(Task(send_rows, (posts, offset, some[_ROW].to_numpy(), some[TARGET].to_numpy(), path)))
    return by_receiver(engine.map(tasks, processes=len(wanted) > MOST_SENT_FROM_HERE), len(chunks))


def send_texts(
    posts: Path, offset: int, rows: np.ndarray, targets: np.ndarray, out: Path
) -> dict[int, Parcel]:
    frame = pl.DataFrame({_ROW: rows, _NORMAL: normal_texts(posts, rows - offset)})
    return send(frame.with_columns(pl.Series(TARGET, targets.astype(np.uint32))), out)


def normal_texts(posts: Path, positions: np.ndarray) -> pl.Series:
    """The normalised words of some posts of a chunk."""
    text = pl.read_parquet(posts, columns=["text"], glob=False)["text"][positions]
    return pl.DataFrame({"text": text}).select(normalised(masked_words(pl.col("text"))).alias(_NORMAL))[
        _NORMAL
    ]


def verify(
    posts: Path, offset: int, row: np.ndarray, older: np.ndarray, arrived: Sequence[Parcel], threshold: float
) -> tuple[np.ndarray, np.ndarray]:
    """(rows that are near duplicates, the oldest text that each one nearly repeats)."""
    here = np.unique(np.concatenate([row, older[older >= offset]]))
    texts = dict(zip(here.tolist(), normal_texts(posts, here - offset).to_list(), strict=True))
    others = receive(arrived)
    if others is not None:
        texts.update(zip(others[_ROW].to_list(), others[_NORMAL].to_list(), strict=True))
    left = [texts[number] for number in row.tolist()]
    right = [texts[number] for number in older.tolist()]
    similar = jaccard(left, right) >= threshold
    copies = pl.DataFrame({"row": row[similar], "older": older[similar]})
    oldest = copies.group_by("row", maintain_order=True).agg(pl.col("older").min())
    return oldest["row"].to_numpy(), oldest["older"].to_numpy()
