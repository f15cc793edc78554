"""Settings of consent hold at once, and a change of them is a change that indexes and builds follow."""

from __future__ import annotations

import os
from itertools import count

import pytest
import sqlalchemy as sa

from linnet.errors import WrongUse
from linnet.posts.store import PostStore
from linnet.records import Preference
from linnet.state import preference_scopes
from tests.factories import NOON, make_post, make_store

ticks = count(1)


def write(store, text):
    path = store._workspace.settings_path
    path.write_text(text)
    os.utime(path, ns=(next(ticks), next(ticks)))  # two writes may fall into one tick of the file system


@pytest.mark.parametrize(
    ("text", "trained"),
    [
        ("", {"csv", "archive", "declared-live"}),
        ('[consent.terms]\nx-api = "allow"\n', {"csv", "archive", "declared-live", "api", "declared-api"}),
        ('[consent]\ndefault_train_live = "allow"\n', {"csv", "archive", "declared-live", "live"}),
        ('[consent]\ndefault_train = "deny"\ndefault_train_live = "allow"\n', {"declared-live"}),
        ('[consent]\nentities = ["Us.example"]\n', {"archive", "declared-live"}),
    ],
)
def test_a_setting_holds_at_once_and_counts_as_a_change(tmp_path, text, trained):
    store = make_store(
        tmp_path,
        make_post("csv", source="csv", author_id="di"),
        make_post("archive", source="x-archive"),
        make_post("api", source="x-api-v2"),
        make_post("declared-api", source="x-api-v1", author_id="yes"),
        make_post("live", source="jetstream-live"),
        make_post("declared-live", source="mastodon-live", author_id="yes"),
    )
    lexicon = "community.lexicon.preference.ai:training@3k"
    store.preferences.declare(
        [
            Preference(author_id="yes", purpose="train", state="allow", declared_at=NOON, source="operator"),
            Preference(
                author_id="di", purpose="train", state="deny", declared_at=NOON, source=lexicon,
                scope="entity:us.example",
            ),
        ]
    )  # fmt: skip
    index = {
        row
        for batch in store.changes(purpose="train", since_seq=0)
        for row in batch.upserts["post_id"].to_pylist()
    }
    seq = store.current_seq()
    write(store, text)
    assert set(store.read(purpose="train")["post_id"]) == trained
    assert (store.current_seq() > seq) == (text != "")
    for batch in store.changes(purpose="train", since_seq=seq):
        index = index - set(batch.removed) | set(batch.upserts["post_id"].to_pylist())
    assert index == trained
    assert store.current_seq() == store.current_seq()


def test_the_gate_knows_the_source_where_it_matters(tmp_path):
    from linnet.protocols import Candidate

    store = make_store(tmp_path, make_post("api", source="x-api-v2"), make_post("csv", source="csv"))
    candidates = [Candidate(post_id=one, author_id="ada", visibility="public") for one in ("api", "csv")]
    seq = store.current_seq()
    assert store.visible(candidates, purpose="train", reader=None, index_seq=seq) == {"csv"}
    assert store.visible(candidates, purpose="retrieve", reader=None, index_seq=seq) == {"api", "csv"}


def test_a_setting_that_means_nothing_is_one_line(tmp_path):
    store = make_store(tmp_path, make_post("1"))
    write(store, '[consent.terms]\nx-api = "perhaps"\n')
    with pytest.raises(WrongUse, match=r"\[consent\] in linnet.toml cannot be used: terms.x-api"):
        store.read(purpose="train")


def test_a_workspace_from_before_these_rules_opens_and_its_indexes_follow_once(tmp_path):
    store = make_store(tmp_path, make_post("1"), make_post("api", source="x-api-v2"))
    seq = store.current_seq()
    with store.state.engine.begin() as connection:  # as an older version left it
        preference_scopes.drop(connection)
        connection.execute(sa.text("DELETE FROM counter WHERE name IN ('consent_digest', 'defaults_seq')"))
    opened = PostStore(store._workspace)
    removed = [post for batch in opened.changes(purpose="train", since_seq=seq) for post in batch.removed]
    assert removed == ["api"]
    now = opened.current_seq()
    assert now == seq + 1 == opened.current_seq()
    assert opened.read(purpose="train")["post_id"].to_list() == ["1"]


def test_an_empty_store_stands_at_zero_whatever_its_settings(tmp_path):
    store = make_store(tmp_path)
    assert store.current_seq() == 0
    write(store, '[consent]\ndefault_train = "deny"\n')
    assert store.current_seq() == 0
