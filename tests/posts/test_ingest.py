"""How incoming rows fold into the store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linnet.posts.ingest import VersionFold, supersedes
from linnet.records import Deletion, Rejection
from tests.factories import NOON, make_batch, make_post, make_store


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def texts(store):
    frame = store.read(purpose="moderate", columns=["post_id", "text"])
    return dict(sorted(frame.iter_rows()))


def test_counts_add_up_and_the_last_version_stands(store):
    batch = make_batch(make_post("1"), make_post("2"), make_post("1"), make_post("1", "edited"))
    assert VersionFold(store).take(batch) == (2, 1, 1)
    assert texts(store) == {"1": "edited", "2": "a post about the harbour"}


def test_the_same_input_twice_changes_nothing(store):
    batch = make_batch(make_post("1"), make_post("1", "edited"), make_post("2"))
    VersionFold(store).take(batch)
    seq = store.current_seq()
    assert VersionFold(store).take(batch) == (0, 0, 3)
    assert store.current_seq() == seq
    assert texts(store)["1"] == "edited"


def test_an_edit_in_a_later_file_replaces_the_post(store):
    VersionFold(store).take(make_batch(make_post("1"), make_post("2")))
    assert VersionFold(store).take(make_batch(make_post("1", "edited"), make_post("3"))) == (1, 1, 0)
    assert texts(store) == {"1": "edited", "2": "a post about the harbour", "3": "a post about the harbour"}


def test_an_older_version_does_not_come_back(store):
    later = NOON + timedelta(hours=1)
    VersionFold(store).take(make_batch(make_post("1", "second", edited_at=later)))
    assert VersionFold(store).take(make_batch(make_post("1", "first"))) == (0, 0, 1)
    assert texts(store) == {"1": "second"}


@pytest.mark.parametrize(
    ("incoming", "standing", "already_replaced", "expected"),
    [
        (None, None, False, True),
        (None, None, True, False),
        (NOON, None, False, True),
        (NOON, None, True, True),
        (None, NOON, False, False),
        (NOON + timedelta(seconds=1), NOON, False, True),
        (NOON, NOON + timedelta(seconds=1), False, False),
        (NOON, NOON, False, True),
        (NOON, NOON, True, False),
    ],
)
def test_which_version_stands(incoming, standing, already_replaced, expected):
    assert supersedes(incoming, standing, already_replaced=already_replaced) is expected


def test_deletions_count_and_hold(store):
    fold = VersionFold(store)
    fold.take(make_batch(make_post("1"), make_post("2")))
    deletions = (Deletion(post_id="1"), Deletion(post_id="unknown"))
    assert fold.take(make_batch(deletions=deletions)) == (1, 1, 0)
    assert fold.take(make_batch(deletions=deletions)) == (0, 0, 2)
    assert texts(store) == {"2": "a post about the harbour"}


def test_a_deleted_post_does_not_come_back_with_an_old_file(store):
    fold = VersionFold(store)
    fold.take(make_batch(make_post("1")))
    fold.take(make_batch(deletions=(Deletion(post_id="1"),)))
    assert fold.take(make_batch(make_post("1"))) == (0, 0, 1)
    assert VersionFold(store).take(make_batch(make_post("1", "again"))) == (0, 0, 1)
    assert texts(store) == {}


def test_a_delete_before_its_create_holds_too(store):
    fold = VersionFold(store)
    fold.take(make_batch(deletions=(Deletion(post_id="1"),)))
    fold.take(make_batch(make_post("1")))
    assert texts(store) == {}


def test_rejections_are_kept_once(store):
    import sqlalchemy as sa

    from linnet.state import quarantine

    batch = make_batch(rejections=(Rejection(file="a.csv", line=3, reason="no text", excerpt="x,,"),))
    VersionFold(store).take(batch)
    VersionFold(store).take(batch)
    with store.state.engine.connect() as connection:
        rows = connection.execute(sa.select(quarantine)).all()
    assert [(row.line, row.reason) for row in rows] == [(3, "no text")]


def test_hostile_ids_are_no_trouble(store):
    odd = "id'); DROP TABLE posts;-- \u202e" + "x" * 1000
    fold = VersionFold(store)
    fold.take(make_batch(make_post(odd)))
    assert fold.take(make_batch(deletions=(Deletion(post_id=odd),))) == (0, 1, 0)
    assert texts(store) == {}
