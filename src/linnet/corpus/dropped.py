"""What curation left out: written with its reason, and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.exchange import TARGET, Parcel, receive, send, write_whole
from linnet.errors import NotReady

DROPPED_PATTERN = "dropped-*.parquet"


@dataclass(frozen=True)
class Dropping:
    """What was decided on one chunk: for each post a reason (null: kept) and the row it repeats (-1: none)."""

    offset: int
    reasons: pl.Series
    repeats: np.ndarray


def send_ids(posts: Path, offset: int, rows: np.ndarray, targets: np.ndarray, out: Path) -> dict[int, Parcel]:
    """The ids of some posts of a chunk go to the chunks whose posts repeat them."""
    ids = pl.read_parquet(posts, columns=["post_id"], glob=False)["post_id"][rows - offset]
    frame = pl.DataFrame({"row": rows, "id": ids, TARGET: targets.astype(np.uint32)})
    return send(frame, out)


def write_dropped(posts: Path, here: Dropping, arrived: Sequence[Parcel], out: Path) -> None:
    """post_id, reason, repeats (a post_id, or null) of each post of a chunk that is left out."""
    ids = pl.read_parquet(posts, columns=["post_id"], glob=False)["post_id"]
    known = pl.DataFrame({"row": np.arange(here.offset, here.offset + len(ids)), "id": ids})
    others = receive(arrived)
    if others is not None:
        known = pl.concat([known, others])
    rows = pl.DataFrame({"post_id": ids, "reason": here.reasons, "row": here.repeats})
    rows = rows.filter(pl.col("reason").is_not_null())
    found = rows.join(known, on="row", how="left", maintain_order="left")
    write_whole(found.select("post_id", "reason", pl.col("id").alias("repeats")), out)


def dropped_by_reason(corpus: Path) -> dict[str, int]:
    """How many posts each reason left out, the commonest first."""
    counts = _scan(corpus).group_by("reason").len().collect()
    return dict(counts.sort(["len", "reason"], descending=[True, False]).iter_rows())


def read_dropped(corpus: Path, *, reason: str | None = None, limit: int | None = None) -> pl.DataFrame:
    """post_id, reason, repeats of posts that were left out, the oldest first."""
    rows = _scan(corpus)
    if reason is not None:
        rows = rows.filter(pl.col("reason") == reason)
    return (rows if limit is None else rows.head(limit)).collect()


def _scan(corpus: Path) -> pl.LazyFrame:
    files = sorted(corpus.glob(DROPPED_PATTERN))
    if not files:
        raise NotReady("there is no corpus yet; make one with: linnet curate")
    return pl.scan_parquet(files, glob=False)
