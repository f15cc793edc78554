"""Taking posts out of the table so that not a byte of them is left: rows, references, old files, the log.

A plain Delta deletion leaves the old data files, and a log whose predicates and statistics name ids. Here the
table is written anew without the posts, file by file, in one commit that names no id; then everything that this
version does not need is removed from disk.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake

from linnet.posts.forgotten import AT_URI, REFERENCE_COLUMNS
from linnet.posts.store import PostStore
from linnet.posts.table_files import TABLE_SCHEMA, add_missing_columns, scan_files
from linnet.progress import SILENT, Progress

NO_OLD_LOGS = {"delta.logRetentionDuration": "interval 0 seconds"}
BATCH_ROWS = 100_000


@dataclass(frozen=True, kw_only=True)
class PhysicalDeletion:
    rows: int  # taken out
    references: int  # in posts that stay, now pseudonyms
    files_removed: int


def holding(store: PostStore, post_ids: Collection[str], author_ids: Collection[str] = ()) -> tuple[int, int]:
    """How many rows of the table are these posts, and how many others refer to them or to others of their authors."""
    gone = list(post_ids)
    by_name = [f"{AT_URI}{author}/" for author in author_ids]
    refers = pl.any_horizontal(
        [
            test.fill_null(False)
            for name in REFERENCE_COLUMNS
            for test in (
                pl.col(name).is_in(gone),
                *(pl.col(name).str.starts_with(start) for start in by_name),
            )
        ]
    )
    theirs = pl.col("post_id").is_in(gone)
    counts = store.collect(
        lambda rows: rows.select(theirs.sum().alias("rows"), (refers & ~theirs).sum().alias("refers"))
    )
    return int(counts["rows"][0] or 0), int(counts["refers"][0] or 0)


def erase_rows(
    store: PostStore,
    post_ids: Collection[str],
    *,
    author_ids: Collection[str] = (),
    progress: Progress = SILENT,
) -> PhysicalDeletion:
    """Doing it again does no harm: old files and logs that an interruption left are removed then."""
    if not store.exists():
        return PhysicalDeletion(rows=0, references=0, files_removed=0)
    # No other process changes the table, nor makes files for it that nothing names yet; readers may go on.
    with store.state.rewriting(), store.state.alone():
        rows, references = holding(store, post_ids, author_ids)
        if rows or references:
            _write_without(store, set(post_ids), progress)
        return PhysicalDeletion(rows=rows, references=references, files_removed=remove_old_files(store))


def _write_without(store: PostStore, gone: set[str], progress: Progress) -> None:
    table = DeltaTable(str(store.path))
    add_missing_columns(table)
    progress.start("writing the posts anew", None, "posts")

    def batches() -> Iterator[pa.RecordBatch]:
        for uri in table.file_uris():
            rows = scan_files([unquote(uri)]).collect()
            rows = store.forgotten.without_references(rows.filter(~pl.col("post_id").is_in(list(gone))))
            progress.advance(len(rows))
            arrow = rows.select(TABLE_SCHEMA.names).to_arrow().cast(TABLE_SCHEMA)
            yield from arrow.to_batches(max_chunksize=BATCH_ROWS)

    write_deltalake(
        table,
        pa.RecordBatchReader.from_batches(TABLE_SCHEMA, batches()),
        mode="overwrite",
        writer_properties=WriterProperties(compression="ZSTD"),
    )
    progress.finish()


def remove_old_files(store: PostStore) -> int:
    """Every data file and log entry that the present version of the table does not need. Returns how many."""
    table = DeltaTable(str(store.path))
    before = sum(1 for path in store.path.rglob("*") if path.is_file())
    table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    # The commits before this version hold predicates and statistics with ids; a checkpoint makes them needless.
    configuration = table.metadata().configuration
    if any(configuration.get(name) != value for name, value in NO_OLD_LOGS.items()):
        table.alter.set_table_properties(NO_OLD_LOGS)
    table = DeltaTable(str(store.path))
    table.create_checkpoint()
    table.cleanup_metadata()
    after = sum(1 for path in store.path.rglob("*") if path.is_file())
    return max(before - after, 0)
