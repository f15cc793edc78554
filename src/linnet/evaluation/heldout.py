"""How well the base model predicts posts of authors it never saw."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from linnet.lineage import write_atomically
from linnet.progress import SILENT, Progress


@dataclass(frozen=True, kw_only=True)
class HeldoutConfig:
    max_posts: int = 2_000  # held-out posts looked at, drawn with `seed`
    seed: int = 7


@dataclass(frozen=True, kw_only=True)
class HeldoutReport:
    bits_per_byte: float | None  # None when the corpus holds nothing out
    posts: int
    bytes: int


def evaluate_heldout(
    corpus: Path, model: Path, out: Path, *, config: HeldoutConfig, progress: Progress = SILENT
) -> HeldoutReport:
    """Bits per byte on single held-out posts; writes report.json."""
    import json

    from linnet.evaluation.bits_per_byte import bits_per_byte

    documents = pl.scan_parquet(corpus / "documents-*.parquet").filter(pl.col("split") == "heldout")
    texts = documents.select("texts").collect()["texts"].explode(empty_as_null=False).to_list()
    if len(texts) > config.max_posts:
        texts = random.Random(config.seed).sample(texts, config.max_posts)
    if texts:
        measured = bits_per_byte(model, texts, progress=progress)
        report = HeldoutReport(
            bits_per_byte=round(measured.bits_per_byte, 4), posts=measured.posts, bytes=measured.bytes
        )
    else:
        report = HeldoutReport(bits_per_byte=None, posts=0, bytes=0)
    out.mkdir(parents=True, exist_ok=True)
    write_atomically(
        out / "report.json", json.dumps({"bits_per_byte": report.bits_per_byte, "posts": report.posts})
    )
    return report
