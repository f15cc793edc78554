"""Stores from before posts knew their media go on working, and what is in them is no change when it comes again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable

from linnet.erasure.checker import find_bytes
from linnet.posts import store as store_module
from linnet.posts import table_files
from linnet.posts.ingest import VersionFold, content_digest
from linnet.posts.parts import read_part
from linnet.posts.physical import erase_rows
from linnet.posts.store import PostStore
from linnet.records import POST_SCHEMA, Deletion, Post, posts_to_table
from linnet.workspace import Workspace
from tests.factories import make_batch, make_post, make_store

OLD_SCHEMA = pa.schema([field for field in table_files.TABLE_SCHEMA if field.name != "media"])
OLD = [make_post(str(number), f"text {number}", minutes=number) for number in range(4)]
WITH_IMAGE = make_post("new", "with an image", minutes=9, media=("image",))


@pytest.fixture
def older(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostStore]:
    """A store of OLD, in two files without the column, as a process finds it that has just begun."""
    with monkeypatch.context() as before:
        for module in (store_module, table_files):
            before.setattr(module, "TABLE_SCHEMA", OLD_SCHEMA)
        old = make_store(tmp_path / "w", *OLD[:2])
        VersionFold(old).take(make_batch(*OLD[2:]))
    yield PostStore(Workspace(tmp_path / "w"))


def columns_of(store: PostStore) -> list[str]:
    return [field.name for field in DeltaTable(str(store.path)).schema().fields]


def media_of(store: PostStore) -> dict[str, list[str] | None]:
    return dict(store.read(purpose="moderate", columns=["post_id", "media"]).iter_rows())


def take(store: PostStore, *posts: Post, streaming: bool = False) -> tuple[int, int, int]:
    return VersionFold(store, streaming=streaming).take(make_batch(*posts))


def test_it_is_read_as_it_is(older: PostStore) -> None:
    assert columns_of(older) == OLD_SCHEMA.names
    assert all("media" not in pl.read_parquet_schema(path) for path in older.path.glob("*.parquet"))
    frame = older.read(purpose="retrieve")
    assert frame.columns == POST_SCHEMA.names and frame["media"].to_list() == [None] * 4
    assert older.get(["1"], purpose="retrieve") == [OLD[1]]
    (changes, end) = older.changes(purpose="embed", since_seq=1)
    assert changes.upserts.schema.equals(POST_SCHEMA) and changes.upserts.num_rows == 2
    assert end.upserts.schema.equals(POST_SCHEMA)
    consent = older.consent_snapshot("train")
    rows = pl.concat([read_part(part, ["post_id", "media"], consent) for part in older.parts(1)])
    assert sorted(rows["post_id"]) == ["0", "1", "2", "3"] and rows["media"].null_count() == 4
    assert columns_of(older) == OLD_SCHEMA.names


def test_the_same_posts_are_no_change(older: PostStore) -> None:
    version = DeltaTable(str(older.path)).version()
    assert take(older, *OLD) == (0, 0, 4)
    assert DeltaTable(str(older.path)).version() == version


@pytest.mark.parametrize("streaming", [False, True])
def test_new_posts_edits_and_deletions(older: PostStore, streaming: bool) -> None:
    assert take(older, WITH_IMAGE, streaming=streaming) == (1, 0, 0)
    assert set(columns_of(older)) == set(table_files.TABLE_SCHEMA.names)
    assert media_of(older) == {"0": None, "1": None, "2": None, "3": None, "new": ["image"]}
    assert older.get(["new", "0"], purpose="retrieve") == [WITH_IMAGE, OLD[0]]
    assert take(older, WITH_IMAGE, *OLD, streaming=streaming) == (0, 0, 5)

    seen = older.current_seq()
    now_known = dataclasses.replace(OLD[0], media=("poll", "video"))
    assert take(older, now_known, streaming=streaming) == (0, 1, 0)
    assert take(older, now_known, OLD[0], streaming=streaming) == (
        0,
        0,
        2,
    )  # the older version stays replaced
    upserts = [
        row for batch in older.changes(purpose="embed", since_seq=seen) for row in batch.upserts.to_pylist()
    ]
    assert [(row["post_id"], row["media"]) for row in upserts] == [("0", ["poll", "video"])]

    older.delete([Deletion(post_id="1")])
    older.purge()
    assert media_of(older) == {"0": ["poll", "video"], "2": None, "3": None, "new": ["image"]}
    DeltaTable(str(older.path)).optimize.compact()
    (path,) = DeltaTable(str(older.path)).file_uris()
    assert "media" in pl.read_parquet_schema(path)
    assert media_of(older) == {"0": ["poll", "video"], "2": None, "3": None, "new": ["image"]}
    assert older.get(["0"], purpose="retrieve") == [now_known]
    assert take(older, now_known, OLD[2], WITH_IMAGE) == (0, 0, 3)


def test_the_first_write_replaces_a_post(older: PostStore) -> None:
    assert take(older, dataclasses.replace(OLD[3], text="edited", media=("image",))) == (0, 1, 0)
    assert media_of(older) == {"0": None, "1": None, "2": None, "3": ["image"]}


def test_deleting_and_compacting_before_any_write(older: PostStore) -> None:
    older.delete([Deletion(post_id="0")])
    DeltaTable(str(older.path)).optimize.compact()
    assert media_of(older) == {"1": None, "2": None, "3": None}
    assert take(older, WITH_IMAGE) == (1, 0, 0)
    assert media_of(older) == {"1": None, "2": None, "3": None, "new": ["image"]}


@pytest.mark.parametrize("mixed", [False, True])
def test_erasing(older: PostStore, mixed: bool) -> None:
    if mixed:
        take(older, WITH_IMAGE)
    assert find_bytes(older.path, ["text 1"])
    assert erase_rows(older, ["1"]).rows == 1
    expected: dict[str, list[str] | None] = {"0": None, "2": None, "3": None}
    assert media_of(older) == expected | ({"new": ["image"]} if mixed else {})
    assert older.get(["2"], purpose="retrieve") == [OLD[2]]
    assert find_bytes(older.path, ["text 1"]) == []
    assert take(older, make_post("later", media=("audio",))) == (1, 0, 0)
    assert media_of(older)["later"] == ["audio"]


def test_two_processes_at_the_first_write(older: PostStore) -> None:
    other = PostStore(Workspace(older.path.parent))
    take(older, WITH_IMAGE)
    take(other, make_post("other", media=("audio",)))
    assert len(media_of(older)) == 6
    assert sum(name == "media" for name in columns_of(older)) == 1


def test_the_digest_counts_media_only_where_there_are_any() -> None:
    post = make_post("1", "text", urls=("https://a.example/", "https://b.example/"), like_count=3)
    several = [
        post,
        dataclasses.replace(post, media=("image",)),
        dataclasses.replace(post, media=("image", "video")),
    ]
    digests = content_digest(pl.DataFrame(posts_to_table(several))).to_list()
    unknown = pl.DataFrame(posts_to_table([post])).with_columns(media=pl.lit(None, pl.List(pl.String)))
    assert content_digest(unknown).to_list() == digests[:1]
    assert len(set(digests)) == 3
    assert digests[0] == 2801942591564731710  # as stores from before the column have it


def test_rows_without_the_column() -> None:
    row = WITH_IMAGE.to_row()
    assert Post.from_row(row) == WITH_IMAGE
    assert Post.from_row(row | {"media": None}).media == ()
    del row["media"]
    assert Post.from_row(row) == dataclasses.replace(WITH_IMAGE, media=())
