"""Adapters by author bucket: what they add to the base model, and what forgetting one author costs.

python benchmarks/adapters.py WORKSPACE --buckets 4 --max-steps 60     a workspace with a corpus and a base model
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--buckets", type=int, default=4)
    parser.add_argument("--max-steps", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--heldout-posts", type=int, default=500)
    parser.add_argument("--forget", action="store_true", help="then take one author out and train again")
    options = parser.parse_args()

    from linnet.evaluation.bits_per_byte import bits_per_byte
    from linnet.training.adapters import AdapterConfig, posts_by_bucket, train_adapters
    from linnet.training.merge import merge_adapters

    config = AdapterConfig(
        buckets=options.buckets, max_steps=options.max_steps, learning_rate=options.learning_rate
    )
    corpus, base = options.workspace / "corpus", options.workspace / "base"
    documents = pl.read_parquet(corpus / "documents-*.parquet")
    heldout = documents.filter(pl.col("split") == "heldout")["texts"].explode(empty_as_null=False).to_list()
    heldout = heldout[: options.heldout_posts]
    print(describe(), config, sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        out, merged = Path(folder) / "adapters", Path(folder) / "merged"
        started = time.monotonic()
        report = train_adapters(corpus, base, out, config=config)
        print(
            f"{report.posts} posts of {report.authors} authors, {report.steps} steps, {report.tokens_seen} tokens: "
            f"{time.monotonic() - started:.1f} s"
        )
        merge_adapters(base, out, merged)
        for name, model in (("base", base / "hf"), ("base with the mean of the adapters", merged)):
            measured = bits_per_byte(model, heldout)
            print(f"{name}: {measured.bits_per_byte:.4f} bits per byte on {measured.posts} held-out posts")
        if options.forget:
            author = posts_by_bucket(corpus, options.buckets)["author_id"].mode().sort()[0]
            less = Path(folder) / "corpus"
            less.mkdir()
            without(documents, author).write_parquet(less / "documents-00000.parquet")
            started = time.monotonic()
            again = train_adapters(less, base, out, config=config)
            print(
                f"without one author ({report.posts - again.posts} posts): buckets {list(again.trained)} of "
                f"{again.buckets} trained again, {again.steps} steps, {time.monotonic() - started:.1f} s"
            )


def without(documents: pl.DataFrame, author: str) -> pl.DataFrame:
    """The documents less the author's posts."""
    lists = ["post_ids", "author_ids", "texts"]
    rows = (
        documents.select("document_id", "split", "copies", *lists)
        .explode(lists)
        .filter(pl.col("author_ids") != author)
    )
    return rows.group_by("document_id", "split", "copies", maintain_order=True).agg(lists)


if __name__ == "__main__":
    main()
