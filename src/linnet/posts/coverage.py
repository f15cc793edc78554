"""How many posts each use may touch, for a reader nobody knows, and why the others stay untouched."""

from __future__ import annotations

from typing import Any

import polars as pl

from linnet.consent.defaults import USES
from linnet.posts.consent_filter import COLUMNS
from linnet.posts.store import PostStore
from linnet.records import PURPOSES


def consent_coverage(store: PostStore) -> dict[str, Any]:
    """Counts of posts: by use with reasons, by source, by what training rests on; and of authors who declared.

    {"posts", "purposes": {use: {"allowed", "denied", "reasons": [{"reason", "allowed", "posts"}]}},
    "by_source": [{"source", "posts", a count for each use}], "basis": {basis: posts that may train},
    "authors": {"declared", "total"}}
    """
    rows = store.read(purpose="moderate", columns=COLUMNS)
    counts = {purpose: store.consent_snapshot(purpose).counts(rows) for purpose in PURPOSES}
    trainable = counts["train"].filter("allowed").group_by("basis").agg(pl.col("posts").sum())
    declared = store.preferences.authors_who_declared()
    authors = rows["author_id"].unique()
    return {
        "posts": len(rows),
        "purposes": {purpose: _purpose(found) for purpose, found in counts.items()},
        "by_source": _by_source(rows, counts),
        "basis": dict(trainable.sort("posts", descending=True).iter_rows()),
        "authors": {"declared": int(authors.is_in(declared).sum()), "total": len(authors)},
    }


def _purpose(counts: pl.DataFrame) -> dict[str, Any]:
    reasons = counts.group_by("reason", "allowed").agg(pl.col("posts").sum())
    reasons = reasons.sort("posts", "reason", descending=[True, False])
    allowed = int(reasons.filter("allowed")["posts"].sum())
    return {
        "allowed": allowed,
        "denied": int(reasons["posts"].sum()) - allowed,
        "reasons": reasons.select("reason", "allowed", "posts").to_dicts(),
    }


def _by_source(rows: pl.DataFrame, counts: dict[str, pl.DataFrame]) -> list[dict[str, Any]]:
    table = rows.group_by("source").len("posts").with_columns(pl.col("posts").cast(pl.Int64))
    for use in USES:
        allowed = counts[use].filter("allowed").group_by("source").agg(pl.col("posts").sum().alias(use))
        table = table.join(allowed, on="source", how="left").with_columns(pl.col(use).fill_null(0))
    return table.sort("posts", "source", descending=[True, False]).to_dicts()
