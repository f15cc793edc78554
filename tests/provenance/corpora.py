"""Small corpora, and the slow way to find in them what the index finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.provenance.index import ProvenanceIndex, open_provenance
from linnet.provenance.units import split_units

Posts = dict[str, str]  # post_id -> text


def write_corpus(
    folder: Path,
    posts: Posts,
    *,
    authors: Mapping[str, str] | None = None,
    heldout: Sequence[str] = (),
    thread: Sequence[str] = (),
) -> Path:
    """One document a post, but the posts of `thread` are one document together."""
    folder.mkdir(parents=True, exist_ok=True)
    groups = [list(thread)] if thread else []
    groups += [[post_id] for post_id in posts if post_id not in thread]
    rows = [
        {
            "document_id": "d-" + ids[0],
            "post_ids": ids,
            "author_ids": [(authors or {}).get(post_id, "someone") for post_id in ids],
            "texts": [posts[post_id] for post_id in ids],
            "split": "heldout" if ids[0] in heldout else "train",
        }
        for ids in groups
    ]
    schema: dict[str, Any] = {
        "document_id": pl.String,
        "post_ids": pl.List(pl.String),
        "author_ids": pl.List(pl.String),
        "texts": pl.List(pl.String),
        "split": pl.String,
    }
    pl.DataFrame(rows, schema=schema).write_parquet(folder / "documents-00000.parquet")
    return folder


def build_index(folder: Path, posts: Posts, *, shard_bytes: int = 64_000_000) -> ProvenanceIndex:
    corpus = write_corpus(folder / "corpus", posts)
    config = ProvenanceConfig(shard_bytes=shard_bytes)
    build_provenance(corpus, folder / "provenance", config=config)
    index = open_provenance(folder / "provenance")
    assert index is not None
    return index


def occurrences(posts: Posts, span: str) -> dict[str, int]:
    """post_id -> how often `span` stands in it at the start of a unit, by looking at every place."""
    found = {}
    for post_id, text in posts.items():
        count = sum(text.startswith(span, int(start)) for start in split_units(text).starts)
        if count:
            found[post_id] = count
    return found


def longest_spans(posts: Posts, text: str, *, min_words: int, min_characters: int) -> set[tuple[int, int]]:
    """(start, end) of the maximal spans, by trying every one."""
    units = split_units(text)
    starts, ends = units.starts.tolist(), units.ends.tolist()
    worth = (units.is_word * min_characters + units.is_character * min_words).tolist()
    found: list[tuple[int, int]] = []
    for first in range(len(starts)):
        for past in range(len(starts), first, -1):
            if occurrences(posts, text[starts[first] : ends[past - 1]]):
                found.append((first, past))
                break
    return {
        (starts[first], ends[past - 1])
        for first, past in found
        if not any((a, b) != (first, past) and a <= first and past <= b for a, b in found)
        and sum(worth[first:past]) >= min_words * min_characters
    }
