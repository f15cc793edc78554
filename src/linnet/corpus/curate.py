"""The stage posts -> corpus: `curate(store, out, config=...)`.

Writes `documents-*.parquet` (what models train on), `posts.parquet` (which document each kept post went to)
and `dropped.parquet` (every post that was left out, with its reason). The costly part, looking at each post, is
done in chunks that survive an interruption.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from linnet.corpus.duplicates import BANDS, band_hashes, near_duplicates, normalised
from linnet.corpus.language import detect_languages
from linnet.corpus.privacy import masked
from linnet.corpus.quality import own_words, quality_reason
from linnet.corpus.threads import conversation_roots, reply_order, split_long
from linnet.errors import NotReady
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress

COLUMNS = ["post_id", "author_id", "created_at", "text", "language", "reply_to", "repost_of", "platform"]

DOCUMENT_SCHEMA: dict[str, Any] = {
    "document_id": pl.String,
    "post_ids": pl.List(pl.String),
    "author_ids": pl.List(pl.String),
    "texts": pl.List(pl.String),
    "text": pl.String,
    "language": pl.String,
    "month": pl.String,
    "platform": pl.String,
    "split": pl.String,
}


@dataclass(frozen=True, kw_only=True)
class CurateConfig:
    near_duplicate_threshold: float = 0.8  # Jaccard similarity of 5-character shingles, 0..1
    heldout_share: float = 0.02  # share of authors (or documents) that is kept from training, 0..1
    min_authors_to_split: int = 50  # with fewer authors, documents are held out instead of whole authors
    max_thread_posts: int = 64  # posts in one document; longer conversations are split
    chunk_posts: int = 100_000  # posts looked at between two points of resume

    def __post_init__(self) -> None:
        if not 0.0 < self.near_duplicate_threshold <= 1.0:
            raise ValueError(
                f"near_duplicate_threshold is {self.near_duplicate_threshold}; it must lie in (0, 1]"
            )
        if not 0.0 <= self.heldout_share < 1.0:
            raise ValueError(f"heldout_share is {self.heldout_share}; it must lie in [0, 1)")
        if self.max_thread_posts < 1 or self.chunk_posts < 1:
            raise ValueError("max_thread_posts and chunk_posts must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class CurationReport:
    posts_in: int  # posts whose authors allow training
    posts_kept: int
    documents: int
    threads: int  # documents with two posts or more
    heldout_posts: int
    dropped: dict[str, int]
    languages: dict[str, int]  # posts kept by language, the commonest first
    denied: int  # posts in the store that may not be trained on
    cpu_seconds: float


def curate(
    store: PostStore, out: Path, *, config: CurateConfig, progress: Progress = SILENT
) -> CurationReport:
    """Raises NotReady when the store holds no post that may be trained on."""
    cpu_started = time.process_time()
    out.mkdir(parents=True, exist_ok=True)
    posts = store.read(purpose="train", columns=COLUMNS).sort("created_at", "post_id")
    denied = len(store.read(purpose="moderate", columns=["post_id"])) - len(posts)
    if not len(posts):
        raise NotReady(
            f"no post may be trained on ({denied:,} are denied by consent or visibility): ingest posts, or look at "
            "[consent] in linnet.toml"
        )
    total = len(posts)
    annotated = _annotate(posts, out / "annotated", config, progress)
    del posts
    kept, dropped = _drop(annotated, config, progress)
    if not len(kept):
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in _by_reason(dropped).items())
        raise NotReady(f"no post is good enough to train on ({reasons}): ingest more posts")
    documents = _write_documents(kept, out, config, progress)
    _write_whole(dropped.select("post_id", "reason"), out / "dropped.parquet")
    shutil.rmtree(out / "annotated", ignore_errors=True)
    return CurationReport(
        posts_in=total,
        posts_kept=len(kept),
        documents=documents["documents"],
        threads=documents["threads"],
        heldout_posts=documents["heldout_posts"],
        dropped=_by_reason(dropped),
        languages=dict(kept["language"].value_counts(sort=True).iter_rows()),
        denied=denied,
        cpu_seconds=round(time.process_time() - cpu_started, 2),
    )


def _by_reason(dropped: pl.DataFrame) -> dict[str, int]:
    return dict(dropped["reason"].value_counts(sort=True).iter_rows())


def _annotate(posts: pl.DataFrame, folder: Path, config: CurateConfig, progress: Progress) -> pl.DataFrame:
    """Language, quality, masked text and MinHash bands of each post; chunks on disk are not done again."""
    folder.mkdir(exist_ok=True)
    progress.start("curate: language, quality, personal data", len(posts), "posts")
    parts = []
    for number, start in enumerate(range(0, len(posts), config.chunk_posts)):
        path = folder / f"part-{number:05d}.parquet"
        chunk = posts.slice(start, config.chunk_posts)
        if not path.exists():
            _write_whole(annotate(chunk), path)
        parts.append(pl.read_parquet(path))
        progress.advance(len(chunk))
    progress.finish()
    return pl.concat(parts)


def annotate(posts: pl.DataFrame) -> pl.DataFrame:
    """One chunk of posts with `reason` (null: good), `language`, masked `text`, `normal` text and `bands`."""
    posts = posts.with_columns(own_words(pl.col("text")).alias("words"))
    posts = posts.with_columns(
        quality_reason(pl.col("text"), pl.col("words"), pl.col("repost_of")).alias("reason"),
        pl.Series("language", detect_languages(posts["words"].to_list(), posts["language"].to_list())),
        normalised(pl.col("words")).alias("normal"),
        masked(posts["text"]),
    )
    bands = band_hashes(posts["normal"].to_list())
    return posts.with_columns(
        pl.Series("bands", bands, dtype=pl.Array(pl.UInt64, BANDS)),
    ).drop("words", "repost_of")


def _drop(
    annotated: pl.DataFrame, config: CurateConfig, progress: Progress
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(kept, dropped with reason). Posts are in order of time, so the oldest copy is the one that stays."""
    progress.start("curate: duplicates")
    bad = annotated.filter(pl.col("reason").is_not_null())
    good = annotated.filter(pl.col("reason").is_null())
    first = pl.col("post_id").first().over("normal") == pl.col("post_id")
    exact = good.filter(~first).with_columns(pl.lit("exact_duplicate").alias("reason"))
    good = good.filter(first)
    bands = good["bands"].to_numpy().reshape(len(good), BANDS)
    copies = near_duplicates(good["normal"], bands, threshold=config.near_duplicate_threshold)
    is_copy = np.zeros(len(good), dtype=bool)
    is_copy[list(copies)] = True
    near = good.filter(pl.Series(is_copy)).with_columns(pl.lit("near_duplicate").alias("reason"))
    progress.finish()
    columns = ["post_id", "reason"]
    dropped = pl.concat([bad.select(columns), exact.select(columns), near.select(columns)])
    return good.filter(pl.Series(~is_copy)), dropped


