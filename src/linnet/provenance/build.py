"""The stage corpus -> provenance: a suffix array over the words of every post that models train on.

`build_provenance(corpus, out, config=...)`. Shards are cut by bytes in the order of the corpus, so the same corpus
gives the same bytes, and shards that are whole are not made again after an interruption.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from linnet.errors import NotReady
from linnet.lineage import write_atomically
from linnet.progress import SILENT, Progress
from linnet.provenance.shard import shard_paths, write_shard

INDEX_FILE = "index.json"
"""Written last: names the shards."""


@dataclass(frozen=True, kw_only=True)
class ProvenanceConfig:
    shard_bytes: int = 64_000_000  # text in one shard; building takes about six times as much memory

    def __post_init__(self) -> None:
        if not 1 <= self.shard_bytes <= 1_000_000_000:
            raise ValueError(f"shard_bytes is {self.shard_bytes}; it must lie in 1..1,000,000,000")


@dataclass(frozen=True, kw_only=True)
class ProvenanceReport:
    posts: int  # of the training split
    text_bytes: int
    index_bytes: int  # all files, the text among them
    shards: int
    cpu_seconds: float


Row = tuple[bytes, str, str]  # text, post_id, document_id


def build_provenance(
    corpus: Path, out: Path, *, config: ProvenanceConfig, progress: Progress = SILENT
) -> ProvenanceReport:
    """Raises NotReady when there is no corpus."""
    cpu_started = time.process_time()
    files = sorted(corpus.glob("documents-*.parquet"))
    if not files:
        raise NotReady(f"there is no corpus in {corpus}: run linnet curate first")
    out.mkdir(parents=True, exist_ok=True)
    total = int(pl.scan_parquet(files).select(pl.col("post_ids").list.len().sum()).collect().item() or 0)
    progress.start("provenance: sort the training posts by what they say", total, "posts")
    posts = text_bytes = shards = 0
    for rows in _in_shards(_training_posts(files), config.shard_bytes):
        if not shard_paths(out, shards)[-1].exists():
            texts, post_ids, document_ids = zip(*rows, strict=True)
            write_shard(out, shards, texts, post_ids, document_ids)
        shards += 1
        posts += len(rows)
        text_bytes += sum(len(row[0]) for row in rows)
        progress.advance(len(rows))
    progress.finish()
    counts = {"shards": shards, "posts": posts, "text_bytes": text_bytes}
    write_atomically(out / INDEX_FILE, json.dumps(counts))
    made = [path for number in range(shards) for path in shard_paths(out, number)]
    return ProvenanceReport(
        **counts,
        index_bytes=sum(path.stat().st_size for path in made),
        cpu_seconds=round(time.process_time() - cpu_started, 2),
    )


def _training_posts(files: list[Path]) -> Iterator[Row]:
    for path in files:
        documents = pl.scan_parquet(path).filter(pl.col("split") == "train")
        posts = (
            documents.select("document_id", "post_ids", "texts")
            .filter(pl.col("post_ids").list.len() > 0)
            .explode("post_ids", "texts")
            .with_columns(pl.col("texts").str.normalize("NFC"))
            .collect()
        )
        for document_id, post_id, text in posts.iter_rows():
            yield text.encode("utf-8"), post_id, document_id


def _in_shards(rows: Iterator[Row], shard_bytes: int) -> Iterator[list[Row]]:
    shard: list[Row] = []
    size = 0
    for row in rows:
        shard.append(row)
        size += len(row[0]) + 1
        if size >= shard_bytes:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard
