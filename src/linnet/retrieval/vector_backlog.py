"""Working off the backlog: which posts still need a vector, and giving it to the newest of them.

The store and the table are compared, so there is no queue that could disagree with either. While a backlog
exists each call reads the whole store (seconds for a million posts, against minutes of embedding); once it
is empty, calls read only what changed since. A post whose text has its vector already is never embedded
again: its other fields are updated around the vector. A kill costs the vectors of one batch at most.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa

from linnet.progress import Progress
from linnet.protocols import ChangeFeed, Embedder
from linnet.retrieval.vector_state import VectorReport, VectorState
from linnet.retrieval.vectors import VectorTable, stored_language, text_digest

_FIELDS = ("author_id", "language", "created_at", "visibility")


def work_off_backlog(
    feed: ChangeFeed,
    folder: Path,
    table: VectorTable,
    embedder: Embedder,
    *,
    max_embedded: int,
    batch_rows: int,
    progress: Progress,
    among_newest: bool = False,
) -> VectorReport:
    """`among_newest`: only the newest `max_embedded` posts get a vector, however often this is called."""
    started, cpu_started = time.monotonic(), time.process_time()
    state = VectorState.read(folder)
    target = feed.current_seq()
    whole = state.table != table.table_name or state.backlog != 0 or state.seq > target
    embedded = updated = removed = 0
    if whole or state.seq < target:
        since = 0 if whole else state.seq
        present = pl.DataFrame(pl.from_arrow(table.rows()))
        comparison = _compare(feed, since, present, keep=max_embedded, progress=progress)
        gone = comparison.removed
        if whole:
            gone = present.filter(~pl.col("post_id").is_in(comparison.seen.implode()))["post_id"]
        gone = gone.filter(gone.is_in(present["post_id"].implode()))
        table.remove(gone.to_list())
        removed = len(gone)
        updated = _update_fields(table, comparison.moved, batch_rows)
        # A stale vector belongs to a text that its author has changed: it must not find the post any more.
        stale = comparison.stale
        table.remove(stale.to_list())
        missing = comparison.missing
        if among_newest:
            there = present.filter(~pl.col("post_id").is_in(pl.concat([gone, stale]).implode()))
            missing = _among_newest(missing, there, max_embedded)
        embedded = _embed(table, embedder, missing, batch_rows, progress)
        table.settle()
        table.drop_others()
        state = VectorState(
            seq=max(comparison.seq, target),
            backlog=comparison.missing_count - embedded,
            table=table.table_name,
        )
        state.write(folder)
    return VectorReport(
        seq=state.seq,
        embedded=embedded,
        updated=updated,
        removed=removed,
        total=table.count(),
        backlog=state.backlog,
        seconds=time.monotonic() - started,
        cpu_seconds=time.process_time() - cpu_started,
    )


def _among_newest(missing: pl.DataFrame, there: pl.DataFrame, count: int) -> pl.DataFrame:
    """Those of `missing` that belong to the newest `count` posts, with a vector or without."""
    order = ["post_id", "created_at"]
    both = pl.concat([missing.select(order), there.select(order)]).unique("post_id")
    newest = both.sort(["created_at", "post_id"], descending=[True, False]).head(count)
    return missing.join(newest, on="post_id", how="semi", maintain_order="left")


@dataclass(frozen=True, kw_only=True)
class _Comparison:
    missing: pl.DataFrame  # the newest posts without a vector of their text, with the text
    missing_count: int  # of all such posts
    moved: pl.DataFrame  # posts with the right vector and other fields than the table
    stale: pl.Series  # post_ids in the table whose text has changed
    seen: pl.Series  # post_ids in the store
    removed: pl.Series  # post_ids that the store withdrew
    seq: int


def _compare(
    feed: ChangeFeed, since: int, present: pl.DataFrame, *, keep: int, progress: Progress
) -> _Comparison:
    """The store's posts against the table's rows, in one pass, holding at most `keep` texts."""
    progress.start(
        "comparing posts with vectors", feed.count(purpose="embed") if since == 0 else None, "posts"
    )
    known = present.rename({name: f"old_{name}" for name in (*_FIELDS, "digest")})
    missing: pl.DataFrame | None = None
    moved: list[pl.DataFrame] = []
    needed: set[str] = set()  # every post without a right vector
    stale: set[str] = set()
    seen: set[str] = set()
    removed: set[str] = set()
    seq = 0
    for batch in feed.changes(purpose="embed", since_seq=since):
        seq = batch.seq
        posts = _with_digests(batch.upserts)
        ids = posts["post_id"]
        again = [i for i in ids.to_list() if i in seen] if seen else []
        if again:  # a post that came before: only its later state counts
            moved = [part.filter(~pl.col("post_id").is_in(again)) for part in moved]
            needed.difference_update(again)
            stale.difference_update(again)
        out = [*again, *batch.removed]
        if out and missing is not None:
            missing = missing.filter(~pl.col("post_id").is_in(out))
        if batch.removed:
            moved = [part.filter(~pl.col("post_id").is_in(list(batch.removed))) for part in moved]
            needed.difference_update(batch.removed)
            stale.difference_update(batch.removed)
            seen.difference_update(batch.removed)
            removed.update(batch.removed)
        removed.difference_update(ids.to_list())
        seen.update(ids.to_list())
        joined = posts.join(known, on="post_id", how="left")
        same_text = pl.col("old_digest").eq_missing(pl.col("digest"))
        differs = pl.any_horizontal([pl.col(f"old_{f}").ne_missing(pl.col(f)) for f in _FIELDS])
        moved.append(joined.filter(same_text & differs).select(posts.drop("text").columns))
        lacking = joined.filter(~same_text)
        needed.update(lacking["post_id"].to_list())
        stale.update(lacking.filter(pl.col("old_digest").is_not_null())["post_id"].to_list())
        lacking = lacking.select(posts.columns)
        missing = lacking if missing is None else pl.concat([missing, lacking])
        missing = missing.sort(["created_at", "post_id"], descending=[True, False]).head(keep)
        progress.advance(len(posts))
    progress.finish()
    if missing is None:
        missing = _with_digests(pa.table({n: [] for n in ("post_id", *_FIELDS, "text")}))
    if len(missing) < min(keep, len(needed)):
        # Some of `missing` were withdrawn after they had pushed others out: look for those once more.
        missing = _collect(feed, since, needed, keep)
    return _Comparison(
        missing=missing,
        missing_count=len(needed),
        moved=pl.concat(moved) if moved else missing.drop("text").clear(),
        stale=pl.Series("post_id", sorted(stale), dtype=pl.String),
        seen=pl.Series("post_id", list(seen), dtype=pl.String),
        removed=pl.Series("post_id", sorted(removed), dtype=pl.String),
        seq=seq,
    )


def _collect(feed: ChangeFeed, since: int, needed: set[str], keep: int) -> pl.DataFrame:
    """The newest `keep` of the posts in `needed`, each in its last version."""
    wanted = pl.Series("post_id", sorted(needed), dtype=pl.String).implode()
    parts = [_with_digests(pa.table({name: [] for name in ("post_id", *_FIELDS, "text")}))]
    for batch in feed.changes(purpose="embed", since_seq=since):
        posts = _with_digests(batch.upserts).filter(pl.col("post_id").is_in(wanted))
        both = pl.concat([*parts, posts]).unique("post_id", keep="last", maintain_order=True)
        parts = [both.sort(["created_at", "post_id"], descending=[True, False]).head(keep)]
    return parts[0]


def _with_digests(posts: pa.Table) -> pl.DataFrame:
    """One row a post (its last one in the batch), with the fields that the table keeps."""
    texts = posts["text"].to_pylist()
    frame = pl.DataFrame(
        {
            "post_id": pl.Series(posts["post_id"].to_pylist(), dtype=pl.String),
            "author_id": pl.Series(posts["author_id"].to_pylist(), dtype=pl.String),
            "language": pl.Series(
                [stored_language(x) for x in posts["language"].to_pylist()], dtype=pl.String
            ),
            "created_at": pl.Series(posts["created_at"].to_pylist(), dtype=pl.Datetime("us", "UTC")),
            "visibility": pl.Series(posts["visibility"].to_pylist(), dtype=pl.String),
            "digest": pl.Series([text_digest(text) for text in texts], dtype=pl.Int64),
            "text": pl.Series(texts, dtype=pl.String),
        }
    )
    return frame.unique("post_id", keep="last", maintain_order=True)


def _update_fields(table: VectorTable, moved: pl.DataFrame, batch_rows: int) -> int:
    """Other fields around the vectors that are there."""
    for part in moved.iter_slices(batch_rows):
        old = pl.DataFrame(pl.from_arrow(table.vectors_of(part["post_id"].to_list())))
        table.upsert(part.join(old, on="post_id").select(table.schema.names).to_arrow())
    return len(moved)


def _embed(
    table: VectorTable, embedder: Embedder, missing: pl.DataFrame, batch_rows: int, progress: Progress
) -> int:
    """Vectors for all of `missing`, a commit after each batch."""
    progress.start("embedding", len(missing), "posts")
    started, done = time.monotonic(), 0
    for part in missing.iter_slices(batch_rows):
        if table.asked_to_yield():
            break
        # The same text by many accounts is common: one vector serves all.
        unique = part.unique("digest", keep="first", maintain_order=True)
        vectors = np.asarray(embedder.embed(unique["text"].to_list()), dtype=np.float32)
        place = {digest: row for row, digest in enumerate(unique["digest"].to_list())}
        rows = vectors[[place[digest] for digest in part["digest"].to_list()]]
        values = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), embedder.dimensions)
        fields = [part[name].to_arrow() for name in table.schema.names if name != "vector"]
        table.upsert(
            pa.Table.from_arrays(
                [pa.array(field).cast(table.schema.field(i).type) for i, field in enumerate(fields)]
                + [values],
                names=table.schema.names,
            )
        )
        done += len(part)
        progress.advance(len(part), f"{done / max(time.monotonic() - started, 1e-9):.0f} posts/s")
    progress.finish()
    return done
