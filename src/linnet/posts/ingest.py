"""Files of posts -> the store. Every batch is one atomic commit; a rerun after a crash goes on where it stood.

How a row counts:

accepted     a post (or a deletion) that was not known
updated      a known post with another content, or a deletion of a known post
duplicates   known already: the same content, a version that was replaced before, or an older one
rejected     could not be read; it stands in the quarantine with file, line and reason

Of two versions the one with the later `edited_at` stands; without that, the one met later, unless it is a
version that was already replaced. So the same input twice changes nothing, in any order.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xxhash
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.posts.known_versions import KnownVersions
from linnet.posts.sources import SourceConfig, open_source
from linnet.posts.sources.source import Source
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.records import POST_SCHEMA, REPEATED, Deletion, Rejection, SourceBatch
from linnet.state import quarantine

# What makes two rows the same content. Not `source`: the same post through two APIs is one version. `media` came
# later and counts only where there is any, so that the digests from before it hold.
CONTENT_COLUMNS = [name for name in POST_SCHEMA.names if name not in ("source", "media")]


MOST_REASONS = 20


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """accepted + updated + duplicates + rejected (+ other) == the rows of the input."""

    accepted: int = 0
    updated: int = 0
    duplicates: int = 0
    rejected: int = 0
    other: dict[str, int] = field(default_factory=dict)  # rows that are no posts, by kind: likes, follows ...
    reasons: dict[str, int] = field(default_factory=dict)  # why rows were rejected, the commonest reasons
    failed_files: dict[str, str] = field(default_factory=dict)  # files that could not be used to the end
    notes: dict[str, list[str]] = field(
        default_factory=dict
    )  # what was assumed about a file: its encoding ...
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def ingest(
    paths: Iterable[Path], store: PostStore, *, config: SourceConfig, progress: Progress = SILENT
) -> IngestReport:
    """Read every file into the store. A file that cannot be used is reported; the others go in.

    Raises the first file's error when none of them can be used.
    """
    started, cpu_started = time.monotonic(), time.process_time()
    counts: Counter[str] = Counter()
    other: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    failed: dict[str, LinnetError] = {}
    notes: dict[str, list[str]] = {}
    paths = list(paths)
    store.purge()
    fold = VersionFold(store)
    for path in paths:
        try:
            source = open_source(path, config)
            progress.start(f"ingest {path.name} ({source.name})", source.row_count_hint(), "rows")
            for batch in _batches(source):
                accepted, updated, duplicates = fold.take(batch)
                counts.update(
                    accepted=accepted, updated=updated, duplicates=duplicates, rejected=len(batch.rejections)
                )
                reasons.update(rejection.reason for rejection in batch.rejections)
                other.update({kind: count for kind, count in batch.other.items() if kind != REPEATED})
                progress.advance(batch.row_count)
        except (BadInput, WrongUse) as error:  # not StorageFull: that ends everything
            failed[str(path)] = error
            continue
        finally:
            progress.finish()
        if source.notes:
            notes[str(path)] = list(source.notes)
    if failed and len(failed) == len(paths):
        raise next(iter(failed.values()))
    store.tidy()
    if fold.forgotten:
        other["forgotten"] += fold.forgotten
    return IngestReport(
        accepted=counts["accepted"],
        updated=counts["updated"],
        duplicates=counts["duplicates"],
        rejected=counts["rejected"],
        other=dict(other),
        reasons=_most_common(reasons),
        failed_files={path: str(error) for path, error in failed.items()},
        notes=notes,
        seconds=round(time.monotonic() - started, 3),
        cpu_seconds=round(time.process_time() - cpu_started, 3),
    )


def _most_common(reasons: Counter[str]) -> dict[str, int]:
    """A wrong column gives a reason of its own for every row; the quarantine has them all."""
    most = dict(reasons.most_common(MOST_REASONS))
    rest = reasons.total() - sum(most.values())
    return most | {"other reasons": rest} if rest else most


def _batches(source: Source) -> Iterator[SourceBatch]:
    """What the source reads; what the system will not give is bad input."""
    try:
        yield from source.read()
    except OSError as error:
        place = error.filename or source.path
        raise BadInput(f"{place} cannot be read: {error.strerror or error}") from error


class VersionFold:
    """Decides what each incoming row means for the store, and writes it.

    `streaming` is for small batches that never end: rows that are deleted or replaced are hidden at once and wait
    in the table for the next `purge`, so that a batch costs the same however many posts there are.
    """

    def __init__(self, store: PostStore, *, streaming: bool = False) -> None:
        self._store = store
        self._streaming = streaming
        self._followed_seq = self._written_seq = store.state.seq()
        store.restore_unreplaced()
        self._known = KnownVersions(store.known_versions())
        self._tombstoned = store.tombstoned()
        self.deleted = 0  # posts so far that a deletion took away, or keeps out
        self._erased_seq = store.forgotten.seq()
        self.forgotten = 0  # rows refused so far because they, or their authors, were erased

    def take(self, batch: SourceBatch) -> tuple[int, int, int]:
        """Write one batch. Returns (accepted, updated, duplicates).

        Preferences go first: no post is readable for an instant, or after a kill, against what its author says.
        """
        self._follow_erasures()
        if batch.preferences:
            erased = self._store.forgotten.among("author", [one.author_id for one in batch.preferences])
            self._store.preferences.declare([one for one in batch.preferences if one.author_id not in erased])
        accepted, updated, duplicates = self._take_posts(batch)
        if batch.deletions:
            new, known, repeated = self._take_deletions(batch.deletions)
            accepted, updated, duplicates = accepted + new, updated + known, duplicates + repeated
        duplicates += batch.other.get(REPEATED, 0)
        if batch.rejections:
            set_aside(self._store, batch.rejections)
        self._written_seq = self._store.state.seq()
        return accepted, updated, duplicates

    def _follow_erasures(self) -> None:
        """What was erased while this fold lives, perhaps by another process, is not known any more."""
        seq = self._store.forgotten.seq()
        if seq != self._erased_seq:
            self._erased_seq = seq
            self._known = KnownVersions(self._store.known_versions())
            self._tombstoned = self._store.tombstoned()

    def follow(self) -> None:
        """Learn what other processes wrote since the last batch; only between batches, with the lock for posts."""
        seq = self._store.state.seq()
        if seq != self._written_seq:
            self._known.add(self._store.versions_since(self._followed_seq))
        gone = self._store.tombstoned_since(self._followed_seq)
        self._tombstoned.update(gone)
        self._known.drop(gone)
        self._followed_seq = seq

    def _take_posts(self, batch: SourceBatch) -> tuple[int, int, int]:
        if not batch.posts.num_rows:
            return 0, 0, 0
        rows = pl.DataFrame(batch.posts).with_row_index("_order")
        rows = rows.with_columns(content_digest(rows))
        if self._erased_seq:
            refused = self._store.forgotten.refused(rows)
            self.forgotten += int(refused.sum())
            rows = self._store.forgotten.without_references(rows.filter(~refused))
        total = len(rows)
        if self._tombstoned:
            gone = [post_id for post_id in rows["post_id"] if post_id in self._tombstoned]
            rows = rows.filter(~pl.col("post_id").is_in(gone)) if gone else rows
        rows = rows.unique(["post_id", "digest"], keep="first", maintain_order=True)
        stored = self._known.lookup(rows["post_id"].unique())
        rows = rows.join(
            stored.rename({"digest": "_stored", "edited_at": "_stored_edited_at"}), on="post_id", how="left"
        )
        rows = rows.filter(pl.col("_stored").is_null() | (pl.col("_stored") != pl.col("digest")))

        repeated = rows.filter(pl.col("post_id").is_duplicated() | pl.col("_stored").is_not_null())
        fresh = rows.join(repeated, on="_order", how="anti")
        winners, replaced, contested_new, updated = self._settle(repeated, stored)
        accepted = len(fresh) + contested_new
        duplicates = total - accepted - updated

        changed = pl.concat([fresh, winners]).sort("_order").select(*POST_SCHEMA.names, "digest")
        if replaced:
            self._store.remember_replaced(replaced)
        if not len(changed):
            return accepted, updated, duplicates
        known_ids = changed.join(stored, on="post_id", how="semi")
        if not len(known_ids):
            self._store.append(changed)
        elif not self._streaming:
            self._store.upsert(changed)
        else:
            standing = stored.join(known_ids, on="post_id", how="semi").select("post_id", "digest")
            self._store.append(changed, replaced=standing.rows())
        self._known.add(changed)
        return accepted, updated, duplicates

    def _settle(
        self, contested: pl.DataFrame, stored: pl.DataFrame
    ) -> tuple[pl.DataFrame, list[tuple[str, int]], int, int]:
        """Posts with several versions in this batch or one in the store, one after the other.

        Returns the versions that stand at the end, all versions that were replaced, and how many rows were
        new posts and how many replaced something.
        """
        if not len(contested):
            return contested, [], 0, 0
        current: dict[
            str, tuple[int, datetime | None, int]
        ] = {  # digest, edited_at, order (-1: in the store)
            post_id: (digest, edited_at, -1) for post_id, digest, edited_at in stored.iter_rows()
        }
        old = self._store.superseded_versions(contested["post_id"].unique().to_list())
        replaced: list[tuple[str, int]] = []
        accepted = updated = 0
        for order, post_id, digest, edited_at in contested.select(
            "_order", "post_id", "digest", "edited_at"
        ).iter_rows():
            standing = current.get(post_id)
            if standing is None:
                current[post_id] = (digest, edited_at, order)
                accepted += 1
            elif supersedes(edited_at, standing[1], already_replaced=(post_id, digest) in old):
                current[post_id] = (digest, edited_at, order)
                replaced.append((post_id, standing[0]))
                old.add((post_id, standing[0]))
                updated += 1
        orders = [order for _, _, order in current.values() if order >= 0]
        winners = contested.filter(pl.col("_order").is_in(orders))
        return winners, replaced, accepted, updated

    def _take_deletions(self, deletions: Sequence[Deletion]) -> tuple[int, int, int]:
        ids = list(dict.fromkeys(deletion.post_id for deletion in deletions))
        erased = self._store.forgotten.among("post", ids)
        new_ids = [i for i in ids if i not in self._tombstoned and i not in erased]
        held = set(self._known.lookup(pl.Series("post_id", new_ids, dtype=pl.String))["post_id"])
        wanted = set(new_ids)
        self._store.delete(
            [deletion for deletion in deletions if deletion.post_id in wanted], purge=not self._streaming
        )
        self._tombstoned.update(new_ids)
        self._known.drop(held)
        self.deleted += len(new_ids)
        known = len(held)
        return len(new_ids) - known, known, len(deletions) - len(new_ids)


def supersedes(edited_at: datetime | None, standing: datetime | None, *, already_replaced: bool) -> bool:
    """Whether an incoming version replaces the standing one (their contents differ)."""
    if edited_at is not None and standing is not None and edited_at != standing:
        return edited_at > standing
    if edited_at is not None and standing is None:
        return True
    if edited_at is None and standing is not None:
        return False
    return not already_replaced


def content_digest(rows: pl.DataFrame) -> pl.Series:
    """A 63-bit digest of each row's content, stable over time and machines (XXH3)."""
    parts = []
    for name in CONTENT_COLUMNS:
        column = pl.col(name)
        if rows.schema[name] == pl.List(pl.String):
            column = column.list.join("\x1e")
        elif isinstance(rows.schema[name], pl.Datetime):
            column = column.dt.epoch("us").cast(pl.String)
        else:
            column = column.cast(pl.String)
        parts.append(column.fill_null("\x00"))
    media = pl.col("media").list.join("\x1e").fill_null("")
    added = pl.when(media != "").then(pl.lit("\x1f") + media).otherwise(pl.lit(""))
    joined = rows.select(pl.concat_str(parts, separator="\x1f") + added)[:, 0]
    mask = (1 << 63) - 1
    return pl.Series(
        "digest", [xxhash.xxh3_64_intdigest(text.encode()) & mask for text in joined], dtype=pl.Int64
    )


def set_aside(store: PostStore, rejections: Sequence[Rejection]) -> None:
    """Keep what could not be read, once, with where it stood and why."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    rows = [
        {
            "file": rejection.file if "://" in rejection.file else str(Path(rejection.file).resolve()),
            "line": rejection.line or 0,
            "reason": rejection.reason,
            "excerpt": "" if store.forgotten.mentioned_in(rejection.excerpt) else rejection.excerpt[:200],
            "set_aside_at": now,
        }
        for rejection in rejections
    ]
    with store.state.engine.begin() as connection:
        connection.execute(insert(quarantine).on_conflict_do_nothing(), rows)
