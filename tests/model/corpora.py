"""Tiny corpora for tests: the files that the corpus stage writes, from a few texts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

WORDS = [
    "the",
    "bird",
    "sings",
    "at",
    "dawn",
    "over",
    "a",
    "quiet",
    "river",
    "while",
    "we",
    "walk",
    "home",
    "and",
    "talk",
    "about",
    "music",
    "rain",
    "trains",
    "food",
]
TOPICS = ("#birds", "#music", "#rain", "#trains")


def write_corpus(
    folder: Path,
    threads: Sequence[Sequence[str]],
    *,
    languages: Sequence[str] | None = None,
    heldout_every: int = 0,
    files: int = 1,
) -> Path:
    """One document a thread; its posts' authors are a0, a1, a0, ... in turn. Every n-th document is held out."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "document_id": f"d{index:05}",
            "post_ids": [f"p{index}-{post}" for post in range(len(texts))],
            "author_ids": [f"a{post % 2}" for post in range(len(texts))],
            "texts": list(texts),
            "text": "\n".join(texts),
            "language": languages[index] if languages else "en",
            "month": "2026-01",
            "platform": "test",
            "split": "heldout" if heldout_every and index % heldout_every == 0 else "train",
            "weight": 1.0,
            "copies": 1,
        }
        for index, texts in enumerate(threads)
    ]
    for number in range(files):
        table = pa.Table.from_pylist(rows[number::files])
        pq.write_table(table, folder / f"documents-{number:05}.parquet", compression="zstd")
    return folder


def random_posts(count: int, seed: int = 0) -> list[list[str]]:
    """Single posts of a few common words, every third with a hashtag."""
    rng = random.Random(seed)
    posts = []
    for index in range(count):
        words = rng.choices(WORDS, k=rng.randint(5, 14))
        posts.append([" ".join(words) + (f" {rng.choice(TOPICS)}" if index % 3 == 0 else "")])
    return posts


def random_threads(count: int, seed: int = 0) -> list[list[str]]:
    """Threads of two to four posts."""
    rng = random.Random(seed)
    posts = iter(random_posts(count * 4, seed))
    return [[next(posts)[0] for _ in range(rng.randint(2, 4))] for _ in range(count)]
