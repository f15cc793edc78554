"""Kept posts -> documents: one shard for each chunk, holding the conversations that began in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import xxhash

from linnet.corpus.exchange import TARGET, Parcel, receive, send, write_whole
from linnet.corpus.hashing import drawn
from linnet.corpus.mixture import Mixture, copies
from linnet.corpus.threads import reply_order

ROW, ROOT = "_row", "_root"
SEED = 0x6C696E6E6574


@dataclass(frozen=True)
class Kept:
    """The kept posts of one chunk: positions in it, their rows in the whole, the rows of their roots."""

    positions: np.ndarray
    rows: np.ndarray
    roots: np.ndarray
    chunks: np.ndarray  # of the roots


@dataclass(frozen=True)
class Shard:
    """What one shard holds; the counts add up over shards."""

    documents: int = 0
    threads: int = 0
    posts: int = 0
    heldout_posts: int = 0
    by: dict[str, Counter[str]] = field(
        default_factory=dict
    )  # "source", "language", "month", "basis" -> posts


def send_replies(posts: Path, chunk: int, kept: Kept, out: Path) -> dict[int, Parcel]:
    """Send each kept post whose conversation began in another chunk there."""
    away = kept.chunks != chunk
    if not away.any():
        return {}
    rows = _take(posts, kept, away).with_columns(pl.Series(TARGET, kept.chunks[away], dtype=pl.UInt32))
    return send(rows, out)


def _take(posts: Path, kept: Kept, mask: np.ndarray) -> pl.DataFrame:
    rows = pl.read_parquet(posts, glob=False)[kept.positions[mask]]
    return rows.with_columns(pl.Series(ROW, kept.rows[mask]), pl.Series(ROOT, kept.roots[mask]))


@dataclass(frozen=True, kw_only=True)
class AssembleConfig:
    heldout_share: float  # of authors or documents, 0..1
    by_author: bool  # whether whole authors are held out
    max_thread_posts: int  # posts in one document
    mixture: Mixture


def assemble(
    posts: Path,
    chunk: int,
    kept: Kept,
    arrived: Sequence[Parcel],
    config: AssembleConfig,
    out: Path,
    part: str,
) -> Shard:
    """Write `documents-<part>.parquet` and `posts-<part>.parquet` of one chunk."""
    rows = _take(posts, kept, kept.chunks == chunk)
    replies = receive(arrived)
    if replies is not None:
        rows = pl.concat([rows, replies])
    if not len(rows):
        return Shard()
    rows = _in_reply_order(rows.sort(ROOT, ROW), config.max_thread_posts)
    documents = (
        rows.group_by("_document", maintain_order=True)
        .agg(
            pl.col("post_id").alias("post_ids"),
            pl.col("author_id").alias("author_ids"),
            pl.col("text").alias("texts"),
            pl.col("language", "created_at", "platform").first(),
        )
        .with_columns(
            pl.col("texts").list.join("\n").alias("text"),
            pl.col("created_at").dt.strftime("%Y-%m").alias("month"),
        )
    )
    ids = [
        xxhash.xxh3_128_hexdigest(joined)
        for joined in documents["post_ids"].list.join("\x1f").cast(pl.Binary)
    ]
    unit = documents["author_ids" if config.by_author else "post_ids"].list.first()
    documents = documents.with_columns(
        pl.Series("document_id", ids),
        split_of(unit, config.heldout_share).alias("split"),
        config.mixture.weights(documents["language"], documents["month"]).alias("weight"),
    )
    documents = documents.with_columns(
        copies(documents["document_id"], documents["weight"]).alias("copies")
    ).select(
        "document_id",
        "post_ids",
        "author_ids",
        "texts",
        "text",
        "language",
        "month",
        "platform",
        "split",
        "weight",
        "copies",
    )
    write_whole(documents, out / f"documents-{part}.parquet")
    where = documents.select("document_id", "split", pl.col("post_ids").alias("post_id")).explode("post_id")
    write_whole(where, out / f"posts-{part}.parquet")
    sizes = documents["post_ids"].list.len()
    months = rows["created_at"].dt.strftime("%Y-%m")
    return Shard(
        documents=len(documents),
        threads=int((sizes > 1).sum()),
        posts=len(rows),
        heldout_posts=int(sizes.filter(documents["split"] == "heldout").sum()),
        by={
            "source": _count(rows["source"]),
            "language": _count(rows["language"]),
            "month": _count(months),
            "basis": _count(rows["basis"]),
        },
    )


def _count(values: pl.Series) -> Counter[str]:
    return Counter(dict(values.value_counts().iter_rows()))


def _in_reply_order(rows: pl.DataFrame, max_posts: int) -> pl.DataFrame:
    """Rows in order of documents and, inside one, of replies; `_document` numbers the documents.

    `rows` are in order of root and time. A conversation of one post, or of two with its root first, is in reply
    order already.
    """
    roots = rows[ROOT].to_numpy()
    begins = np.concatenate([[True], roots[1:] != roots[:-1]])
    starts = np.flatnonzero(begins)
    sizes = np.diff(np.append(starts, len(roots)))
    order = np.arange(len(roots))
    asks = (sizes > 2) | ((sizes == 2) & (rows[ROW].to_numpy()[starts] != roots[starts]))
    for start, size in zip(starts[asks], sizes[asks], strict=True):
        thread = rows[int(start) : int(start + size)]
        inner = reply_order(thread["post_id"].to_list(), thread["reply_to"].to_list())
        order[start : start + size] = start + np.array(inner)
    conversation = np.cumsum(begins) - 1
    part = (np.arange(len(roots)) - starts[conversation]) // max_posts
    document = np.cumsum(begins | (part != np.concatenate([[0], part[:-1]]))) - 1
    return rows[order].with_columns(pl.Series("_document", document))


def split_of(units: pl.Series, heldout_share: float) -> pl.Series:
    """ "heldout" or "train" for each unit (an author or a post), always the same for the same one."""
    held = drawn(units, seed=SEED) < heldout_share
    return pl.select(pl.when(held).then(pl.lit("heldout")).otherwise(pl.lit("train")))[:, 0]
