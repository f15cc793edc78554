"""What was announced and is not taken in yet. It is on disk before the server hears that it was accepted.

A row goes as soon as its object is in, or cannot be had: so the ids of what came stand in one place only.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.state import State, chunks
from linnet.state import fasp_announcements as table

MOST_TRIES = 8
FIRST_WAIT_SECONDS = 60.0  # doubled after each failure: the last try is about two hours after the first
MOST_WAITING = 1_000_000  # rows; beyond that nothing more is accepted


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One object to look at. One of the two ids is ""."""

    post_id: str
    author_id: str
    server_id: str
    tries: int

    @property
    def uri(self) -> str:
        return self.post_id or self.author_id


class AnnouncementBook:
    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, uris: Sequence[str], *, category: str, server_id: str) -> None:
        """An object that waits already waits on, with its tries counted anew."""
        now = time.time()
        rows = [
            {
                "post_id": uri if category == "content" else "",
                "author_id": uri if category == "account" else "",
                "server_id": server_id,
                "received_at": now,
                "tries": 0,
                "next_try_at": now,
            }
            for uri in uris
        ]
        statement = insert(table)
        again = {name: statement.excluded[name] for name in ("server_id", "tries", "next_try_at")}
        if rows:
            with self._state.engine.begin() as connection:
                connection.execute(
                    statement.on_conflict_do_update(index_elements=["post_id", "author_id"], set_=again), rows
                )

    def due(self, limit: int, *, now: float) -> list[Waiting]:
        """The accounts first: what they allow must be known before their posts come."""
        columns = (table.c.post_id, table.c.author_id, table.c.server_id, table.c.tries)
        query = (
            sa.select(*columns)
            .where(table.c.next_try_at <= now)
            .order_by(table.c.post_id != "", table.c.next_try_at)
            .limit(limit)
        )
        with self._state.engine.connect() as connection:
            return [Waiting(**row) for row in connection.execute(query).mappings()]

    def next_due(self) -> float | None:
        """When the next one may be tried, in seconds since 1970."""
        with self._state.engine.connect() as connection:
            found: float | None = connection.execute(sa.select(sa.func.min(table.c.next_try_at))).scalar()
        return found

    def count(self) -> int:
        with self._state.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0

    def done(self, waiting: Sequence[Waiting]) -> None:
        with self._state.engine.begin() as connection:
            for one in waiting:
                connection.execute(table.delete().where(_is(one)))

    def drop(self, uris: Sequence[str]) -> None:
        """These posts or accounts are gone; there is nothing left to look at."""
        with self._state.engine.begin() as connection:
            for some in chunks(list(uris)):
                connection.execute(
                    table.delete().where(table.c.post_id.in_(some) | table.c.author_id.in_(some))
                )

    def failed(self, one: Waiting, *, now: float) -> bool:
        """Try it again later. False when it was tried often enough."""
        if one.tries + 1 >= MOST_TRIES:
            return False
        later = {"tries": one.tries + 1, "next_try_at": now + FIRST_WAIT_SECONDS * 2**one.tries}
        with self._state.engine.begin() as connection:
            connection.execute(table.update().where(_is(one)).values(**later))
        return True


def _is(one: Waiting) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.post_id == one.post_id, table.c.author_id == one.author_id)
