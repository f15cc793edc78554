"""Versions that wait to be taken out: never two of a post at once, never none, whatever is killed when."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.dialects.sqlite import insert

from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.records import Deletion
from linnet.state import stale_rows
from tests.factories import NOON, make_batch, make_post, make_store


def version(text: str, minutes: int) -> object:
    from datetime import timedelta

    return make_post("p1", text, edited_at=NOON + timedelta(minutes=minutes))


def digests(store: PostStore) -> dict[str, int]:
    rows = store.collect(lambda found: found.filter(True).select("text", "digest"))
    return dict(rows.iter_rows())


def texts(store: PostStore) -> list[str]:
    return store.read(purpose="moderate")["text"].to_list()


def test_a_kill_before_the_third_version_leaves_the_second(tmp_path: Path) -> None:
    """The marks of both earlier versions stand, the row that takes their place does not."""
    store = make_store(tmp_path)
    fold = VersionFold(store, streaming=True)
    fold.take(make_batch(version("one", 1)))
    fold.take(make_batch(version("two", 2)))
    assert texts(store) == ["two"]
    with store.state.engine.begin() as connection:  # as append does just before it writes the third
        row = {"post_id": "p1", "digest": digests(store)["two"]}
        connection.execute(insert(stale_rows).values(row))
    assert texts(store) == []

    VersionFold(PostStore(store._workspace), streaming=True)  # the next listener

    assert texts(store) == ["two"]
    store.purge()
    assert texts(store) == ["two"]
