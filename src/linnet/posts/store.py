"""The system of record: one Delta table of posts, upserted by id, and no read without a purpose.

Every row carries the `seq` of the change that wrote it, so an index follows the store with
`changes(since_seq=...)`. A deletion is a tombstone first (the post is hidden from that instant), then the row
goes. The text column has no statistics, so no post's text ends up in the table's log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
import sqlalchemy as sa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from sqlalchemy.dialects.sqlite import insert

from linnet.consent.preferences import PreferenceBook
from linnet.consent.resolver import THE_AUTHOR, ConsentDefaults
from linnet.errors import StorageFull
from linnet.posts.consent_filter import COLUMNS as CONSENT_COLUMNS
from linnet.posts.consent_filter import ConsentSnapshot
from linnet.posts.forgotten import ForgottenBook
from linnet.posts.parts import StorePart, cut
from linnet.posts.table_files import TABLE_SCHEMA, add_missing_columns, scan_files
from linnet.protocols import Candidate, ChangeBatch
from linnet.records import POST_SCHEMA, Deletion, Post
from linnet.state import State, chunks, edits, stale_rows, superseded, tombstones
from linnet.workspace import Workspace

TABLE_PROPERTIES = {
    "delta.dataSkippingStatsColumns": "post_id,author_id,created_at,seq",
    "delta.logRetentionDuration": "interval 7 days",
    "delta.deletedFileRetentionDuration": "interval 0 hours",
}

FEW_ROWS = 1_000  # for so many rows their authors' declarations are read, for more everybody's
CHANGE_ROWS = 100_000  # rows that one batch of changes holds at about the most
FILES_BEFORE_COMPACTION = 64
SMALL_FILES_BEFORE_COMPACTION = 32  # while posts stream in; small is under half of the size below
LIVE_FILE_BYTES = (
    8 * 1024 * 1024
)  # what a stream's files are merged into: rewriting one takes a fraction of a second
READ_TRIES = 5  # of a read whose files an erasure takes away
IDS_A_PURGE = 5_000  # one pass over the files for so many ids
KEPT_FOR_READERS_HOURS = 1  # replaced files: another process may be in the middle of reading them


@dataclass(frozen=True)
class _Snapshot:
    """The table as it was at one moment, and which of its rows newer ones had taken the place of."""

    table: DeltaTable
    stale: frozenset[int]  # digests


class PostStore:
    """The posts of one workspace. Reads are filtered by the consent resolver; there is no unfiltered read."""

    def __init__(self, workspace: Workspace, state: State | None = None) -> None:
        self.path: Path = workspace.posts_path
        self.state = state or State(workspace)
        self.preferences = PreferenceBook(self.state)
        self.forgotten = ForgottenBook(workspace, self.state)
        self._workspace = workspace
        self._defaults: tuple[tuple[int, int], ConsentDefaults] | None = None  # as of a time of linnet.toml
        self._has_all_columns = False  # the table, as far as this process knows

    @property
    def defaults(self) -> ConsentDefaults:
        """As linnet.toml has them now, also while a server runs."""
        path = self._workspace.settings_path
        found = path.stat() if path.exists() else None
        stamp = (found.st_mtime_ns, found.st_size) if found else (0, 0)
        if self._defaults is None or self._defaults[0] != stamp:
            settings = self._workspace.settings() if path.exists() else {}
            self._defaults = (stamp, ConsentDefaults.from_settings(settings.get("consent", {})))
        return self._defaults[1]

    def _defaults_seq(self) -> int:
        """Since when the defaults are as they are: another default is a change, and takes the next `seq`."""
        digest = self.defaults.digest
        if self.state.number("consent_digest") != digest:
            if self.state.seq() == 0:  # nothing has followed an empty store yet
                self.state.set_numbers(consent_digest=digest)
            else:
                with self.state.change() as seq:
                    self.state.set_numbers(consent_digest=digest, defaults_seq=seq)
        return self.state.number("defaults_seq")

    # --- reading -------------------------------------------------------------------------------------------

    def exists(self) -> bool:
        return DeltaTable.is_deltatable(str(self.path))

    def read(
        self,
        *,
        purpose: str,
        columns: Sequence[str] = POST_SCHEMA.names,
        reader: str | None = None,
        where: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """The posts that `purpose` may touch for `reader`; None is an anonymous reader."""
        if not self.exists():
            return pl.DataFrame(schema=pl.DataFrame(POST_SCHEMA.empty_table()).schema).select(columns)
        needed = list(dict.fromkeys([*columns, *CONSENT_COLUMNS]))
        rows = self.collect(
            lambda found: (found if where is None else found.filter(where)).select(needed),
        )
        return self._allowed(rows, purpose=purpose, reader=reader).select(columns)

    def get(self, post_ids: Sequence[str], *, purpose: str, reader: str | None = None) -> list[Post]:
        """Posts by id in the order asked for; those that may not be read are left out."""
        frame = self.read(purpose=purpose, reader=reader, where=pl.col("post_id").is_in(list(post_ids)))
        frame = self._without_hidden_originals(frame, purpose=purpose, reader=reader)
        posts = {row["post_id"]: Post.from_row(row) for row in frame.iter_rows(named=True)}
        return [posts[post_id] for post_id in post_ids if post_id in posts]

    def replies(
        self, post_id: str, *, purpose: str, reader: str | None = None, limit: int = 50
    ) -> list[Post]:
        frame = self.read(purpose=purpose, reader=reader, where=pl.col("reply_to") == post_id)
        frame = self._without_hidden_originals(frame, purpose=purpose, reader=reader)
        return [
            Post.from_row(row)
            for row in frame.sort("created_at", "post_id").head(limit).iter_rows(named=True)
        ]

    def parts(self, rows_a_part: int) -> list[StorePart]:
        """The table in pieces, for work that never holds it whole (see parts.py)."""
        if not self.exists():
            return []
        snapshot = self._snapshot()
        actions = snapshot.table.get_add_actions(flatten=True)
        files = zip(actions["path"].to_pylist(), actions["num_records"].to_pylist(), strict=True)
        return cut(
            sorted((str(self.path / unquote(path)), int(rows)) for path, rows in files),
            rows_a_part,
            stale=snapshot.stale,
        )

    def _snapshot(self) -> _Snapshot:
        marked = self._marked()  # before and after: a row is one of these until it is out of the table
        table = self._opened()
        return _Snapshot(table, _replaced(table, marked | self._marked()))

    def _opened(self) -> DeltaTable:
        """For readers: an erasure may remove old parts of the table's log just while it is read."""
        for tries_left in reversed(range(READ_TRIES)):
            try:
                return DeltaTable(str(self.path))
            except DeltaError as error:
                if not tries_left or not _is_missing_file(error):
                    raise
        raise AssertionError("unreachable")

    def _marked(self) -> set[tuple[int, int]]:
        """(digest, seq) of rows that the append of `seq` takes the place of."""
        with self.state.engine.connect() as connection:
            rows = connection.execute(sa.select(stale_rows.c.digest, stale_rows.c.seq))
            return {(row.digest, row.seq) for row in rows}

    def _scan(self, snapshot: _Snapshot | None = None) -> pl.LazyFrame:
        """The rows of the table now, or as `snapshot` has them, without those that newer ones replaced.

        Not `pl.scan_delta`: that one takes the escaped names, and does not find a folder with a space in its name.
        """
        snapshot = snapshot or self._snapshot()
        files = [unquote(uri) for uri in snapshot.table.file_uris()]
        if not files:
            return pl.DataFrame(TABLE_SCHEMA.empty_table()).lazy()
        rows = scan_files(files)
        return rows.filter(~pl.col("digest").is_in(list(snapshot.stale))) if snapshot.stale else rows

    def collect(
        self, query: Callable[[pl.LazyFrame], pl.LazyFrame], snapshot: _Snapshot | None = None
    ) -> pl.DataFrame:
        """The rows that `query` takes from the table now, or as `snapshot` has it.

        An erasure leaves no old files for readers: one that it took away before this read opened it is found
        missing, and the read is done again on the table that took its place.
        """
        for tries_left in reversed(range(READ_TRIES)):
            try:
                return query(self._scan(snapshot)).collect()
            except (OSError, pl.exceptions.ComputeError) as error:
                if not tries_left or not _is_missing_file(error):
                    raise
                snapshot = None
        raise AssertionError("unreachable")

    def _allowed(self, rows: pl.DataFrame, *, purpose: str, reader: str | None) -> pl.DataFrame:
        """Rows that the resolver allows."""
        if not len(rows):
            return rows
        if purpose == "moderate":
            return self._without_tombstones(rows)
        authors = rows["author_id"].unique().to_list() if len(rows) <= FEW_ROWS else None
        return self.consent_snapshot(purpose, authors=authors).allowed(rows, reader=reader)

    def consent_snapshot(self, purpose: str, *, authors: Sequence[str] | None = None) -> ConsentSnapshot:
        """What everybody (or some authors) declared, to filter many chunks of rows by one look at the state."""
        seq = self.state.seq()
        defaults = self.defaults
        return ConsentSnapshot.of(
            self.preferences.declared(purpose, authors, entities=defaults.entities),
            purpose=purpose,
            defaults=defaults,
            withdrawn=self._waiting_to_be_purged(),
            seq=seq,
        )

    def allowed(
        self, rows: pl.DataFrame, *, purpose: str, reader: str | None = None, with_basis: bool = False
    ) -> pl.DataFrame:
        """The rows (post_id, author_id, visibility, source ...) that may be used now."""
        return self.consent_snapshot(purpose).allowed(rows, reader=reader, with_basis=with_basis)

    def _without_hidden_originals(
        self, rows: pl.DataFrame, *, purpose: str, reader: str | None
    ) -> pl.DataFrame:
        """A repost repeats the words of its original, so it shows no more than that one does."""
        originals = rows["repost_of"].drop_nulls().unique().to_list()
        if purpose == "moderate" or not originals:
            return rows
        hidden = self._hidden(originals, purpose=purpose, reader=reader)
        reposts = dict(
            rows.filter(pl.col("repost_of").is_not_null()).select("post_id", "repost_of").iter_rows()
        )
        rows = rows.filter(~pl.col("post_id").is_in(list(self._of_edited(reposts))))
        return rows.filter(~pl.col("repost_of").is_in(hidden).fill_null(False))

    def _of_edited(self, reposts: Mapping[str, str]) -> set[str]:
        """Those reposts (id -> id of the original) that repeat words which their original does not have any more."""
        changed = {post_id for post_id, _ in self.superseded_versions(sorted(set(reposts.values())))}
        if not changed or not self.exists():
            return set()
        asked = [*changed, *(repost for repost, original in reposts.items() if original in changed)]
        found = self.collect(
            lambda rows: rows.filter(pl.col("post_id").is_in(asked)).select("post_id", "text")
        )
        text = dict(found.iter_rows())
        return {
            repost
            for repost, original in reposts.items()
            if original in changed and original in text and not _repeats(text.get(repost, ""), text[original])
        }

    def _hidden(self, post_ids: Sequence[str], *, purpose: str, reader: str | None) -> set[str]:
        """Those of `post_ids` that were withdrawn, or stand here and may not be used; not the unknown ones."""
        hidden = self.tombstoned(post_ids) | self.forgotten.among("post", post_ids)
        if self.exists():
            found = self.collect(
                lambda rows: rows.filter(pl.col("post_id").is_in(list(post_ids))).select(CONSENT_COLUMNS)
            )
            allowed = self._allowed(found, purpose=purpose, reader=reader)
            hidden.update(set(found["post_id"]) - set(allowed["post_id"]))
        return hidden

    def _without_tombstones(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A row whose deletion is acknowledged but not yet carried out must not be read."""
        waiting = self._waiting_to_be_purged()
        return rows.filter(~pl.col("post_id").is_in(waiting)) if waiting else rows

    def _waiting_to_be_purged(self) -> list[str]:
        with self.state.engine.connect() as connection:
            query = sa.select(tombstones.c.post_id).where(tombstones.c.purged.is_(False))
            return list(connection.execute(query).scalars())

    # --- following (protocols.ChangeFeed) ------------------------------------------------------------------

    def current_seq(self) -> int:
        self._defaults_seq()
        return self.state.seq()

    def count(self, *, purpose: str) -> int:
        return len(self.read(purpose=purpose, columns=["post_id"], reader=THE_AUTHOR))

    def changes(self, *, purpose: str, since_seq: int) -> Iterator[ChangeBatch]:
        if since_seq < self._defaults_seq():
            since_seq = 0  # any post may be allowed now that was not, or the other way round
        with self.state.settled() as now:
            if since_seq >= now:
                return
            table = self._snapshot() if self.exists() else None
            with self.state.engine.connect() as connection:
                query = sa.select(tombstones.c.post_id).where(tombstones.c.seq > since_seq)
                removed = list(connection.execute(query).scalars())
            authors = self.preferences.changed_since(since_seq)
        # What goes comes first: an index that is killed after a part of the rows has seen it all the same.
        if table is not None and authors and since_seq:
            theirs = pl.col("author_id").is_in(authors) & (pl.col("seq") <= since_seq)
            yield self._change_batch(table, theirs, purpose, removed, since_seq)
        elif removed:
            yield ChangeBatch(upserts=POST_SCHEMA.empty_table(), removed=tuple(removed), seq=since_seq)
        if table is not None:
            later = pl.col("seq").is_between(since_seq + 1, now)
            counts = self.collect(
                lambda rows: rows.filter(later).group_by("seq").len().sort("seq"), table
            ).iter_rows()
            for first, last in _ranges(counts, CHANGE_ROWS):
                these = pl.col("seq").is_between(first, last)
                yield self._change_batch(table, these, purpose, [], last)
        yield ChangeBatch(upserts=POST_SCHEMA.empty_table(), removed=(), seq=now)

    def _change_batch(
        self, table: _Snapshot, which: pl.Expr, purpose: str, removed: list[str], seq: int
    ) -> ChangeBatch:
        found = self.collect(
            lambda rows: rows.filter(which).select(POST_SCHEMA.names).sort("created_at", "post_id"), table
        )
        allowed = self._allowed(found, purpose=purpose, reader=THE_AUTHOR)
        denied = found.join(allowed.select("post_id"), on="post_id", how="anti")["post_id"].to_list()
        upserts = allowed.to_arrow().cast(POST_SCHEMA)
        return ChangeBatch(upserts=upserts, removed=(*denied, *removed), seq=seq)

    # --- the last check (protocols.PostGate) ---------------------------------------------------------------

    def visible(
        self, candidates: Sequence[Candidate], *, purpose: str, reader: str | None, index_seq: int
    ) -> set[str]:
        if not candidates:
            return set()
        ids = [candidate.post_id for candidate in candidates]
        withheld: set[str] = set()
        with self.state.engine.connect() as connection:
            for some in chunks(ids):
                gone = sa.select(tombstones.c.post_id).where(tombstones.c.post_id.in_(some))
                withheld.update(connection.execute(gone).scalars())
                edited = sa.select(edits.c.post_id).where(edits.c.post_id.in_(some), edits.c.seq > index_seq)
                withheld.update(connection.execute(edited).scalars())
        withheld |= self.forgotten.among("post", ids)
        originals = {one.repost_of for one in candidates if one.repost_of is not None}
        hidden = self._hidden(sorted(originals), purpose=purpose, reader=reader) if originals else set()
        outdated = self._of_edited(
            {one.post_id: one.repost_of for one in candidates if one.repost_of is not None}
        )
        rows = pl.DataFrame(
            {
                "post_id": ids,
                "author_id": [candidate.author_id for candidate in candidates],
                "visibility": [candidate.visibility for candidate in candidates],
                "source": self._sources(ids, purpose),
                "repost_of": [candidate.repost_of for candidate in candidates],
            },
            schema=dict.fromkeys([*CONSENT_COLUMNS, "repost_of"], pl.String),
        )
        snapshot = self.consent_snapshot(purpose, authors=rows["author_id"].unique().to_list())
        shown = snapshot.allowed(rows, reader=reader)
        return {
            post_id
            for post_id, original in shown.select("post_id", "repost_of").iter_rows()
            if post_id not in withheld and original not in hidden and post_id not in outdated
        }

    def _sources(self, post_ids: Sequence[str], purpose: str) -> list[str]:
        """A candidate does not say its source; only whether a post may train depends on it."""
        if purpose != "train" or not self.exists():
            return ["file"] * len(post_ids)
        found = self.collect(
            lambda rows: rows.filter(pl.col("post_id").is_in(list(post_ids))).select("post_id", "source")
        )
        known = dict(found.iter_rows())
        return [known.get(post_id, "file") for post_id in post_ids]

    # --- writing -------------------------------------------------------------------------------------------

    def known_versions(self) -> pl.DataFrame:
        """post_id, digest, edited_at of every post: what ingest compares new rows with."""
        columns = ["post_id", "digest", "edited_at"]
        if not self.exists():
            return pl.DataFrame(
                schema={"post_id": pl.String, "digest": pl.Int64, "edited_at": pl.Datetime("us", "UTC")}
            )
        return self.collect(lambda rows: rows.select(columns))

    def versions_since(self, seq: int) -> pl.DataFrame:
        """As known_versions, of the rows that were written after `seq`."""
        if not self.exists():
            return self.known_versions()
        later = pl.col("seq") > seq
        return self.collect(lambda rows: rows.filter(later).select("post_id", "digest", "edited_at"))

    def append(self, posts: pl.DataFrame, *, replaced: Sequence[tuple[str, int]] = ()) -> None:
        """Add posts (columns: POST_SCHEMA and digest). One atomic commit, however large the table is.

        `replaced` names the versions (post_id, digest) in the table that some of `posts` take the place of. Reads
        leave them out as soon as the new ones are there; `purge` takes their rows out.
        """
        self._defaults_seq()  # what the settings are at the first posts is no change later
        self._add_missing_columns()
        with self.state.change() as seq, _full_disk_is_said(self.path):
            if replaced:
                stale = [{"post_id": post_id, "digest": digest, "seq": seq} for post_id, digest in replaced]
                with self.state.engine.begin() as connection:
                    connection.execute(insert(stale_rows).on_conflict_do_nothing(), stale)
                    _mark_edited(connection, [post_id for post_id, _ in replaced], seq)
            write_deltalake(self._table(), _stamped(self.forgotten.still_allowed(posts), seq), mode="append")

    def upsert(self, posts: pl.DataFrame) -> None:
        """Add new posts and replace known ones, in one atomic commit.

        From the first instant of the change until an index has followed, the gate withholds what was edited.
        """
        self._purge_replaced()  # a merge finds one row for each id
        self._add_missing_columns()
        with self.state.change() as seq, _full_disk_is_said(self.path):
            posts = self.forgotten.still_allowed(posts)
            known = self._scan().select("post_id").filter(pl.col("post_id").is_in(posts["post_id"].implode()))
            edited = known.collect()["post_id"].to_list()
            if edited:
                with self.state.engine.begin() as connection:
                    _mark_edited(connection, edited, seq)
            (
                self._table()
                .merge(
                    _stamped(posts, seq),
                    predicate="old.post_id = new.post_id",
                    source_alias="new",
                    target_alias="old",
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute()
            )

    def _table(self) -> DeltaTable:
        return DeltaTable.create(
            str(self.path), schema=TABLE_SCHEMA, mode="ignore", name="posts", configuration=TABLE_PROPERTIES
        )

    def _add_missing_columns(self) -> None:
        """A table that was made before a column was gets it at the first write. Compaction must not meet that."""
        if not self._has_all_columns and self.exists():
            with self.state.rewriting(), self.state.alone():
                add_missing_columns(DeltaTable(str(self.path)))
        self._has_all_columns = True

    def remember_replaced(self, versions: Sequence[tuple[str, int]]) -> None:
        """Versions (post_id, digest) that were replaced: met again in an old file, they count as known."""
        with self.state.engine.begin() as connection:
            connection.execute(
                insert(superseded).on_conflict_do_nothing(),
                [{"post_id": post_id, "digest": digest} for post_id, digest in versions],
            )

    def superseded_versions(self, post_ids: Sequence[str]) -> set[tuple[str, int]]:
        found: set[tuple[str, int]] = set()
        with self.state.engine.connect() as connection:
            for some in chunks(list(post_ids)):
                query = sa.select(superseded.c.post_id, superseded.c.digest).where(
                    superseded.c.post_id.in_(some)
                )
                found.update((row.post_id, row.digest) for row in connection.execute(query))
        return found

    def tombstoned(self, post_ids: Sequence[str] | None = None) -> set[str]:
        """Which of these posts (or which at all) were deleted."""
        with self.state.engine.connect() as connection:
            if post_ids is None:
                return set(connection.execute(sa.select(tombstones.c.post_id)).scalars())
            found: set[str] = set()
            for some in chunks(list(post_ids)):
                query = sa.select(tombstones.c.post_id).where(tombstones.c.post_id.in_(some))
                found.update(connection.execute(query).scalars())
            return found

    def tombstoned_since(self, seq: int) -> list[str]:
        query = sa.select(tombstones.c.post_id).where(tombstones.c.seq > seq)
        with self.state.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def delete(self, deletions: Sequence[Deletion], *, purge: bool = True) -> None:
        """Hide posts at once and for good, then take their rows out. Unknown ids are remembered all the same.

        With purge=False the rows wait for the next `purge`: taking some out costs as much as taking out many.
        """
        if not deletions:
            return
        rows = {deletion.post_id: deletion.reason for deletion in deletions}
        with self.state.change() as seq, self.state.engine.begin() as connection:
            connection.execute(
                insert(tombstones).on_conflict_do_nothing(),
                [
                    {"post_id": post_id, "reason": reason, "seq": seq, "purged": False}
                    for post_id, reason in rows.items()
                ],
            )
        if purge:
            self.purge()

    def waiting(self) -> int:
        """Rows that are hidden, deleted or replaced, until `purge` takes them out."""
        deleted = sa.select(sa.func.count()).select_from(tombstones).where(tombstones.c.purged.is_(False))
        replaced = sa.select(sa.func.count()).select_from(stale_rows)
        with self.state.engine.connect() as connection:
            return (connection.execute(deleted).scalar() or 0) + (connection.execute(replaced).scalar() or 0)

    def restore_unreplaced(self) -> list[int]:
        """Forget the marks of an append that a crash kept out. Returns the digests of rows that were replaced."""
        with self.state.alone():  # an append marks what it replaces just before it writes
            marked = self._marked()
            if not marked or not self.exists():
                return []
            replaced = _replaced(DeltaTable(str(self.path)), marked)
            unreplaced = {digest for digest, _ in marked} - replaced
            if unreplaced:
                self._forget_stale(sorted(unreplaced))
        return sorted(replaced)

    def _forget_stale(self, digests: Sequence[int]) -> None:
        with self.state.engine.begin() as connection:
            for some in chunks(list(digests)):  # type: ignore[arg-type]
                connection.execute(stale_rows.delete().where(stale_rows.c.digest.in_(some)))

    def _purge_replaced(self) -> None:
        digests = self.restore_unreplaced()
        if not digests:
            return
        with self.state.rewriting(), _full_disk_is_said(self.path):
            table = DeltaTable(str(self.path))
            for some in chunks(digests, IDS_A_PURGE):  # type: ignore[arg-type]
                table.delete(f"digest IN ({', '.join(map(str, some))})")
        self._forget_stale(digests)

    def purge(self) -> None:
        """Take the rows of deleted posts and of replaced versions out; finishes what a crash interrupted."""
        self._purge_replaced()
        with self.state.engine.connect() as connection:
            query = sa.select(tombstones.c.post_id).where(tombstones.c.purged.is_(False))
            waiting = list(connection.execute(query).scalars())
        if not waiting:
            return
        with self.state.rewriting(), _full_disk_is_said(self.path):
            if self.exists():
                table = DeltaTable(str(self.path))
                for some in chunks(waiting, IDS_A_PURGE):
                    table.delete(f"post_id IN ({', '.join(_sql_text(post_id) for post_id in some)})")
        with self.state.engine.begin() as connection:
            for some in chunks(waiting):
                connection.execute(
                    tombstones.update().where(tombstones.c.post_id.in_(some)).values(purged=True)
                )

    def tidy_often(self) -> None:
        """As `tidy`, in a fraction of a second: while posts stream in, many small files become one of some MB."""
        if not self.exists():
            return
        with self.state.rewriting():
            table = DeltaTable(str(self.path))
            sizes = table.get_add_actions(flatten=True)["size_bytes"].to_pylist()
            if sum(size < LIVE_FILE_BYTES // 2 for size in sizes) > SMALL_FILES_BEFORE_COMPACTION:
                table.optimize.compact(target_size=LIVE_FILE_BYTES)

    def tidy(self) -> None:
        """Merge small files when there are many of them."""
        if not self.exists():
            return
        with self.state.rewriting():
            table = DeltaTable(str(self.path))
            if len(table.file_uris()) > FILES_BEFORE_COMPACTION:
                table.optimize.compact()
                table.vacuum(
                    retention_hours=KEPT_FOR_READERS_HOURS, enforce_retention_duration=False, dry_run=False
                )


def _mark_edited(connection: sa.Connection, post_ids: Sequence[str], seq: int) -> None:
    """Indexes that have not reached `seq` hold an older version of these."""
    statement = insert(edits)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["post_id"], set_={"seq": statement.excluded.seq}),
        [{"post_id": post_id, "seq": seq} for post_id in post_ids],
    )


def _stamped(posts: pl.DataFrame, seq: int) -> pa.Table:
    stamped = posts.with_columns(pl.lit(seq, dtype=pl.Int64).alias("seq"))
    return stamped.select(TABLE_SCHEMA.names).to_arrow().cast(TABLE_SCHEMA)


def _replaced(table: DeltaTable, marked: set[tuple[int, int]]) -> frozenset[int]:
    """The digests of those marked rows whose replacement is in the table: before that they stand."""
    if not marked:
        return frozenset()
    newest = max((seq for seq in table.get_add_actions(flatten=True)["max.seq"].to_pylist()), default=0)
    return frozenset(digest for digest, seq in marked if seq <= newest)


def _repeats(repost: str, original: str) -> bool:
    """Whether a repost says nothing but the words of its original: none, all of them, or `RT @name: ` and them."""
    return repost in ("", original) or (repost.startswith("RT @") and repost.endswith(": " + original))


def _is_missing_file(error: Exception) -> bool:
    said = str(error).lower()
    return isinstance(error, FileNotFoundError) or "no such file" in said or "file not found" in said


def _sql_text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _ranges(counts: Any, rows: int) -> Iterator[tuple[int, int]]:
    """Runs of whole seqs that hold about `rows` rows each."""
    run: list[int] = []
    held = 0
    for seq, count in counts:
        if run and held + count > rows:
            yield run[0], run[-1]
            run, held = [], 0
        run.append(seq)
        held += count
    if run:
        yield run[0], run[-1]


class _full_disk_is_said:
    """Turns the many shapes of "no space left" into one clear error."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        text = str(error).lower() if error is not None else ""
        if "no space left" in text or "storage full" in text or "disk is full" in text or "disk full" in text:
            raise StorageFull(
                f"the disk that holds {self.path} is full; everything reported as accepted before is safe: "
                "free some space and run the same command again"
            ) from error
