"""Posts -> index: the two halves follow the post store's changes, each by itself.

    index/lexical/   every retrievable post, seconds behind the store
    index/vectors/   the posts that were embedded so far, newest first; a background job works off the rest

Each half is a pure function of the store: kill it at any moment, run it again, and it equals the store.
Posts of every visibility are in the index, since their authors may search them; queries filter.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linnet.progress import SILENT, Progress
from linnet.protocols import ChangeFeed, Embedder
from linnet.retrieval.lexical import LexicalIndex, LexicalWriter, orphaned_segments
from linnet.retrieval.vector_state import VectorReport, VectorState
from linnet.retrieval.vectors import VectorTable


@dataclass(frozen=True, kw_only=True)
class IndexConfig:
    max_embedded: int = 50_000  # posts embedded in one call of sync_vectors
    batch_rows: int = 2_048  # posts embedded between two commits: what a kill costs at most
    commit_rows: int = 200_000  # posts between two commits of the lexical index
    heap_bytes: int = 300_000_000  # memory of the lexical writer
    lexical_threads: int = 2  # indexing threads

    def __post_init__(self) -> None:
        if self.max_embedded < 0:
            raise ValueError(f"max_embedded is {self.max_embedded}; it must be 0 or more")
        for name in ("batch_rows", "commit_rows", "lexical_threads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.heap_bytes < 30_000_000:
            raise ValueError(f"heap_bytes is {self.heap_bytes}; it must be 30,000,000 or more")


@dataclass(frozen=True, kw_only=True)
class LexicalReport:
    seq: int  # of the post store, as the index now stands
    upserted: int
    removed: int  # ids the store withdrew, whether they were in the index or not
    total: int  # posts in the index
    rebuilt: bool  # whether it was made from nothing
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class OpenIndex:
    """An index to search in."""

    folder: Path
    lexical: LexicalIndex

    def vectors(self, embedder: Embedder) -> VectorTable:
        """The vectors that this embedder made."""
        return _vector_table(self.folder, embedder)

    def vector_seq(self) -> int:
        return VectorState.read(self.folder / "vectors").seq


def open_index(out: Path) -> OpenIndex:
    """The index in the folder `out`, as far as it is built; it follows later syncs by itself."""
    return OpenIndex(out, LexicalIndex(out / "lexical"))


def sync_lexical(
    feed: ChangeFeed,
    out: Path,
    *,
    config: IndexConfig | None = None,
    progress: Progress = SILENT,
    rebuild: bool = False,
) -> LexicalReport:
    """Bring the lexical index up to the store's present state.

    Removed posts are never found again, but their words stay in the index files until those are merged;
    `rebuild` makes the index anew, so that their bytes are gone too.
    """
    config = config or IndexConfig()
    started, cpu_started = time.monotonic(), time.process_time()
    folder = out / "lexical"
    target = feed.current_seq()  # read before the changes: all up to here will have been seen
    snapshot = LexicalIndex(folder).snapshot()
    since = snapshot.seq if snapshot is not None else 0
    # A store behind its index is another store (restored from a backup): only a rebuild is right.
    rebuild = rebuild or since == 0 or since > target
    upserted = removed = 0
    if snapshot is None or rebuild or since < target:
        since = 0 if rebuild else since
        writer = LexicalWriter(folder, heap_bytes=config.heap_bytes, threads=config.lexical_threads)
        try:
            if rebuild:
                writer.clear()
            progress.start(
                "indexing words", feed.count(purpose="retrieve") if rebuild else None, unit="posts"
            )
            uncommitted = 0
            reached = since
            for batch in feed.changes(purpose="retrieve", since_seq=since):
                writer.remove(batch.removed)
                count = writer.upsert(batch.upserts.to_pylist())
                upserted += count
                removed += len(batch.removed)
                reached = batch.seq
                uncommitted += count + len(batch.removed)
                progress.advance(count)
                if uncommitted >= config.commit_rows:
                    writer.commit(reached)
                    uncommitted = 0
            writer.commit(max(reached, target))
        finally:
            writer.close()
        progress.finish()
    snapshot = LexicalIndex(folder).snapshot()
    return LexicalReport(
        seq=snapshot.seq if snapshot is not None else 0,
        upserted=upserted,
        removed=removed,
        total=snapshot.post_count if snapshot is not None else 0,
        rebuilt=rebuild,
        seconds=time.monotonic() - started,
        cpu_seconds=time.process_time() - cpu_started,
    )


def sync_vectors(
    feed: ChangeFeed,
    out: Path,
    embedder: Embedder,
    *,
    config: IndexConfig | None = None,
    progress: Progress = SILENT,
    among_newest: bool = False,
) -> VectorReport:
    """Apply removals and embed at most `max_embedded` posts, newest first. Call again until backlog is 0.

    With `among_newest` only the newest `max_embedded` posts of the store get a vector, however often it is called:
    the outcome depends on the store alone, and the rest is left to calls without it.
    """
    from linnet.retrieval.vector_backlog import work_off_backlog

    config = config or IndexConfig()
    return work_off_backlog(
        feed,
        out / "vectors",
        _vector_table(out, embedder),
        embedder,
        max_embedded=config.max_embedded,
        batch_rows=config.batch_rows,
        progress=progress,
        among_newest=among_newest,
    )


def purge_words(
    feed: ChangeFeed, out: Path, post_ids: Sequence[str], *, progress: Progress = SILENT
) -> dict[str, int]:
    """Make the words anew if any file of theirs holds one of these posts, live or deleted.

    One commit at the end: until then searches see the index as it was, whole, and from then on the new one.
    """
    folder = out / "lexical"
    snapshot = LexicalIndex(folder).snapshot()
    held = snapshot.count_in_files(post_ids) if snapshot is not None else 0
    named = snapshot is not None and snapshot.are_named_in_files(post_ids)
    unread = snapshot is None and (folder / "meta.json").exists()  # of another format: it may hold them
    if not held and not named and not unread and not orphaned_segments(folder):
        return {}
    before = len(list(folder.iterdir()))
    config = dataclasses.replace(IndexConfig(), commit_rows=1 << 62)
    report = sync_lexical(feed, out, config=config, progress=progress, rebuild=True)
    for path in orphaned_segments(folder):  # what was there before the writer could not know
        path.unlink(missing_ok=True)
    return {"posts": held, "posts kept": report.total, "files before": before}


def purge_vectors(out: Path, *, without: Sequence[str] = ()) -> dict[str, int]:
    """Write the vectors of every embedder anew, without those of some posts, so that not even the bytes of removed
    ones are left. Nothing is embedded."""
    removed = kept = 0
    for table in VectorTable.all_in(out / "vectors"):
        before = table.count()
        table.rewrite(without=without)
        after = table.count()
        removed, kept = removed + before - after, kept + after
    return {"posts": removed, "posts kept": kept}


def coverage(out: Path, feed: ChangeFeed, embedder: Embedder) -> Mapping[str, float]:
    """The share of the posts that may be used which each half holds, 0..1."""
    snapshot = LexicalIndex(out / "lexical").snapshot()
    lexical = 0 if snapshot is None else snapshot.post_count
    vectors = _vector_table(out, embedder).count()
    return {
        "lexical": share(lexical, feed.count(purpose="retrieve")),
        "vectors": share(vectors, feed.count(purpose="embed")),
    }


def share(held: int, of: int) -> float:
    """1.0 for an empty store: nothing is missing."""
    return min(held / of, 1.0) if of else 1.0


def _vector_table(out: Path, embedder: Embedder) -> VectorTable:
    return VectorTable(out / "vectors", embedder_name=embedder.name, dimensions=embedder.dimensions)
