"""What authors declared, kept in the workspace's state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import WrongUse
from linnet.records import PURPOSES, Preference
from linnet.state import State, chunks
from linnet.state import preferences as table

STATES = ("allow", "deny", "unset")


class PreferenceBook:
    """Latest declaration per author, purpose and source; across sources the most restrictive wins."""

    def __init__(self, state: State) -> None:
        self._state = state

    def declare(self, declared: Iterable[Preference]) -> int:
        """Record declarations; older ones than those known are ignored. Returns how many changed something."""
        newest: dict[tuple[str, str, str], Preference] = {}
        for preference in declared:
            if preference.state not in STATES:
                raise WrongUse(f'preference state is "{preference.state}"; it must be allow, deny or unset')
            if preference.purpose != "*" and preference.purpose not in PURPOSES:
                raise WrongUse(
                    f'purpose is "{preference.purpose}"; it must be one of {", ".join(PURPOSES)} or *'
                )
            key = (preference.author_id, preference.purpose, preference.source)
            if key not in newest or newest[key].declared_at <= preference.declared_at:
                newest[key] = preference
        if not any(self._later(newest)):
            return 0
        with self._state.alone():  # nobody declares anything between the look and the writing
            changed, repeated = self._later(newest)
            if repeated:
                self._write(repeated, seq=None)
            if changed:
                with self._state.change() as seq:
                    self._write(changed, seq=seq)
        return len(changed)

    def _write(self, preferences: Sequence[Preference], *, seq: int | None) -> None:
        """`seq` None: what holds stays as it is, only the time of its declaration is a later one."""
        renewed = ("declared_at",) if seq is None else ("state", "declared_at", "seq")
        rows = [
            {
                "author_id": preference.author_id,
                "purpose": preference.purpose,
                "source": preference.source,
                "state": preference.state,
                "declared_at": preference.declared_at.isoformat(),
                "seq": seq or 0,
            }
            for preference in preferences
        ]
        statement = insert(table)
        with self._state.engine.begin() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["author_id", "purpose", "source"],
                    set_={name: statement.excluded[name] for name in renewed},
                ),
                rows,
            )

    def _later(
        self, newest: Mapping[tuple[str, str, str], Preference]
    ) -> tuple[list[Preference], list[Preference]]:
        """The declarations newer than those known: (what changes something, what says the same again).

        The second kind counts too: a deny, said again later, must outlive an allow from in between.
        """
        known: dict[tuple[str, str, str], tuple[str, str]] = {}
        with self._state.engine.connect() as connection:
            for some in chunks(sorted({author for author, _, _ in newest})):
                for row in connection.execute(sa.select(table).where(table.c.author_id.in_(some))):
                    known[(row.author_id, row.purpose, row.source)] = (row.state, row.declared_at)
        changed: list[Preference] = []
        repeated: list[Preference] = []
        for key, preference in newest.items():
            state, declared_at = known.get(key, ("unset", ""))
            at = preference.declared_at.isoformat()
            if state != preference.state and at >= declared_at:
                changed.append(preference)
            elif state == preference.state and at > declared_at:
                repeated.append(preference)
        return changed, repeated

    def states(self, purpose: str, authors: Sequence[str] | None = None) -> dict[str, str]:
        """author_id -> "allow" or "deny" for one purpose; authors who declared nothing are absent."""
        declared: dict[str, set[str]] = defaultdict(set)
        purposes = (purpose,) if purpose == "moderate" else (purpose, "*")
        query = sa.select(table.c.author_id, table.c.state).where(table.c.purpose.in_(purposes))
        with self._state.engine.connect() as connection:
            if authors is None:
                for author_id, state in connection.execute(query):
                    declared[author_id].add(state)
            else:
                for some in chunks(list(set(authors))):
                    for author_id, state in connection.execute(query.where(table.c.author_id.in_(some))):
                        declared[author_id].add(state)
        most_restrictive = {}
        for author_id, states in declared.items():
            if "deny" in states:
                most_restrictive[author_id] = "deny"
            elif "allow" in states:
                most_restrictive[author_id] = "allow"
        return most_restrictive

    def of_author(self, author_id: str) -> list[dict[str, str]]:
        with self._state.engine.connect() as connection:
            rows = connection.execute(sa.select(table).where(table.c.author_id == author_id))
            return [dict(row) for row in rows.mappings()]

    def changed_since(self, seq: int) -> list[str]:
        """Authors with a declaration newer than `seq`."""
        query = sa.select(table.c.author_id).where(table.c.seq > seq).distinct()
        with self._state.engine.connect() as connection:
            return sorted(connection.execute(query).scalars())
