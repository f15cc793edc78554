"""The servers that we are registered at, what each has switched on, and what we asked each to announce."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import BadInput
from linnet.state import State, fasp_capabilities, fasp_servers, fasp_sources


@dataclass(frozen=True, kw_only=True)
class Server:
    server_id: str  # what the server signs with
    base_url: str  # of its FASP endpoints, without a slash at the end
    our_base_url: str  # of ours, as the server calls them
    fasp_id: str  # what we sign with
    public_key: str  # the server's, base64
    registered_at: str

    @property
    def host(self) -> str:
        """Whose objects it may speak for: the host and, if any, the port of its address."""
        return host_of(self.base_url)


class ServerBook:
    def __init__(self, state: State) -> None:
        self._state = state

    def begin(self, *, base_url: str, our_base_url: str) -> str:
        """A new id for a server that is about to be asked. A registration that was never answered gives way."""
        server_id = secrets.token_hex(8)
        with self._state.engine.begin() as connection:
            same = fasp_servers.c.base_url == base_url
            done = connection.execute(
                sa.select(fasp_servers.c.server_id).where(same, fasp_servers.c.fasp_id.is_not(None))
            ).scalar()
            if done is not None:
                raise BadInput(
                    f"{base_url} has our registration already; take it back first: linnet fasp remove {done}"
                )
            connection.execute(fasp_servers.delete().where(same))
            row = {"server_id": server_id, "base_url": base_url, "our_base_url": our_base_url}
            connection.execute(fasp_servers.insert().values(**row, registered_at=_now()))
        return server_id

    def complete(self, server_id: str, *, fasp_id: str, public_key: str) -> Server:
        with self._state.engine.begin() as connection:
            connection.execute(
                fasp_servers.update()
                .where(fasp_servers.c.server_id == server_id)
                .values(fasp_id=fasp_id, public_key=public_key)
            )
        found = self.get(server_id)
        assert found is not None
        return found

    def remove(self, server_id: str) -> bool:
        with self._state.engine.begin() as connection:
            removed = [
                connection.execute(table.delete().where(table.c.server_id == server_id)).rowcount
                for table in (fasp_servers, fasp_capabilities, fasp_sources)
            ]
        return removed[0] > 0

    def get(self, server_id: str) -> Server | None:
        return next((one for one in self.all() if one.server_id == server_id), None)

    def named(self, name: str) -> Server:
        """By its id, its address or its host. Raises BadInput."""
        wanted = name.rstrip("/")
        names = {wanted, host_of(wanted)} - {""}
        found = [one for one in self.all() if names & {one.server_id, one.base_url, one.host}]
        if len(found) != 1:
            raise BadInput(f"{name} is no server that we are registered at; see: linnet fasp list")
        return found[0]

    def all(self) -> list[Server]:
        """Those that answered, the oldest first."""
        query = sa.select(fasp_servers).where(fasp_servers.c.fasp_id.is_not(None))
        with self._state.engine.connect() as connection:
            rows = connection.execute(query.order_by(fasp_servers.c.registered_at)).mappings().all()
        return [Server(**row) for row in rows]

    # --- capabilities ----------------------------------------------------------------------------------------

    def activate(self, server_id: str, capability: str) -> None:
        row = {"server_id": server_id, "capability": capability, "activated_at": _now()}
        with self._state.engine.begin() as connection:
            connection.execute(insert(fasp_capabilities).values(row).on_conflict_do_nothing())

    def deactivate(self, server_id: str, capability: str) -> None:
        with self._state.engine.begin() as connection:
            connection.execute(
                fasp_capabilities.delete().where(
                    fasp_capabilities.c.server_id == server_id, fasp_capabilities.c.capability == capability
                )
            )

    def capabilities(self, server_id: str) -> list[str]:
        query = sa.select(fasp_capabilities.c.capability).where(fasp_capabilities.c.server_id == server_id)
        with self._state.engine.connect() as connection:
            return sorted(connection.execute(query).scalars())

    # --- what we asked for -----------------------------------------------------------------------------------

    def add_source(self, server_id: str, *, kind: str, source_id: str, category: str) -> None:
        row = {
            "server_id": server_id,
            "kind": kind,
            "source_id": source_id,
            "category": category,
            "more": False,
        }
        with self._state.engine.begin() as connection:
            connection.execute(insert(fasp_sources).values(row).on_conflict_do_nothing())

    def remove_source(self, server_id: str, *, kind: str, source_id: str) -> None:
        with self._state.engine.begin() as connection:
            connection.execute(
                fasp_sources.delete().where(
                    fasp_sources.c.server_id == server_id,
                    fasp_sources.c.kind == kind,
                    fasp_sources.c.source_id == source_id,
                )
            )

    def set_more(self, server_id: str, source_id: str, more: bool) -> None:
        """Whether a backfill holds more that is to be asked for."""
        with self._state.engine.begin() as connection:
            connection.execute(
                fasp_sources.update()
                .where(
                    fasp_sources.c.server_id == server_id,
                    fasp_sources.c.kind == "backfillRequest",
                    fasp_sources.c.source_id == source_id,
                )
                .values(more=more)
            )

    def unfinished(self) -> list[tuple[str, str]]:
        """(server_id, source_id) of the backfills that hold more."""
        query = sa.select(fasp_sources.c.server_id, fasp_sources.c.source_id).where(fasp_sources.c.more)
        with self._state.engine.connect() as connection:
            return [(row.server_id, row.source_id) for row in connection.execute(query)]

    def sources(self, server_id: str) -> Sequence[dict[str, Any]]:
        """[{"kind", "source_id", "category"}]"""
        columns = (fasp_sources.c.kind, fasp_sources.c.source_id, fasp_sources.c.category)
        query = sa.select(*columns).where(fasp_sources.c.server_id == server_id).order_by(*columns)
        with self._state.engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def host_of(url: str) -> str:
    """The host and port of an address in lower case; empty for what is no address."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
