"""Versions that wait to be taken out: never two of a post at once, never none, whatever is killed when."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from pathlib import Path

import pytest

import linnet.posts.store as module
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.protocols import Candidate
from linnet.records import Deletion, Post
from tests.factories import NOON, make_batch, make_post, make_store


def version(text: str, minutes: int) -> Post:
    return make_post("p1", text, edited_at=NOON + timedelta(minutes=minutes))


def texts(store: PostStore) -> list[str]:
    return store.read(purpose="moderate")["text"].to_list()


def test_a_reader_sees_the_old_version_until_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(tmp_path)
    fold = VersionFold(store, streaming=True)
    fold.take(make_batch(version("one", 1), make_post("p2", "another")))
    reader = PostStore(store._workspace)
    assert len(texts(reader)) == 2
    seen = []
    write = module.write_deltalake

    def look_then_write(*args: object, **options: object) -> None:
        parts = [part.scan(["text"])["text"].to_list() for part in reader.parts(100)]
        seen.append((sorted(texts(reader)), sorted(text for part in parts for text in part)))
        write(*args, **options)

    monkeypatch.setattr(module, "write_deltalake", look_then_write)
    fold.take(make_batch(version("two", 2)))
    assert seen == [(["another", "one"], ["another", "one"])]
    assert sorted(texts(store)) == ["another", "two"]


def test_killed_before_the_third_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks of both earlier versions stand, the row that takes their place does not."""
    store = make_store(tmp_path)
    fold = VersionFold(store, streaming=True)
    fold.take(make_batch(version("one", 1)))
    fold.take(make_batch(version("two", 2)))

    def killed(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "write_deltalake", killed)
        fold.take(make_batch(version("three", 3)))
    assert texts(store) == ["two"]

    again = VersionFold(PostStore(store._workspace), streaming=True)  # the next listener

    assert texts(store) == ["two"]
    store.purge()
    assert texts(store) == ["two"]
    assert again.take(make_batch(version("three", 3))) == (0, 1, 0)
    assert texts(store) == ["three"]
    store.purge()
    assert texts(store) == ["three"]


def test_a_version_that_comes_back(tmp_path: Path) -> None:
    """Back to the first words, by a later edit; then an old file with all of it, and a deletion."""
    store = make_store(tmp_path)
    history = [version("one", 1), version("two", 2), version("one", 3)]
    fold = VersionFold(store, streaming=True)
    for one in history:
        fold.take(make_batch(one))
        assert texts(store) == [one.text]
    for streaming in (True, False):
        assert VersionFold(store, streaming=streaming).take(make_batch(*history[::-1])) == (0, 0, 3)
        assert texts(store) == ["one"]
    fold = VersionFold(store, streaming=True)
    fold.take(make_batch(version("four", 4)))
    fold.take(make_batch(deletions=(Deletion(post_id="p1"),)))
    assert texts(store) == []
    store.purge()
    assert texts(store) == [] and store.waiting() == 0
    assert len(store.collect(lambda rows: rows)) == 0


def test_files_are_made_and_removed_one_process_at_a_time(tmp_path: Path) -> None:
    """A compaction's new files are named by nothing until its commit; an erasure would take them for old ones."""
    store = make_store(tmp_path, make_post("p1"))
    for work in (store.tidy, store.tidy_often, lambda: store.delete([Deletion(post_id="p1")])):
        other = PostStore(store._workspace)
        thread = threading.Thread(target=work)
        with other.state.rewriting():
            thread.start()
            thread.join(timeout=0.5)
            assert thread.is_alive()
        thread.join(timeout=20)
        assert not thread.is_alive()


@pytest.mark.parametrize("streaming", [True, False])
def test_a_repost_does_not_keep_what_was_edited_out(tmp_path: Path, streaming: bool) -> None:
    secret = "my address is 4 Quay Street"
    reposts = {"copy": secret, "old-style": f"RT @ada: {secret}", "empty": ""}
    store = make_store(
        tmp_path,
        version(secret, 0),
        *[make_post(i, t, author_id="bob", repost_of="p1") for i, t in reposts.items()],
    )

    def shown() -> tuple[set[str], set[str]]:
        candidates = [
            Candidate(post_id=i, author_id="bob", visibility="public", repost_of="p1") for i in reposts
        ]
        seq = store.current_seq()
        visible = store.visible(candidates, purpose="retrieve", reader=None, index_seq=seq)
        return {post.post_id for post in store.get(list(reposts), purpose="retrieve")}, visible

    assert shown() == (set(reposts), set(reposts))
    fold = VersionFold(store, streaming=streaming)
    liked = dataclasses.replace(version(secret, 1), like_count=3)
    fold.take(make_batch(liked))
    assert shown() == (set(reposts), set(reposts))  # another version, the same words
    fold.take(make_batch(version("my address is", 2)))
    assert shown() == ({"empty"}, {"empty"})
