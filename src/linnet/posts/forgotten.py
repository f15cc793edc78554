"""What was erased and must never come in again: keyed digests, not the ids.

An erased post's id is itself personal data, so what stays is a BLAKE2b digest under a random key that lies in the
workspace (`keys/erasure.key`, readable by its owner only). Without the key nobody can try out ids; with it an
arriving row can be recognised and refused.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from linnet.errors import BadInput
from linnet.state import State, chunks
from linnet.state import forgotten as table
from linnet.workspace import Workspace

KEY_FILE = "erasure.key"
KEY_BYTES = 32
REFERENCE_COLUMNS = ("reply_to", "repost_of", "quote_of", "conversation_id")
PSEUDONYM = "erased:"
"""How a post that stays refers to one that is gone: this and the keyed digest, so that threads keep their shape."""

AT_URI = "at://"
_WORDS = re.compile(r"[^\s\"',;<>()\[\]{}]+")


def read_or_make_key(folder: Path, name: str = KEY_FILE, size: int = KEY_BYTES) -> bytes:
    """The key in `folder`, made at first use; 0600. Two processes that make it at once get the same one."""
    path = folder / name
    if not path.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        temporary = folder / f"{name}.{secrets.token_hex(4)}.part"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # fails when another process was first
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    key = path.read_bytes()
    if len(key) != size:
        raise BadInput(f"{path} has {len(key)} bytes instead of {size}: restore it from a backup")
    return key


def author_in(post_id: str) -> str:
    """Whom an AT-URI (at://AUTHOR/...) names; empty for other ids."""
    return post_id[len(AT_URI) :].partition("/")[0] if post_id.startswith(AT_URI) else ""


def keyed_digest(key: bytes, kind: str, value: str) -> str:
    """32 hexadecimal digits."""
    return hashlib.blake2b(f"{kind}\x1f{value}".encode(), key=key, digest_size=16).hexdigest()


class ForgottenBook:
    """Looks ids up among those that were erased. Costs one small query while nothing was."""

    def __init__(self, workspace: Workspace, state: State) -> None:
        self._folder = workspace.root / "keys"
        self._state = state
        self._key: bytes | None = None
        self._held: tuple[int, dict[str, frozenset[str]]] = (0, {})  # at a seq: kind -> digests
        self._checked_at = 0  # the seq at which `refused` last looked

    @property
    def key(self) -> bytes:
        if self._key is None:
            self._key = read_or_make_key(self._folder)
        return self._key

    def seq(self) -> int:
        """Of the newest erasure; 0 while there was none."""
        return self._state.number("forgotten_seq")

    def digest(self, kind: str, value: str) -> str:
        return keyed_digest(self.key, kind, value)

    def pseudonym(self, post_id: str) -> str:
        return PSEUDONYM + self.digest("post", post_id)

    def among(self, kind: str, values: Iterable[str]) -> set[str]:
        """Those of `values` ("post" ids or "author" ids) that were erased, and ids of posts that name an erased author."""
        digests = self._digests()
        held, authors = digests.get(kind), digests.get("author") if kind == "post" else None
        if not held and not authors:
            return set()
        asked = set(values)
        found = {value for value in asked if self.digest(kind, value) in held} if held else set()
        if authors:
            found.update(i for i in asked if (a := author_in(i)) and self.digest("author", a) in authors)
        return found

    def when(self, kind: str, value: str) -> str | None:
        """When it was erased, or None."""
        if not self.seq():
            return None
        query = sa.select(table.c.forgotten_at).where(
            table.c.kind == kind, table.c.digest == self.digest(kind, value)
        )
        with self._state.engine.connect() as connection:
            return connection.execute(query).scalar()

    def remember(
        self, connection: sa.Connection, kind: str, values: Sequence[str], at: str, seq: int
    ) -> None:
        """Inside a change of the state: from its commit on, these are refused."""
        self.remember_digests(connection, kind, [self.digest(kind, value) for value in values], at, seq)

    def remember_digests(
        self, connection: sa.Connection, kind: str, digests: Sequence[str], at: str, seq: int
    ) -> None:
        for some in chunks(list(digests)):
            rows = [{"kind": kind, "digest": digest, "forgotten_at": at, "seq": seq} for digest in some]
            connection.execute(insert(table).on_conflict_do_nothing(), rows)

    def refused(self, rows: pl.DataFrame) -> pl.Series:
        """For each row of posts, whether it or its author was erased."""
        self._checked_at = self.seq()
        posts = self.among("post", rows["post_id"].to_list())
        authors = self.among("author", rows["author_id"].to_list())
        refused = rows["post_id"].is_in(list(posts)) | rows["author_id"].is_in(list(authors))
        if "repost_of" in rows.columns:  # a repost repeats the words of its original
            originals = self.among("post", rows["repost_of"].drop_nulls().to_list())
            refused = refused | rows["repost_of"].is_in(list(originals)).fill_null(False)
        return refused

    def without_references(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with references to erased posts as pseudonyms."""
        for name in REFERENCE_COLUMNS:
            if name in rows.columns and (gone := self.among("post", rows[name].drop_nulls().to_list())):
                new = {post_id: self.pseudonym(post_id) for post_id in gone}
                rows = rows.with_columns(pl.col(name).replace(new))
        return rows

    def still_allowed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows without what was erased since they were checked; called while no change is under way."""
        if self.seq() == self._checked_at:
            return rows
        return self.without_references(rows.filter(~self.refused(rows)))

    def mentioned_in(self, text: str) -> bool:
        """Whether a piece of raw input names an erased id."""
        words = _WORDS.findall(text)
        return bool(self.among("post", words) or self.among("author", words))

    def _digests(self) -> dict[str, frozenset[str]]:
        seq = self.seq()
        if seq != self._held[0]:
            found: dict[str, set[str]] = {}
            with self._state.engine.connect() as connection:
                for kind, digest in connection.execute(sa.select(table.c.kind, table.c.digest)):
                    found.setdefault(kind, set()).add(digest)
            self._held = (seq, {kind: frozenset(digests) for kind, digests in found.items()})
        return self._held[1]
