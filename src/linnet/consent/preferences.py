"""What authors declared, kept in the workspace's state.

One row for each author, purpose and source holds that source's latest word. A time that lies in the future counts
as the moment it was met; of two words with the same time the more restrictive one stands.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.consent.scopes import (
    KNOWN_COLLECTIONS,
    Statement,
    collection_of,
    is_scope,
    most_restrictive,
    scope_kind,
    state_of,
)
from linnet.errors import WrongUse
from linnet.records import PURPOSES, Preference, has_lone_surrogate
from linnet.state import State, chunks
from linnet.state import preference_scopes as scopes
from linnet.state import preferences as table

STATES = ("allow", "deny", "unset")
# Sources that say "unset" of nearly everybody and never "allow". Met first, that is not kept: it would be a row for
# each author, only to outlive what an older file denies.
_ONLY_DENY = (":bio", ":!no-unauthenticated")
_RESTRICTION = {"allow": 0, "unset": 1, "deny": 2}

Key = tuple[str, str, str]  # author_id, purpose, source


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What authors' declarations come to for one purpose. Who declared nothing is absent."""

    authors: Mapping[str, str] = field(default_factory=dict)  # author_id -> state
    collections: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (author, collection) -> state
    posts: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (author, post_id) -> state


class PreferenceBook:
    """Latest declaration per author, purpose and source; across sources the most restrictive wins."""

    def __init__(self, state: State) -> None:
        self._state = state

    def declare(self, declared: Iterable[Preference]) -> int:
        """Record declarations; older ones than those known are ignored. Returns how many changed something."""
        newest: dict[Key, Preference] = {}
        now = datetime.now(UTC)
        for preference in declared:
            preference = _checked(preference, now)
            key = (preference.author_id, preference.purpose, preference.source)
            if key not in newest or _word(newest[key]) <= _word(preference):
                newest[key] = preference
        if not any(self._later(newest, now)):
            return 0
        with self._state.alone():  # nobody declares anything between the look and the writing
            changed, repeated = self._later(newest, now)
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
            if seq is not None:
                self._write_scopes(connection, preferences)

    @staticmethod
    def _write_scopes(connection: sa.Connection, preferences: Sequence[Preference]) -> None:
        if connection.execute(sa.select(scopes.c.author_id).limit(1)).first() is not None:
            connection.execute(
                scopes.delete().where(
                    scopes.c.author_id == sa.bindparam("of_author"),
                    scopes.c.purpose == sa.bindparam("of_purpose"),
                    scopes.c.source == sa.bindparam("of_source"),
                ),
                [
                    {"of_author": p.author_id, "of_purpose": p.purpose, "of_source": p.source}
                    for p in preferences
                ],
            )
        narrower = [
            {"author_id": p.author_id, "purpose": p.purpose, "source": p.source, "scope": p.scope}
            for p in preferences
            if p.scope
        ]
        if narrower:
            connection.execute(scopes.insert(), narrower)

    def _later(
        self, newest: Mapping[Key, Preference], now: datetime
    ) -> tuple[list[Preference], list[Preference]]:
        """The declarations newer than those known: (what changes something, what says the same again).

        The second kind counts too: a deny, said again later, must outlive an allow from in between.
        """
        known: dict[Key, tuple[str, str, str]] = {}  # declared_at, state, scope
        with self._state.engine.connect() as connection:
            for some in chunks(sorted({author for author, _, _ in newest})):
                for row in connection.execute(_with_scopes().where(table.c.author_id.in_(some))):
                    at = min(row.declared_at, now.isoformat())
                    known[(row.author_id, row.purpose, row.source)] = (at, row.state, row.scope or "")
        changed: list[Preference] = []
        repeated: list[Preference] = []
        for key, preference in newest.items():
            at = preference.declared_at.isoformat()
            if key not in known and preference.state == "unset" and preference.source.endswith(_ONLY_DENY):
                continue
            declared_at, state, scope = known.get(key, ("", "unset", ""))
            if state == preference.state and (state == "unset" or scope == preference.scope):
                if at > declared_at:
                    repeated.append(preference)
            elif (at, _RESTRICTION[preference.state]) >= (declared_at, _RESTRICTION[state]):
                changed.append(preference)
        return changed, repeated

    def states(self, purpose: str, authors: Sequence[str] | None = None) -> dict[str, str]:
        """author_id -> "allow" or "deny" for one purpose; authors who declared nothing are absent."""
        return dict(self.declared(purpose, authors).authors)

    def declared(
        self, purpose: str, authors: Sequence[str] | None = None, *, entities: Collection[str] = ()
    ) -> Declared:
        """What holds for one purpose, for everybody or for some. `entities`: the operator's DIDs and domains."""
        plain: dict[str, set[str]] = defaultdict(set)
        scoped: dict[str, list[Statement]] = {}
        purposes = (purpose,) if purpose == "moderate" else (purpose, "*")
        query = _with_scopes().where(table.c.purpose.in_(purposes), table.c.state != "unset")
        rows: list[sa.Row[tuple[str, str, str, str, str, str]]] = []
        with self._state.engine.connect() as connection:
            if authors is None:
                rows += connection.execute(query).all()
            else:
                for some in chunks(list(set(authors))):
                    rows += connection.execute(query.where(table.c.author_id.in_(some))).all()
        for row in rows:
            if row.scope:
                scoped.setdefault(row.author_id, [])
        for row in rows:
            if row.author_id in scoped:
                scoped[row.author_id].append(Statement(row.source, row.scope or "", row.state))
            else:
                plain[row.author_id].add(row.state)
        states = {author: most_restrictive(said) for author, said in plain.items()}
        collections: dict[tuple[str, str], str] = {}
        posts: dict[tuple[str, str], str] = {}
        for author, statements in scoped.items():
            states[author] = state_of(statements, post_id="", collection="", entities=entities)
            for scope in {one.scope for one in statements}:
                name = scope.partition(":")[2]
                if scope_kind(scope) == "collection" and name in KNOWN_COLLECTIONS:
                    collections[(author, name)] = state_of(
                        statements, post_id="", collection=name, entities=entities
                    )
                elif scope_kind(scope) == "post":
                    posts[(author, name)] = state_of(
                        statements, post_id=name, collection=collection_of(name), entities=entities
                    )
        return Declared(
            authors={author: state for author, state in states.items() if state != "unset"},
            collections=collections,
            posts=posts,
        )

    def of_author(self, author_id: str) -> list[dict[str, str]]:
        with self._state.engine.connect() as connection:
            rows = connection.execute(_with_scopes().where(table.c.author_id == author_id)).mappings()
            return [dict(row) | {"scope": row["scope"] or ""} for row in rows]

    def authors_who_declared(self) -> list[str]:
        """Authors of whom something other than "unset" is known, for any use and scope."""
        query = sa.select(table.c.author_id).where(table.c.state != "unset").distinct()
        with self._state.engine.connect() as connection:
            return sorted(connection.execute(query).scalars())

    def changed_since(self, seq: int) -> list[str]:
        """Authors with a declaration newer than `seq`."""
        query = sa.select(table.c.author_id).where(table.c.seq > seq).distinct()
        with self._state.engine.connect() as connection:
            return sorted(connection.execute(query).scalars())


