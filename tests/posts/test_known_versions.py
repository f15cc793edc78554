"""Known versions against a dict, and the streaming fold against the ordinary one."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.posts import known_versions
from linnet.posts.ingest import VersionFold
from linnet.posts.known_versions import SCHEMA, KnownVersions
from linnet.posts.store import PostStore
from linnet.records import Deletion, Post, SourceBatch, posts_to_table
from linnet.state import stale_rows
from linnet.workspace import init_workspace

START = datetime(2026, 1, 1, tzinfo=UTC)
IDS = st.sampled_from([f"p{i}" for i in range(12)])


@given(
    st.lists(
        st.tuples(IDS, st.integers(0, 2**62), st.sampled_from([None, 1, 2])),
        max_size=12,
        unique_by=lambda r: r[0],
    ),
    st.lists(st.tuples(st.booleans(), IDS, st.integers(0, 2**62)), max_size=30),
    st.integers(0, 5),
)
def test_lookup_equals_a_dict(first: list[Any], steps: list[Any], recent: int) -> None:
    def frame(rows: list[Any]) -> pl.DataFrame:
        timed = [(i, d, None if hours is None else START + timedelta(hours=hours)) for i, d, hours in rows]
        return pl.DataFrame(timed, schema=SCHEMA, orient="row")

    with patch.object(known_versions, "RECENT_VERSIONS", recent):
        known = KnownVersions(frame(first))
        expected = {post_id: (digest, hours) for post_id, digest, hours in first}
        for is_added, post_id, digest in steps:
            if is_added:
                known.add(frame([(post_id, digest, 1)]))
                expected[post_id] = (digest, 1)
            else:
                known.drop([post_id])
                expected.pop(post_id, None)
        asked = pl.Series("post_id", [f"p{i}" for i in range(12)] + ["never seen"])
        rows = [(post_id, *version) for post_id, version in expected.items()]
        assert known.lookup(asked).sort("post_id").equals(frame(rows).sort("post_id"))


def post(post_id: str, text: str, edited_hours: int | None = None) -> Post:
    edited_at = None if edited_hours is None else START + timedelta(hours=edited_hours)
    return Post(post_id=post_id, author_id="ada", created_at=START, text=text, edited_at=edited_at)


def batch(posts: list[Post], deleted: list[str]) -> SourceBatch:
    deletions = tuple(Deletion(post_id=one) for one in deleted)
    return SourceBatch(posts=posts_to_table(posts), row_count=len(posts) + len(deleted), deletions=deletions)


VERSION = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", "z"]), st.sampled_from([None, 1, 2])
)
BATCHES = st.lists(
    st.tuples(st.lists(VERSION, max_size=4), st.lists(st.sampled_from("abc"), max_size=1), st.booleans()),
    max_size=5,
)


@given(BATCHES)
@settings(max_examples=8, deadline=None)
def test_streaming_means_the_same(batches: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = [PostStore(init_workspace(Path(folder) / name)) for name in ("ordinary", "streaming")]
        folds = [VersionFold(stores[0]), VersionFold(stores[1], streaming=True)]
        for versions, deleted, purge in batches:
            posts = [post(*version) for version in versions if version[0] not in deleted]
            assert folds[0].take(batch(posts, deleted)) == folds[1].take(batch(posts, deleted))
            if purge:
                stores[1].purge()
            shown = [
                store.read(purpose="moderate", columns=["post_id", "text", "edited_at"]).sort("post_id")
                for store in stores
            ]
            assert shown[0].equals(shown[1])
        stores[1].purge()
        assert stores[1].waiting() == 0


@pytest.fixture
def store(tmp_path: Path) -> PostStore:
    return PostStore(init_workspace(tmp_path / "w"))


def rows_a_file(store: PostStore) -> list[int]:
    return DeltaTable(str(store.path)).get_add_actions(flatten=True)["num_records"].to_pylist()


def texts(store: PostStore) -> list[str]:
    return store.read(purpose="moderate", columns=["text"])["text"].to_list()


def test_a_replacement_that_a_crash_kept_out_loses_nothing(store: PostStore) -> None:
    fold = VersionFold(store, streaming=True)
    fold.take(batch([post("a", "first")], []))
    with patch("linnet.posts.store.write_deltalake", side_effect=OSError("killed")), pytest.raises(OSError):
        fold.take(batch([post("a", "second", 1)], []))
    assert texts(store) == ["first"]
    store.purge()
    assert texts(store) == ["first"]
    assert VersionFold(store, streaming=True).take(batch([post("a", "second", 1)], [])) == (0, 1, 0)
    assert texts(store) == ["second"]


def test_an_index_that_follows_through_a_purge_gets_one_version(store: PostStore) -> None:
    fold = VersionFold(store, streaming=True)
    fold.take(batch([post("a", "first"), post("b", "other")], []))
    fold.take(batch([post("a", "second", 1)], []))
    changes = store.changes(purpose="retrieve", since_seq=0)
    found = next(changes).upserts.to_pylist()
    store.purge()
    found += [row for change in changes for row in change.upserts.to_pylist()]
    assert sorted(row["text"] for row in found) == ["other", "second"]


def test_purge_takes_the_replaced_row_out_of_the_table(store: PostStore) -> None:
    fold = VersionFold(store, streaming=True)
    fold.take(batch([post("a", "first")], []))
    fold.take(batch([post("a", "second", 1)], []))
    assert store.waiting() == 1 and sum(rows_a_file(store)) == 2
    store.purge()
    assert store.waiting() == 0 and sum(rows_a_file(store)) == 1
    with store.state.engine.connect() as connection:
        assert not connection.execute(stale_rows.select()).all()


def test_many_small_files_become_few(store: PostStore) -> None:
    fold = VersionFold(store, streaming=True)
    for number in range(40):
        fold.take(batch([post(f"p{number}", "text")], []))
    assert len(rows_a_file(store)) == 40
    store.tidy_often()
    assert len(rows_a_file(store)) == 1 and len(texts(store)) == 40


def test_a_fold_follows_what_others_wrote(store: PostStore) -> None:
    fold = VersionFold(store, streaming=True)
    other = VersionFold(store)
    other.take(batch([post("a", "text")], ["b"]))
    fold.follow()
    assert fold.take(batch([post("a", "text"), post("b", "text")], [])) == (0, 0, 2)
