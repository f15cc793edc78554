"""The system of record: one Delta table of posts, upserted by id, and no read without a purpose.

Every row carries the `seq` of the change that wrote it, so an index follows the store with
`changes(since_seq=...)`. A deletion is a tombstone first (the post is hidden from that instant), then the row
goes. The text column has no statistics, so no post's text ends up in the table's log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
import sqlalchemy as sa
from deltalake import DeltaTable, write_deltalake
from sqlalchemy.dialects.sqlite import insert

from linnet.consent.preferences import PreferenceBook
from linnet.consent.resolver import THE_AUTHOR, Ask, ConsentDefaults, resolve
from linnet.errors import StorageFull
from linnet.protocols import Candidate, ChangeBatch
from linnet.records import POST_SCHEMA, Deletion, Post
from linnet.state import State, chunks, edits, superseded, tombstones
from linnet.workspace import Workspace

TABLE_SCHEMA = POST_SCHEMA.append(pa.field("digest", pa.int64(), nullable=False)).append(
    pa.field("seq", pa.int64(), nullable=False)
)

TABLE_PROPERTIES = {
    "delta.dataSkippingStatsColumns": "post_id,author_id,created_at,seq",
    "delta.logRetentionDuration": "interval 7 days",
    "delta.deletedFileRetentionDuration": "interval 0 hours",
}

CHANGE_ROWS = 100_000  # rows that one batch of changes holds at about the most
FILES_BEFORE_COMPACTION = 64
KEPT_FOR_READERS_HOURS = 1  # replaced files: another process may be in the middle of reading them


class PostStore:
    """The posts of one workspace. Reads are filtered by the consent resolver; there is no unfiltered read."""

    def __init__(self, workspace: Workspace, state: State | None = None) -> None:
        self.path: Path = workspace.posts_path
        self.state = state or State(workspace)
        self.preferences = PreferenceBook(self.state)
        self._workspace = workspace
        self._defaults: tuple[int, ConsentDefaults] | None = None  # as of a time of linnet.toml

    @property
    def defaults(self) -> ConsentDefaults:
        """As linnet.toml has them now, also while a server runs."""
        path = self._workspace.settings_path
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        if self._defaults is None or self._defaults[0] != stamp:
            settings = self._workspace.settings() if path.exists() else {}
            self._defaults = (stamp, ConsentDefaults.from_settings(settings.get("consent", {})))
        return self._defaults[1]

    def _defaults_seq(self) -> int:
        """Since when the defaults are as they are: another default is a change, and takes the next `seq`."""
        defaults = self.defaults
        denied = sum(
            1 << bit
            for bit, purpose in enumerate(("train", "retrieve", "embed", "generate"))
            if getattr(defaults, purpose) == "deny"
        )
        if self.state.number("denied_by_default") != denied:
            with self.state.change() as seq:
                self.state.set_numbers(denied_by_default=denied, defaults_seq=seq)
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
        rows = self._scan()
        if where is not None:
            rows = rows.filter(where)
        needed = list(dict.fromkeys([*columns, "post_id", "author_id", "visibility"]))
        return self._allowed(rows.select(needed).collect(), purpose=purpose, reader=reader).select(columns)

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

    def _scan(self, table: DeltaTable | None = None) -> pl.LazyFrame:
        """The rows of the table now, or as `table` has them.

        Not `pl.scan_delta`: that one takes the escaped names, and does not find a folder with a space in its name.
        """
        files = [unquote(uri) for uri in (table or DeltaTable(str(self.path))).file_uris()]
        if not files:
            return pl.DataFrame(TABLE_SCHEMA.empty_table()).lazy()
        return pl.scan_parquet(files, glob=False)

    def _allowed(self, rows: pl.DataFrame, *, purpose: str, reader: str | None) -> pl.DataFrame:
        """Rows that the resolver allows. It is asked once for each distinct (visibility, preference, own?)."""
        if not len(rows):
            return rows
        if purpose == "moderate":
            return self._without_tombstones(rows)
        stated = self.preferences.states(purpose)
        preference = pl.DataFrame(
            {"author_id": list(stated), "_preference": list(stated.values())},
            schema={"author_id": pl.String, "_preference": pl.String},
        )
        own = pl.lit(True) if reader == THE_AUTHOR else pl.col("author_id") == pl.lit(reader or "")
        marked = rows.join(preference, on="author_id", how="left", maintain_order="left").with_columns(
            pl.col("_preference").fill_null("unset"), (own & pl.lit(reader is not None)).alias("_own")
        )
        kinds = marked.select("visibility", "_preference", "_own").unique()
        allowed = [
            resolve(
                Ask(
                    purpose=purpose,
                    visibility=visibility,
                    author_id="author",
                    preference=stated_preference,
                    reader="author" if is_own else None,
                    defaults=self.defaults,
                )
            ).allowed
            for visibility, stated_preference, is_own in kinds.iter_rows()
        ]
        kinds = kinds.with_columns(pl.Series("_allowed", allowed, dtype=pl.Boolean)).filter("_allowed")
        kept = marked.join(kinds, on=["visibility", "_preference", "_own"], how="semi", maintain_order="left")
        return self._without_tombstones(kept.drop("_preference", "_own"))

    def _without_hidden_originals(
        self, rows: pl.DataFrame, *, purpose: str, reader: str | None
    ) -> pl.DataFrame:
        """A repost repeats the words of its original, so it shows no more than that one does."""
        originals = rows["repost_of"].drop_nulls().unique().to_list()
        if purpose == "moderate" or not originals:
            return rows
        hidden = self._hidden(originals, purpose=purpose, reader=reader)
        return rows.filter(~pl.col("repost_of").is_in(hidden).fill_null(False))

    def _hidden(self, post_ids: Sequence[str], *, purpose: str, reader: str | None) -> set[str]:
        """Those of `post_ids` that were withdrawn, or stand here and may not be used; not the unknown ones."""
        hidden = self.tombstoned(post_ids)
        if self.exists():
            known = self._scan().filter(pl.col("post_id").is_in(list(post_ids)))
            found = known.select("post_id", "author_id", "visibility").collect()
            allowed = self._allowed(found, purpose=purpose, reader=reader)
            hidden.update(set(found["post_id"]) - set(allowed["post_id"]))
        return hidden

    def _without_tombstones(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A row whose deletion is acknowledged but not yet carried out must not be read."""
        with self.state.engine.connect() as connection:
            query = sa.select(tombstones.c.post_id).where(tombstones.c.purged.is_(False))
            waiting = list(connection.execute(query).scalars())
        return rows.filter(~pl.col("post_id").is_in(waiting)) if waiting else rows

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
            table = DeltaTable(str(self.path)) if self.exists() else None
            with self.state.engine.connect() as connection:
                query = sa.select(tombstones.c.post_id).where(tombstones.c.seq > since_seq)
                removed = list(connection.execute(query).scalars())
            authors = self.preferences.changed_since(since_seq)
        rows = self._scan(table) if table is not None else None
        # What goes comes first: an index that is killed after a part of the rows has seen it all the same.
        if rows is not None and authors and since_seq:
            theirs = rows.filter(pl.col("author_id").is_in(authors) & (pl.col("seq") <= since_seq))
            yield self._change_batch(theirs, purpose, removed, since_seq)
        elif removed:
            yield ChangeBatch(upserts=POST_SCHEMA.empty_table(), removed=tuple(removed), seq=since_seq)
        if rows is not None:
            counts = (
                rows.filter(pl.col("seq") > since_seq).group_by("seq").len().sort("seq").collect().iter_rows()
            )
            for first, last in _ranges(counts, CHANGE_ROWS):
                yield self._change_batch(
                    rows.filter(pl.col("seq").is_between(first, last)), purpose, [], last
                )
        yield ChangeBatch(upserts=POST_SCHEMA.empty_table(), removed=(), seq=now)

    def _change_batch(self, rows: pl.LazyFrame, purpose: str, removed: list[str], seq: int) -> ChangeBatch:
        found = rows.select(POST_SCHEMA.names).sort("created_at", "post_id").collect()
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
        originals = {one.repost_of for one in candidates if one.repost_of is not None}
        hidden = self._hidden(sorted(originals), purpose=purpose, reader=reader) if originals else set()
        stated = self.preferences.states(purpose, [candidate.author_id for candidate in candidates])
        return {
            candidate.post_id
            for candidate in candidates
            if candidate.post_id not in withheld
            and candidate.repost_of not in hidden
            and resolve(
                Ask(
                    purpose=purpose,
                    visibility=candidate.visibility,
                    author_id=candidate.author_id,
                    preference=stated.get(candidate.author_id, "unset"),
                    reader=reader,
                    defaults=self.defaults,
                )
            ).allowed
        }

    # --- writing -------------------------------------------------------------------------------------------

    def known_versions(self) -> pl.DataFrame:
        """post_id, digest, edited_at of every post: what ingest compares new rows with."""
        columns = ["post_id", "digest", "edited_at"]
        if not self.exists():
            return pl.DataFrame(
                schema={"post_id": pl.String, "digest": pl.Int64, "edited_at": pl.Datetime("us", "UTC")}
            )
        return self._scan().select(columns).collect()

    def append(self, posts: pl.DataFrame) -> None:
        """Add posts whose ids are not in the store (columns: POST_SCHEMA and digest). One atomic commit."""
        with self.state.change() as seq, _full_disk_is_said(self.path):
            write_deltalake(self._table(), _stamped(posts, seq), mode="append")

    def upsert(self, posts: pl.DataFrame) -> None:
        """Add new posts and replace known ones, in one atomic commit.

        From the first instant of the change until an index has followed, the gate withholds what was edited.
        """
        with self.state.change() as seq, _full_disk_is_said(self.path):
            known = self._scan().select("post_id").filter(pl.col("post_id").is_in(posts["post_id"].implode()))
            edited = [{"post_id": post_id, "seq": seq} for post_id in known.collect()["post_id"]]
            if edited:
                with self.state.engine.begin() as connection:
                    statement = insert(edits)
                    connection.execute(
                        statement.on_conflict_do_update(
                            index_elements=["post_id"], set_={"seq": statement.excluded.seq}
                        ),
                        edited,
                    )
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

    def delete(self, deletions: Sequence[Deletion]) -> None:
        """Hide posts at once and for good, then take their rows out. Unknown ids are remembered all the same."""
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
        self.purge()

    def purge(self) -> None:
        """Take the rows of tombstoned posts out of the table; finishes what a crash interrupted."""
        with self.state.engine.connect() as connection:
            query = sa.select(tombstones.c.post_id).where(tombstones.c.purged.is_(False))
            waiting = list(connection.execute(query).scalars())
        if not waiting:
            return
        with _full_disk_is_said(self.path):
            if self.exists():
                table = DeltaTable(str(self.path))
                for some in chunks(waiting):
                    table.delete(f"post_id IN ({', '.join(_sql_text(post_id) for post_id in some)})")
        with self.state.engine.begin() as connection:
            for some in chunks(waiting):
                connection.execute(
                    tombstones.update().where(tombstones.c.post_id.in_(some)).values(purged=True)
                )

    def tidy(self) -> None:
        """Merge small files when there are many of them."""
        if self.exists():
            table = DeltaTable(str(self.path))
            if len(table.file_uris()) > FILES_BEFORE_COMPACTION:
                table.optimize.compact()
                table.vacuum(
                    retention_hours=KEPT_FOR_READERS_HOURS, enforce_retention_duration=False, dry_run=False
                )


def _stamped(posts: pl.DataFrame, seq: int) -> pa.Table:
    stamped = posts.with_columns(pl.lit(seq, dtype=pl.Int64).alias("seq"))
    return stamped.select(TABLE_SCHEMA.names).to_arrow().cast(TABLE_SCHEMA)


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
