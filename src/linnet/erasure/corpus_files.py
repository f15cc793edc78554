"""Taking posts out of curated shards. A document keeps its other posts in their order; one with none left goes.

The manifest steps aside while shards are rewritten: whoever is killed in between leaves a corpus without a
manifest, which `linnet build` makes anew, never one that vouches for bytes that are gone.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
from collections import Counter
from pathlib import Path

import polars as pl

from linnet.lineage import MANIFEST_FILE, Manifest, digest_of_files, write_manifest
from linnet.posts.forgotten import REFERENCE_COLUMNS, ForgottenBook

ASIDE = MANIFEST_FILE + ".erasing"
REFERENCES = (*REFERENCE_COLUMNS, "repeats")


def erase_from_corpus(corpus: Path, gone: set[str], book: ForgottenBook) -> Counter[str]:
    """Counts: documents changed, documents gone, posts taken out, shards rewritten."""
    counts: Counter[str] = Counter()
    for leftover in (corpus.with_name(corpus.name + ".next"), corpus.with_name(corpus.name + ".old")):
        if leftover.exists():
            shutil.rmtree(leftover)
            counts["unfinished folders"] += 1
    if not corpus.exists():
        return counts
    for leftover in corpus.rglob("*.part"):
        leftover.unlink()
    shards = sorted(corpus.rglob("*.parquet"))
    touched = [path for path in shards if _holds(path, gone)]
    manifest, aside = corpus / MANIFEST_FILE, corpus / ASIDE
    if touched and manifest.exists():
        manifest.replace(aside)
    renamed: dict[str, str] = {}
    for path in sorted(touched, key=lambda path: not path.name.startswith("documents-")):
        _rewrite(path, gone, book, renamed, counts)
    if renamed:  # the shards that say where each post went, in files that held nothing else of the erased
        for path in [path for path in shards if path not in touched and _names(path, renamed)]:
            _rewrite(path, gone, book, renamed, counts)
    if aside.exists():
        data = json.loads(aside.read_text(encoding="utf-8"))
        data["outputs"] = tuple(data["outputs"])
        # "posts" is no seq any more: the next build curates anew, and every model after it follows.
        data["inputs"] = {**data["inputs"], "posts": "before an erasure"}
        old = Manifest(**data)
        write_manifest(corpus, dataclasses.replace(old, output_digest=digest_of_files(corpus, old.outputs)))
        aside.unlink()
    return counts


def _columns(path: Path) -> dict[str, pl.DataType]:
    return dict(pl.read_parquet_schema(path))


def _holds(path: Path, gone: set[str]) -> bool:
    columns = _columns(path)
    ids = list(gone)
    tests = [pl.col(name).is_in(ids).any() for name in ("post_id", *REFERENCES) if name in columns]
    if "post_ids" in columns:
        tests.append(pl.col("post_ids").explode().is_in(ids).any())
    if not tests:
        return False
    rows = pl.scan_parquet(path, glob=False)
    return any(bool(rows.select(test).collect().item()) for test in tests)


def _names(path: Path, renamed: dict[str, str]) -> bool:
    if "document_id" not in _columns(path):
        return False
    return bool(
        pl.read_parquet(path, columns=["document_id"], glob=False)["document_id"].is_in(list(renamed)).any()
    )


def _rewrite(
    path: Path, gone: set[str], book: ForgottenBook, renamed: dict[str, str], counts: Counter[str]
) -> None:
    rows = pl.read_parquet(path, glob=False)
    if "post_ids" in rows.columns:
        rows = _without_posts(rows, gone, renamed, counts)
    if "post_id" in rows.columns:
        kept = rows.filter(~pl.col("post_id").is_in(list(gone)))
        counts["rows"] += len(rows) - len(kept)
        rows = kept
        if "document_id" in rows.columns and renamed:
            rows = rows.with_columns(pl.col("document_id").replace(renamed))
    for name in REFERENCES:
        if name in rows.columns:
            erased = set(rows[name].drop_nulls().to_list()) & gone
            rows = rows.with_columns(pl.col(name).replace({i: book.pseudonym(i) for i in erased}))
    temporary = path.with_name(path.name + ".part")
    rows.write_parquet(temporary, compression="zstd")
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(path)
    counts["shards"] += 1


def _without_posts(
    rows: pl.DataFrame, gone: set[str], renamed: dict[str, str], counts: Counter[str]
) -> pl.DataFrame:
    hit = rows["post_ids"].list.eval(pl.element().is_in(list(gone))).list.any()
    changed = []
    for row in rows.filter(hit).iter_rows(named=True):
        stay = [i for i, post_id in enumerate(row["post_ids"]) if post_id not in gone]
        counts["posts"] += len(row["post_ids"]) - len(stay)
        if not stay:
            counts["documents gone"] += 1
            continue
        counts["documents shortened"] += 1
        for name in ("post_ids", "author_ids", "texts"):
            row[name] = [row[name][i] for i in stay]
        row["text"] = "\n".join(row["texts"])
        old, row["document_id"] = row["document_id"], _document_id(row["post_ids"])
        renamed[old] = row["document_id"]
        changed.append(row)
    order = rows.with_row_index("_row")
    if not changed:
        return rows.filter(~hit)
    places = order.filter(hit)["_row"].to_list()
    kept_places = [
        place
        for place, ids in zip(places, rows.filter(hit)["post_ids"].to_list(), strict=True)
        if any(post_id not in gone for post_id in ids)
    ]
    shortened = pl.DataFrame(changed, schema=rows.schema).with_columns(
        pl.Series("_row", kept_places, dtype=pl.UInt32)
    )
    return pl.concat([order.filter(~hit).select(shortened.columns), shortened]).sort("_row").drop("_row")


def _document_id(post_ids: list[str]) -> str:
    """A new one: the old id of a document is made of the ids of all its posts."""
    return hashlib.blake2b("\x1f".join(post_ids).encode(), digest_size=12).hexdigest()
