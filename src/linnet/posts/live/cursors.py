"""How far each stream was taken in. Written after the batch is in the store, synced to disk before it returns."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.state import State
from linnet.state import cursors as table


class CursorBook:
    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, key: str) -> str | None:
        with self._state.engine.connect() as connection:
            return connection.execute(sa.select(table.c.cursor).where(table.c.url == key)).scalar()

    def put(self, key: str, cursor: str, *, event_at: int) -> float:
        """Acknowledge everything up to `cursor`. `event_at` in microseconds. Returns the lag in seconds."""
        lag = max(time.time() - event_at / 1e6, 0.0)
        row = {
            "url": key,
            "cursor": cursor,
            "event_at": event_at,
            "lag_seconds": round(lag, 3),
            "updated_at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        statement = insert(table).values(row)
        with self._state.engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=row))
        return lag

    def all(self) -> list[dict[str, Any]]:
        """Every stream that was ever listened to. The lag is that of now: it grows while nobody listens."""
        with self._state.engine.connect() as connection:
            rows = connection.execute(sa.select(table).order_by(table.c.url)).mappings().all()
        return [
            {
                "url": row["url"],
                "cursor": row["cursor"],
                "lag_seconds": round(max(time.time() - row["event_at"] / 1e6, 0.0), 3),
                "updated_at": row["updated_at"],
            }
            for row in rows
        ]