def _write_documents(
    kept: pl.DataFrame, out: Path, config: CurateConfig, progress: Progress
) -> dict[str, Any]:
    progress.start("curate: threads", len(kept), "posts")
    counts = {"documents": 0, "threads": 0, "heldout_posts": 0}
    where: list[pl.DataFrame] = []
    for shard, documents in enumerate(_in_shards(_documents(kept, config), config.chunk_posts)):
        _write_whole(documents, out / f"documents-{shard:05d}.parquet")
        sizes = documents["post_ids"].list.len()
        counts["documents"] += len(documents)
        counts["threads"] += int((sizes > 1).sum())
        counts["heldout_posts"] += int(sizes.filter(documents["split"] == "heldout").sum())
        where.append(
            documents.select("document_id", "split", pl.col("post_ids").alias("post_id")).explode("post_id")
        )
        progress.advance(int(sizes.sum()))
    _write_whole(pl.concat(where) if where else pl.DataFrame(), out / "posts.parquet")
    progress.finish()
    return counts


def _documents(kept: pl.DataFrame, config: CurateConfig) -> Iterator[dict[str, Any]]:
    """Conversations in order of their first post."""
    roots = conversation_roots(kept["post_id"], kept["reply_to"])
    order = np.argsort(roots, kind="stable")
    bounds = np.flatnonzero(np.diff(roots[order], prepend=-1))
    columns = {
        name: kept[name].to_list() for name in ("post_id", "author_id", "text", "language", "reply_to")
    }
    months = kept["created_at"].dt.strftime("%Y-%m").to_list()
    platforms = kept["platform"].to_list()
    by_author = kept["author_id"].n_unique() >= config.min_authors_to_split
    for start, end in zip(bounds, [*bounds[1:], len(order)], strict=True):
        rows = order[start:end]
        if len(rows) > 1:
            positions = reply_order(
                [columns["post_id"][row] for row in rows], [columns["reply_to"][row] for row in rows]
            )
        else:
            positions = [0]
        unit = "author_id" if by_author else "post_id"
        split = split_of(columns[unit][rows[0]], config.heldout_share)
        for some in split_long(positions, config.max_thread_posts):
            members = [int(rows[position]) for position in some]
            post_ids = [columns["post_id"][row] for row in members]
            texts = [columns["text"][row] for row in members]
            yield {
                "document_id": document_id(post_ids),
                "post_ids": post_ids,
                "author_ids": [columns["author_id"][row] for row in members],
                "texts": texts,
                "text": "\n".join(texts),
                "language": columns["language"][members[0]],
                "month": months[members[0]],
                "platform": platforms[members[0]],
                "split": split,
            }


def document_id(post_ids: list[str]) -> str:
    return hashlib.blake2b("\x1f".join(post_ids).encode(), digest_size=12).hexdigest()


def split_of(unit: str, heldout_share: float) -> str:
    """Whole authors are held out where there are enough, so that no one's style is on both sides."""
    bucket = int.from_bytes(hashlib.blake2b(unit.encode(), digest_size=8).digest(), "big") / 2**64
    return "heldout" if bucket < heldout_share else "train"


def _in_shards(documents: Iterator[dict[str, Any]], size: int) -> Iterator[pl.DataFrame]:
    rows: list[dict[str, Any]] = []
    for document in documents:
        rows.append(document)
        if len(rows) == size:
            yield pl.DataFrame(rows, schema=DOCUMENT_SCHEMA)
            rows = []
    if rows:
        yield pl.DataFrame(rows, schema=DOCUMENT_SCHEMA)


def _write_whole(frame: pl.DataFrame, path: Path) -> None:
    """The file is there whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    frame.write_parquet(temporary, compression="zstd")
    temporary.replace(path)
