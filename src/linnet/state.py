"""Small state that must be exact at every instant: consent, tombstones, edits, the quarantine.

One SQLite file (or, by one line of settings later, PostgreSQL) through SQLAlchemy. Whatever is written here is
synced to disk before the call returns, so a deletion hides a post even if the process dies in the next instant.

Every change of posts or consent takes the next number of one counter, `seq`. An index that says it reached
seq 41 has seen every change up to 41.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import filelock
import sqlalchemy as sa

from linnet.workspace import Workspace

metadata = sa.MetaData()

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)

preferences = sa.Table(
    "preferences",
    metadata,
    sa.Column("author_id", sa.String, primary_key=True),
    sa.Column("purpose", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("declared_at", sa.String, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
)

preference_scopes = sa.Table(  # for what is narrower than the whole account; see consent/scopes.py
    "preference_scopes",
    metadata,
    sa.Column("author_id", sa.String, primary_key=True),
    sa.Column("purpose", sa.String, primary_key=True),
    sa.Column("source", sa.String, primary_key=True),
    sa.Column("scope", sa.String, nullable=False),
)

tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, index=True),
    sa.Column("purged", sa.Boolean, nullable=False),  # whether the row is out of the posts table as well
)

edits = sa.Table(
    "edits",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
)

superseded = sa.Table(
    "superseded",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("digest", sa.BigInteger, primary_key=True),
)

stale_rows = sa.Table(  # versions that an appended row took the place of, while their own rows still stand
    "stale_rows",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("digest", sa.BigInteger, primary_key=True),
    sa.Column(
        "seq", sa.BigInteger, nullable=False
    ),  # of the appended row; until it is there, the other one stands
)

cursors = sa.Table(  # how far each live stream was taken in
    "cursors",
    metadata,
    sa.Column("url", sa.String, primary_key=True),  # without its query
    sa.Column("cursor", sa.String, nullable=False),
    sa.Column("event_at", sa.BigInteger, nullable=False),  # microseconds: the newest event committed
    sa.Column("lag_seconds", sa.Float, nullable=False),  # when it was committed
    sa.Column("updated_at", sa.String, nullable=False),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("file", sa.String, primary_key=True),
    sa.Column("line", sa.BigInteger, primary_key=True),
    sa.Column("reason", sa.String, primary_key=True),
    sa.Column("excerpt", sa.String, nullable=False),
    sa.Column("set_aside_at", sa.String, nullable=False),
)

uses = sa.Table(
    "uses",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("place", sa.String, primary_key=True),  # "answer"
    sa.Column("reference", sa.String, primary_key=True),
    sa.Column("used_at", sa.String, nullable=False),
)

outputs = sa.Table(
    "outputs",
    metadata,
    sa.Column("reference", sa.String, primary_key=True),  # as in `uses`
    sa.Column("kind", sa.String, nullable=False),  # "answer"
    sa.Column("made_at", sa.String, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)

ratings = sa.Table(  # what readers thought of the answers in `outputs`
    "ratings",
    metadata,
    sa.Column("reference", sa.String, primary_key=True),  # as in `outputs`
    sa.Column("author_id", sa.String, primary_key=True),  # the reader's; "" for anonymous ones, together
    sa.Column("rating", sa.Integer, nullable=False),  # 1 or -1
    sa.Column("rated_at", sa.String, nullable=False),
)

fasp_servers = sa.Table(  # Fediverse servers that we are registered at; see doors/fasp
    "fasp_servers",
    metadata,
    sa.Column("server_id", sa.String, primary_key=True),  # made by us
    sa.Column("base_url", sa.String, nullable=False),  # of the server's own FASP endpoints
    sa.Column("our_base_url", sa.String, nullable=False),  # under which the server reaches us
    sa.Column("fasp_id", sa.String),  # the server's name for us; null until it answered
    sa.Column("public_key", sa.String),  # of the server, base64
    sa.Column("registered_at", sa.String, nullable=False),
)

fasp_capabilities = sa.Table(  # those that a server has switched on
    "fasp_capabilities",
    metadata,
    sa.Column("server_id", sa.String, primary_key=True),
    sa.Column("capability", sa.String, primary_key=True),
    sa.Column("activated_at", sa.String, nullable=False),
)

fasp_sources = sa.Table(  # what we asked servers to announce
    "fasp_sources",
    metadata,
    sa.Column("server_id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),  # "subscription" or "backfillRequest"
    sa.Column("source_id", sa.String, primary_key=True),
    sa.Column("category", sa.String, nullable=False),  # "content" or "account"
    sa.Column("more", sa.Boolean, nullable=False),  # a backfill that holds more, not asked for yet
)

fasp_announcements = sa.Table(  # announced and not yet taken in; one of the two ids is ""
    "fasp_announcements",
    metadata,
    sa.Column("post_id", sa.String, primary_key=True),
    sa.Column("author_id", sa.String, primary_key=True),
    sa.Column("server_id", sa.String, nullable=False),
    sa.Column("received_at", sa.Float, nullable=False),  # seconds since 1970
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_try_at", sa.Float, nullable=False, index=True),  # seconds since 1970
)

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("kind", sa.String, primary_key=True),  # "post" or "author"
    sa.Column("digest", sa.String, primary_key=True),  # keyed: the id itself is gone
    sa.Column("forgotten_at", sa.String, nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("requested_at", sa.String, nullable=False),
    sa.Column("finished_at", sa.String),  # null: some steps are still to be done
    sa.Column("steps_done", sa.JSON, nullable=False),  # names of steps
    sa.Column(
        "sealed_request", sa.LargeBinary
    ),  # encrypted: ids and texts; then what models learnt, while in debt
    sa.Column("what", sa.JSON, nullable=False),  # counts
    sa.Column("places", sa.JSON, nullable=False),  # what was rewritten, by place
    sa.Column("debt", sa.JSON, nullable=False),  # models that learnt from it
)

REMOVED = "[removed at the author's request]"
"""What stands in an output in the place of what an erasure took."""

_seq_query = sa.select(counter.c.value).where(counter.c.name == "seq")

IDS_A_QUERY = 500  # SQLite allows 32,766 bound variables; a few hundred keep the statement cache useful


class State:
    """The state of one workspace. Safe to use from several threads and processes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        (workspace.root / "locks").mkdir(exist_ok=True)
        self._lock = filelock.FileLock(workspace.root / "locks" / "seq.lock")
        self._rewriting = filelock.FileLock(workspace.root / "locks" / "rewriting.lock")

    @cached_property
    def engine(self) -> sa.Engine:
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self._workspace.state_path)),  # any name of a folder
            connect_args={"timeout": 60, "check_same_thread": False},
        )

        @sa.event.listens_for(engine, "connect")
        def configure(connection: Any, _: Any) -> None:
            # FULL with WAL syncs each commit; secure_delete overwrites what is deleted.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")

        with self._lock:
            metadata.create_all(engine)
            with engine.begin() as connection:
                columns = connection.exec_driver_sql("PRAGMA table_info(stale_rows)").all()
                if not any(column.name == "seq" for column in columns):  # made before the column was
                    connection.exec_driver_sql(
                        "ALTER TABLE stale_rows ADD COLUMN seq BIGINT NOT NULL DEFAULT 0"
                    )
        return engine

    @contextmanager
    def change(self) -> Iterator[int]:
        """Hold the counter while one change is made; yields its `seq`.

        The short lock keeps changes in order between processes: whoever reads `seq` under `settled` has
        every change up to it. A crash inside leaves an unused number, which does no harm.
        """
        with self._lock:
            with self.engine.begin() as connection:
                seq = (connection.execute(_seq_query).scalar() or 0) + 1
                connection.execute(counter.delete().where(counter.c.name == "seq"))
                connection.execute(counter.insert().values(name="seq", value=seq))
            yield seq

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold off every other change, to look before one's own `change`."""
        with self._lock:
            yield

    @contextmanager
    def rewriting(self) -> Iterator[None]:
        """Hold off others that rewrite or remove files of the posts table. Taken before `alone`, never inside it."""
        with self._rewriting:
            yield

    @contextmanager
    def settled(self) -> Iterator[int]:
        """The newest `seq` while no change is under way."""
        with self._lock:
            yield self.seq()

    def seq(self) -> int:
        with self.engine.connect() as connection:
            return connection.execute(_seq_query).scalar() or 0

    def number(self, name: str) -> int:
        """A number kept beside the counter; 0 before it was set."""
        with self.engine.connect() as connection:
            query = sa.select(counter.c.value).where(counter.c.name == name)
            return connection.execute(query).scalar() or 0

    def set_numbers(self, **values: int) -> None:
        with self.engine.begin() as connection:
            connection.execute(counter.delete().where(counter.c.name.in_(values)))
            connection.execute(counter.insert(), [{"name": n, "value": v} for n, v in values.items()])

    @staticmethod
    def set_number_in(connection: sa.Connection, name: str, value: int) -> None:
        """Set a number as a part of a larger transaction."""
        connection.execute(counter.delete().where(counter.c.name == name))
        connection.execute(counter.insert().values(name=name, value=value))


def chunks(ids: list[str], size: int = IDS_A_QUERY) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