def _with_scopes() -> sa.Select[tuple[str, str, str, str, str, str]]:
    same_key = sa.and_(
        scopes.c.author_id == table.c.author_id,
        scopes.c.purpose == table.c.purpose,
        scopes.c.source == table.c.source,
    )
    return sa.select(table, scopes.c.scope).select_from(table.outerjoin(scopes, same_key))


def _word(preference: Preference) -> tuple[datetime, int]:
    return preference.declared_at, _RESTRICTION[preference.state]


def _checked(preference: Preference, now: datetime) -> Preference:
    """The declaration as the book keeps it; WrongUse where it means nothing."""
    if has_lone_surrogate(preference.author_id + preference.scope):
        raise WrongUse("an id holds half of a surrogate pair, which no id in the store has")
    if preference.state not in STATES:
        raise WrongUse(f'preference state is "{preference.state}"; it must be allow, deny or unset')
    if preference.purpose != "*" and preference.purpose not in PURPOSES:
        raise WrongUse(f'purpose is "{preference.purpose}"; it must be one of {", ".join(PURPOSES)} or *')
    if not is_scope(preference.scope):
        raise WrongUse(
            f'scope is "{preference.scope}"; it must be "", collection:..., entity:... or post:...'
        )
    at = preference.declared_at
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    source = preference.source
    if preference.scope and "@" not in source:
        source = f"{source}@{preference.scope}"  # beside the source's other scopes, not in their place
    return dataclasses.replace(preference, declared_at=min(at, now), source=source)
