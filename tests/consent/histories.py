"""Plays random histories into a real store and holds every way to read it against the naive rules."""

from __future__ import annotations

import os
import pickle
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.protocols import Candidate
from linnet.records import Deletion, Post, Preference, SourceBatch, posts_to_table
from linnet.workspace import init_workspace
from tests.consent.naive import (
    AUTHORS,
    FUTURE,
    POSTS,
    SOURCES,
    USES,
    VISIBILITIES,
    Row,
    Said,
    World,
    random_said,
    random_settings,
    settings_text,
)

START = datetime(2020, 1, 1, tzinfo=UTC)
THE_AUTHOR = "\0the author"


@dataclass
class Tally:
    states: int = 0  # states of consent that were looked at
    checks: int = 0  # questions asked of the store
    violations: list[str] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object) -> None:
        self.checks += 1
        if found != wanted:
            self.violations.append(f"{what}: {found!r}, not {wanted!r}")


class History:
    """One workspace, one random history, and the indexes that follow it."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.dice, self.world = dice, World()
        self.workspace = init_workspace(folder)
        self.store = PostStore(self.workspace)
        self.fold = VersionFold(self.store)
        self.minute = 10
        self.indexes: dict[str, dict[str, str]] = {use: {} for use in USES}
        self.reached = dict.fromkeys(USES, 0)
        self._write_posts(list(POSTS))

    def step(self, tally: Tally) -> None:
        """One event, and one look from several sides."""
        self.minute += 1
        kind = self.dice.choices(("prefer", "settings", "edit", "delete", "many"), (12, 3, 3, 0.4, 1))[0]
        if kind == "settings":
            self._settings()
        elif kind == "edit":
            self._write_posts([self.dice.choice(list(POSTS))])
        elif kind == "delete":
            gone = self.dice.choice(list(POSTS))
            self.world.gone.add(gone)
            self._take(
                SourceBatch(posts=posts_to_table([]), row_count=1, deletions=(Deletion(post_id=gone),))
            )
        else:
            self._say([random_said(self.dice, self.minute)] if kind == "prefer" else self._many())
        tally.states += 1
        self.look(tally)

    def _many(self) -> list[Said]:
        said = []
        for _ in range(5):
            self.minute += 1
            said.append(random_said(self.dice, self.minute))
        return said

    def look(self, tally: Tally) -> None:
        purpose, reader = self.dice.choice(USES), self.dice.choice((None, *AUTHORS))
        wanted = self.world.allowed(purpose, reader)
        asked = f"{purpose} for {reader}"
        tally.expect(
            f"read, {asked}", set(self.store.read(purpose=purpose, reader=reader)["post_id"]), set(wanted)
        )
        side = self.dice.randrange(4)
        if side == 0:
            got = self.store.get(list(POSTS), purpose=purpose, reader=reader)
            tally.expect(f"get, {asked}", {post.post_id for post in got}, set(wanted))
        elif side == 1:
            candidates = [
                Candidate(post_id=post_id, author_id=row.author, visibility=row.visibility)
                for post_id, row in self.world.posts.items()
            ]
            shown = self.store.visible(
                candidates, purpose=purpose, reader=reader, index_seq=self.store.current_seq()
            )
            tally.expect(f"visible, {asked}", shown, set(wanted))
        elif side == 2:
            snapshot = pickle.loads(pickle.dumps(self.store.consent_snapshot(purpose)))
            rows = self.store.read(purpose="moderate", columns=snapshot.columns)
            found = pl.concat(
                [snapshot.allowed(part, reader=reader, with_basis=True) for part in rows.iter_slices(3)]
                or [snapshot.allowed(rows, reader=reader, with_basis=True)]
            )
            tally.expect(f"snapshot, {asked}", dict(found.select("post_id", "basis").iter_rows()), wanted)
        else:
            self._follow(purpose)
            texts = {
                post_id: self.world.posts[post_id].text for post_id in self.world.allowed(purpose, THE_AUTHOR)
            }
            tally.expect(f"index that followed, {purpose}", self.indexes[purpose], texts)

    def _follow(self, purpose: str) -> None:
        index = self.indexes[purpose]
        for batch in self.store.changes(purpose=purpose, since_seq=self.reached[purpose]):
            for post_id in batch.removed:
                index.pop(post_id, None)
            for row in batch.upserts.to_pylist():
                index[row["post_id"]] = row["text"]
            self.reached[purpose] = batch.seq

    def _take(self, batch: SourceBatch) -> None:
        self.fold.take(batch)

    def _write_posts(self, post_ids: list[str]) -> None:
        posts = []
        for post_id in post_ids:
            if post_id in self.world.gone:
                continue
            row = Row(
                POSTS[post_id],
                self.dice.choice((*["public"] * 4, *VISIBILITIES[1:])),
                self.dice.choice(SOURCES),
                f"text {self.minute}",
            )
            self.world.posts[post_id] = row
            posts.append(
                Post(
                    post_id=post_id,
                    author_id=row.author,
                    created_at=START,
                    edited_at=START + timedelta(minutes=self.minute),
                    text=row.text,
                    visibility=row.visibility,
                    source=row.source,
                )
            )
        if posts:
            self._take(SourceBatch(posts=posts_to_table(posts), row_count=len(posts)))

    def _say(self, said: list[Said]) -> None:
        for one in said:
            self.world.say(one)
        now = datetime.now(UTC)
        preferences = tuple(
            Preference(
                author_id=one.author,
                purpose=one.purpose,
                state=one.state,  # type: ignore[arg-type]
                declared_at=now + timedelta(days=400)
                if one.minute == FUTURE
                else START + timedelta(minutes=one.minute),
                source=one.source,
                scope=one.scope,
            )
            for one in said
        )
        for one in preferences:
            self.store.preferences.declare([one])

    def _settings(self) -> None:
        settings, entities = random_settings(self.dice)
        self.world.settings, self.world.entities = settings, entities
        path = self.workspace.settings_path
        path.write_text(settings_text(settings, entities))
        os.utime(path, ns=(self.minute, self.minute))  # two writes may fall into one tick of the file system
