"""How incoming rows fold into the store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linnet.errors import BadInput
from linnet.posts.ingest import VersionFold, ingest, supersedes
from linnet.posts.sources import SourceConfig
from linnet.posts.sources.json_source import JsonSource
from linnet.records import Deletion, Preference, Rejection
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


def test_a_file_that_fails_on_the_way_costs_only_itself(store, tmp_path, monkeypatch):
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "tweets.js").write_text("window.YTD.tweets.part0 = []")
    (archive / "account.js").write_text("window.YTD.account.part0 = [ {")
    gone = tmp_path / "gone.jsonl"
    gone.write_text('{"author": "ada", "text": "x", "created_at": "2026-03-01"}')
    monkeypatch.setattr(JsonSource, "read", lambda source: (source.path / "x").read_bytes())
    posts = tmp_path / "posts.csv"
    posts.write_text("post_id,author,text,created_at\n1,ada,the ferry,2026-03-01\n")
    report = ingest([archive, gone, posts], store, config=SourceConfig())
    assert report.accepted == 1
    assert "account.js cannot be read" in report.failed_files[str(archive)]
    assert "x cannot be read: Not a directory" in report.failed_files[str(gone)]
    with pytest.raises(BadInput, match=r"account\.js"):
        ingest([archive], store, config=SourceConfig())


def test_a_wrong_column_does_not_flood_the_report(store, tmp_path):
    posts = tmp_path / "posts.csv"
    posts.write_text("author,text,created_at\n" + "".join(f"ada,x,day {n}\n" for n in range(100)))
    report = ingest([posts], store, config=SourceConfig())
    assert len(report.reasons) == 21 and report.reasons["other reasons"] == 80
    assert sum(report.reasons.values()) == report.rejected == 100


def test_hostile_ids_are_no_trouble(store):
    odd = "id'); DROP TABLE posts;-- \u202e" + "x" * 1000
    fold = VersionFold(store)
    fold.take(make_batch(make_post(odd)))
    assert fold.take(make_batch(deletions=(Deletion(post_id=odd),))) == (0, 1, 0)
    assert texts(store) == {}


def test_preferences_hold_before_the_posts_they_came_with(tmp_path, monkeypatch):
    store = make_store(tmp_path)
    said = Preference(author_id="ada", purpose="*", state="deny", declared_at=NOON, source="file")

    def killed(posts):
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(store, "append", killed)
        VersionFold(store).take(make_batch(make_post("1"), preferences=(said,)))
    assert store.preferences.states("retrieve") == {"ada": "deny"}
