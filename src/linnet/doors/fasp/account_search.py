"""Accounts by their handle: addresses of Fediverse accounts of which anybody may find a post here.

The handles come from the posts. Each account is asked for through the search before it is named, so that one that
has just said no, or was erased, is not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from linnet.doors.platform import Platform
from linnet.doors.query_text import operator
from linnet.errors import BadInput
from linnet.posts.store import PostStore

DEFAULT_LIMIT, MOST = 20, 100
MAX_TERM_CHARACTERS = 200
KEPT_SECONDS = 60.0  # the list of handles: it costs a look at every post


class AccountSearch:
    def __init__(self, platform: Platform, store: PostStore) -> None:
        self._platform, self._store = platform, store
        self._lock = threading.Lock()
        self._handles: tuple[float, list[tuple[str, str]]] | None = None  # made at; (handle, author_id)

    def search(self, parameters: Mapping[str, str]) -> list[str]:
        """Ids of accounts: those with this handle, then those whose handle begins with the term, then the rest."""
        term = parameters.get("term", "").strip().lstrip("@").casefold()
        if not term or len(term) > MAX_TERM_CHARACTERS:
            raise BadInput(
                f"term is required: the name of an account, at most {MAX_TERM_CHARACTERS} characters"
            )
        limit = whole_number(parameters, "limit", DEFAULT_LIMIT, most=MOST)
        name = term.partition("@")[0] if "@" in term else term
        host = term.partition("@")[2]
        matches = [
            (rank, handle, author_id)
            for handle, author_id in self._known()
            if (rank := _rank(handle, name)) is not None
            and (not host or f"//{host}/" in author_id.casefold())
        ]
        found: list[str] = []
        seen: set[str] = set()  # an account may have had several handles
        for _, _, author_id in sorted(matches):
            if len(found) >= limit:
                break
            if author_id in seen:
                continue
            seen.add(author_id)
            if self._may_be_found(author_id):
                found.append(author_id)
        return found

    def _may_be_found(self, author_id: str) -> bool:
        hits = self._platform.search(operator("from", author_id), limit=1)["hits"]
        return any(hit["author_id"] == author_id for hit in hits)

    def _known(self) -> list[tuple[str, str]]:
        with self._lock:
            if self._handles is None or time.monotonic() - self._handles[0] > KEPT_SECONDS:
                rows = self._store.read(purpose="retrieve", columns=["author_name", "author_id"]).unique()
                handles = [
                    (name.casefold(), author_id)
                    for name, author_id in rows.drop_nulls().iter_rows()
                    if is_web_address(author_id)
                ]
                self._handles = (time.monotonic(), handles)
            return self._handles[1]


def is_web_address(identity: str) -> bool:
    """Whether an id is an address in the Fediverse; what came from elsewhere has none that a server could fetch."""
    return (
        identity.startswith(("https://", "http://"))
        and identity.isprintable()
        and not any(one.isspace() or one == '"' for one in identity)
    )


def whole_number(parameters: Mapping[str, Any], name: str, default: int, *, most: int) -> int:
    """A parameter from 1 to `most`; more is taken as `most`."""
    value = parameters.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdigit() or int(value[:9]) < 1:
        raise BadInput(f"{name} is {value[:20]!r}; give a whole number from 1 to {most}")
    return min(int(value[:9]), most)


def _rank(handle: str, name: str) -> int | None:
    if handle == name:
        return 0
    return 1 if handle.startswith(name) else 2 if name in handle else None
