"""The lexical index: BM25 over the words of posts, in one tantivy folder.

Each document (`lexical_documents.py`) holds the words, the fields that conditions need, and the post as it is shown.
One more document, the mark, holds the sequence number of the post store that the index has reached: it is
replaced in the same commit as the posts, so the two can never disagree.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from linnet.errors import StorageFull, WorkspaceBusy
from linnet.retrieval.lexical_documents import FORMAT, MARK, IndexedPost, document_of, mark_of, schema
from linnet.retrieval.lexical_snapshot import LexicalSnapshot

__all__ = ["IndexedPost", "LexicalIndex", "LexicalSnapshot", "LexicalWriter", "orphaned_segments"]


class LexicalWriter:
    """Adds and removes posts; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path, *, heap_bytes: int, threads: int) -> None:
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._index = tantivy.Index(schema(), path=str(folder))
        except ValueError as error:
            if "schema" not in str(error).lower():
                raise
            _empty(folder)  # its documents are of another format, which nothing here reads
            self._index = tantivy.Index(schema(), path=str(folder))
        try:
            self._writer = self._index.writer(heap_bytes, threads)
        except ValueError as error:
            if "LockBusy" in str(error) or "lock" in str(error).lower():
                raise WorkspaceBusy(f"another process writes the index in {folder}; wait for it") from error
            raise
        # Two traps of tantivy 0.27 after a kill, both seen in test_index_kills:
        # a deletion file that was written and not committed makes the next commit fail, for its name is reused;
        self._writer.garbage_collect_files()
        # and the first operation gets the number of the last commit, so that a merge which starts now may take
        # it for applied: a deletion would be lost. This one may be.
        self._writer.delete_documents_by_term("mark", "nothing has this mark")

    def clear(self) -> None:
        self._writer.delete_all_documents()

    def upsert(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add posts (rows of POST_SCHEMA), each in place of an earlier version of itself."""
        count = 0
        for row in rows:
            self._writer.delete_documents_by_term("post_id", row["post_id"])
            self._writer.add_document(document_of(row))
            count += 1
        return count

    def remove(self, post_ids: Iterable[str]) -> None:
        for post_id in post_ids:
            self._writer.delete_documents_by_term("post_id", post_id)

    def commit(self, seq: int) -> None:
        """Make everything so far visible and durable, together with `seq`."""
        self._writer.delete_documents_by_term("mark", MARK)
        self._writer.add_document(mark_of(seq))
        try:
            self._writer.commit()
        except (ValueError, OSError) as error:
            if "No space left" in str(error) or "StorageFull" in str(error):
                raise StorageFull(
                    "the disk is full: the index keeps its last state; free some space"
                ) from error
            raise

    def close(self) -> None:
        """Wait for merges in the background and remove files that no reader needs; the writer is used up."""
        self._writer.garbage_collect_files()
        self._writer.wait_merging_threads()


def _empty(folder: Path) -> None:
    (folder / "meta.json").unlink()  # first: a kill leaves no index rather than half of one
    for path in folder.iterdir():
        path.unlink()


class LexicalIndex:
    """Searches the folder; follows commits of another process by itself. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._snapshot: LexicalSnapshot | None = None

    def snapshot(self) -> LexicalSnapshot | None:
        """The newest committed state, which stays as it is while it is used; None before the first commit."""
        import tantivy

        with self._lock:
            try:
                status = (self.folder / "meta.json").stat()
            except FileNotFoundError:
                return None
            stamp = (status.st_mtime_ns, status.st_ino)
            if stamp != self._stamp:
                index = tantivy.Index.open(str(self.folder))
                self._snapshot = LexicalSnapshot(index)
                self._stamp = stamp
            snapshot = self._snapshot
        return snapshot if snapshot is not None and snapshot.format == FORMAT else None


def orphaned_segments(folder: Path) -> list[Path]:
    """Files of segments that the index does not name any more: a kill, or a reader, kept them from removal."""
    try:
        meta = orjson.loads((folder / "meta.json").read_bytes())
    except FileNotFoundError:
        return []
    named = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    return [
        path
        for path in sorted(folder.iterdir())
        if len(stem := path.name.partition(".")[0]) == 32 and stem not in named
    ]
