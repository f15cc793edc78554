"""No read without a purpose, and none against an author's state."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.consent.resolver import Ask, resolve
from linnet.errors import WrongUse
from linnet.posts.ingest import VersionFold
from linnet.protocols import Candidate
from linnet.records import PURPOSES, VISIBILITIES, Deletion, Preference
from linnet.workspace import init_workspace
from tests.factories import NOON, make_batch, make_post, make_store


def feed_ids(store, purpose, since_seq=0):
    """The index that following the feed would give."""
    index: dict[str, str] = {}
    seq = since_seq
    for batch in store.changes(purpose=purpose, since_seq=since_seq):
        for post_id in batch.removed:
            index.pop(post_id, None)
        for row in batch.upserts.to_pylist():
            index[row["post_id"]] = row["text"]
        assert batch.seq >= seq
        seq = batch.seq
    return index, seq


def test_reads_follow_visibility_and_reader(tmp_path):
    store = make_store(
        tmp_path,
        make_post("1"),
        make_post("2", visibility="followers"),
        make_post("3", visibility="private", author_id="bob"),
    )
    assert [post.post_id for post in store.get(["1", "2", "3"], purpose="retrieve")] == ["1"]
    assert [post.post_id for post in store.get(["1", "2", "3"], purpose="retrieve", reader="ada")] == [
        "1",
        "2",
    ]
    assert store.count(purpose="embed") == 1
    assert store.count(purpose="retrieve") == 3
    assert len(store.read(purpose="train")) == 1


def test_a_preference_holds_at_once(tmp_path):
    store = make_store(tmp_path, make_post("1"), make_post("2", author_id="bob"))
    store.preferences.declare(
        [Preference(author_id="ada", purpose="train", state="deny", declared_at=NOON, source="operator")]
    )
    assert store.read(purpose="train")["post_id"].to_list() == ["2"]
    assert store.read(purpose="retrieve")["post_id"].to_list() == ["1", "2"]


def test_the_gate_withholds_what_changed_after_the_index(tmp_path):
    store = make_store(tmp_path, make_post("1"), make_post("2"), make_post("3"))
    index_seq = store.current_seq()
    candidates = [Candidate(post_id=str(i), author_id="ada", visibility="public") for i in (1, 2, 3)]
    fold = VersionFold(store)
    fold.take(make_batch(make_post("1", visibility="private"), deletions=(Deletion(post_id="2"),)))
    seen = store.visible(candidates, purpose="retrieve", reader=None, index_seq=index_seq)
    assert seen == {"3"}
    now_private = [Candidate(post_id="1", author_id="ada", visibility="private")]
    assert store.visible(now_private, purpose="retrieve", reader="ada", index_seq=store.current_seq()) == {
        "1"
    }
    assert store.visible(now_private, purpose="retrieve", reader=None, index_seq=store.current_seq()) == set()


def test_an_acknowledged_deletion_is_hidden_before_its_row_is_gone(tmp_path, monkeypatch):
    store = make_store(tmp_path, make_post("1"), make_post("2"))
    monkeypatch.setattr(store, "purge", lambda: None)  # as if the process died here
    store.delete([Deletion(post_id="1")])
    assert store.read(purpose="moderate")["post_id"].to_list() == ["2"]
    monkeypatch.undo()
    store.purge()
    assert store._scan().select("post_id").collect()["post_id"].to_list() == ["2"]


def test_no_statistics_of_texts_stand_in_the_log(tmp_path):
    make_store(tmp_path, make_post("1", "canary-in-the-text"))
    log = "".join(path.read_text() for path in (tmp_path / "posts" / "_delta_log").glob("*.json"))
    assert '"post_id' in log or "post_id" in log
    assert "canary" not in log


AUTHORS = ("ada", "bob", "eve")

events = st.one_of(
    st.tuples(
        st.just("post"),
        st.sampled_from("12345"),
        st.sampled_from(AUTHORS),
        st.sampled_from(VISIBILITIES),
        st.sampled_from(("alpha text", "beta text")),
    ),
    st.tuples(st.just("delete"), st.sampled_from("12345")),
    st.tuples(
        st.just("prefer"),
        st.sampled_from(AUTHORS),
        st.sampled_from(("train", "retrieve", "embed", "generate", "*")),
        st.sampled_from(("allow", "deny", "unset")),
    ),
    st.tuples(st.just("follow")),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(events, max_size=12))
def test_whatever_happens_no_read_and_no_index_goes_against_the_author(happenings):
    """Random histories: the store, the feed and the gate agree with the resolver on every post."""
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder))
        fold = VersionFold(store)
        index: dict[str, str] = {}
        index_rows: dict[str, dict] = {}
        index_seq = 0
        deleted: set[str] = set()
        for minute, event in enumerate(happenings):
            if event[0] == "post":
                _, post_id, _, visibility, text = event
                author = AUTHORS[int(post_id) % 3]
                fold.take(make_batch(make_post(post_id, text, author_id=author, visibility=visibility)))
            elif event[0] == "delete":
                fold.take(make_batch(deletions=(Deletion(post_id=event[1]),)))
                deleted.add(event[1])
            elif event[0] == "prefer":
                said = Preference(
                    author_id=event[1],
                    purpose=event[2],
                    state=event[3],
                    declared_at=NOON + timedelta(minutes=minute),
                    source="operator",
                )
                store.preferences.declare([said])
            else:
                for batch in store.changes(purpose="retrieve", since_seq=index_seq):
                    for post_id in batch.removed:
                        index.pop(post_id, None)
                        index_rows.pop(post_id, None)
                    for row in batch.upserts.to_pylist():
                        index[row["post_id"]] = row["text"]
                        index_rows[row["post_id"]] = row
                    index_seq = batch.seq
        everything = {row["post_id"]: row for row in store.read(purpose="moderate").iter_rows(named=True)}
        assert not deleted & set(everything)
        for purpose in PURPOSES:
            stated = store.preferences.states(purpose)
            for reader in (None, *AUTHORS):
                expected = {
                    post_id
                    for post_id, row in everything.items()
                    if resolve(
                        Ask(
                            purpose=purpose,
                            visibility=row["visibility"],
                            author_id=row["author_id"],
                            preference=stated.get(row["author_id"], "unset"),
                            reader=reader,
                        )
                    ).allowed
                }
                assert set(store.read(purpose=purpose, reader=reader)["post_id"]) == expected
                if purpose in ("retrieve", "generate"):
                    candidates = [
                        Candidate(post_id=post_id, author_id=row["author_id"], visibility=row["visibility"])
                        for post_id, row in index_rows.items()
                    ]
                    shown = store.visible(candidates, purpose=purpose, reader=reader, index_seq=index_seq)
                    assert shown <= expected
                    assert all(index[post_id] == everything[post_id]["text"] for post_id in shown)
        caught_up, _ = feed_ids(store, "retrieve")
        assert set(caught_up) <= set(everything)


def test_a_repost_shows_no_more_than_its_original(tmp_path):
    store = make_store(
        tmp_path,
        make_post("1", author_id="ada"),
        make_post("2", author_id="bob"),
        make_post("3", author_id="eve", visibility="followers"),
        *(make_post(f"re{of}", author_id="dan", repost_of=of, reply_to="0") for of in ("1", "2", "3", "far")),
    )
    store.delete([Deletion(post_id="1")])
    store.preferences.declare(
        [Preference(author_id="bob", purpose="*", state="deny", declared_at=NOON, source="operator")]
    )
    reposts = ["re1", "re2", "re3", "refar"]
    candidates = [
        Candidate(post_id=f"re{of}", author_id="dan", visibility="public", repost_of=of)
        for of in ("1", "2", "3", "far")
    ]

    def seen(reader):
        gate = store.visible(candidates, purpose="retrieve", reader=reader, index_seq=store.current_seq())
        read = {post.post_id for post in store.get(reposts, purpose="retrieve", reader=reader)}
        replies = {post.post_id for post in store.replies("0", purpose="retrieve", reader=reader)}
        assert gate == read == replies
        return gate

    assert seen(None) == {"refar"}
    assert seen("eve") == {"re3", "refar"}
    assert len(store.get(reposts, purpose="moderate")) == 4


def test_another_default_is_a_change_that_an_index_follows(tmp_path):
    store = make_store(tmp_path, make_post("1"))
    _, seq = feed_ids(store, "retrieve")
    path = tmp_path / "linnet.toml"
    path.write_text('[consent]\ndefault_retrieve = "deny"\n')
    assert store.current_seq() > seq
    (batch, last) = store.changes(purpose="retrieve", since_seq=seq)
    assert batch.removed == ("1",) and last.seq == store.current_seq()
    assert store.get(["1"], purpose="retrieve") == []
    path.write_text('[consent]\ndefault_retrieve = "allow"  # again\n')
    (batch, last) = store.changes(purpose="retrieve", since_seq=last.seq)
    assert batch.upserts["post_id"].to_pylist() == ["1"] and last.seq == store.current_seq()


def test_what_goes_comes_before_the_rows(tmp_path, monkeypatch):
    """An index that was killed after some of the rows goes on from their seq, and must have seen what went."""
    monkeypatch.setattr("linnet.posts.store.CHANGE_ROWS", 1)
    store = make_store(tmp_path, make_post("1"), make_post("2", author_id="bob"))
    seq = store.current_seq()
    store.delete([Deletion(post_id="1")])
    store.preferences.declare(
        [Preference(author_id="bob", purpose="*", state="deny", declared_at=NOON, source="operator")]
    )
    fold = VersionFold(store)
    fold.take(make_batch(make_post("3")))
    fold.take(make_batch(make_post("4")))
    batches = list(store.changes(purpose="retrieve", since_seq=seq))
    assert set(batches[0].removed) == {"1", "2"} and batches[0].seq == seq
    assert [batch.upserts["post_id"].to_pylist() for batch in batches[1:]] == [["3"], ["4"], []]


def test_a_reader_in_the_middle_outlives_tidying(tmp_path, monkeypatch):
    monkeypatch.setattr("linnet.posts.store.CHANGE_ROWS", 1)
    monkeypatch.setattr("linnet.posts.store.FILES_BEFORE_COMPACTION", 1)
    store = make_store(tmp_path, make_post("1"))
    VersionFold(store).take(make_batch(make_post("2")))
    changes = store.changes(purpose="retrieve", since_seq=0)
    rows = next(changes).upserts.num_rows
    store.tidy()
    assert rows + sum(batch.upserts.num_rows for batch in changes) == 2


@pytest.mark.parametrize("name", ["a b", "a#b", "a?b", "a'b", "é"])
def test_a_workspace_may_have_any_of_these_names(tmp_path, name):
    store = make_store(tmp_path / name, make_post("1"))
    assert store.read(purpose="retrieve")["post_id"].to_list() == ["1"]
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["50%20", "posts [1]"])
def test_names_that_the_tables_cannot_take_are_refused(tmp_path, name):
    with pytest.raises(WrongUse, match="without"):
        init_workspace(tmp_path / name)
