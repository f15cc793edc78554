from __future__ import annotations

import dataclasses
import itertools
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest

from linnet.consent.preferences import Declared, PreferenceBook
from linnet.consent.resolver import ConsentDefaults
from linnet.errors import WrongUse
from linnet.posts.consent_filter import ConsentSnapshot
from linnet.records import Preference
from linnet.state import State, preferences
from linnet.workspace import init_workspace
from tests.factories import NOON

POST = "at://ada/app.bsky.feed.post/1"


@pytest.fixture
def book(tmp_path):
    return PreferenceBook(State(init_workspace(tmp_path)))


def said(state, *, purpose="train", source="operator", minutes=0, author="ada", scope=""):
    return Preference(
        author_id=author,
        purpose=purpose,
        state=state,
        declared_at=NOON + timedelta(minutes=minutes),
        source=source,
        scope=scope,
    )


def test_deny_of_one_source_wins_over_allow_of_another(book):
    book.declare([said("allow"), said("deny", source="mastodon:indexable")])
    assert book.states("train") == {"ada": "deny"}


def test_the_later_declaration_of_one_source_stands_in_any_order(book):
    book.declare([said("deny", minutes=5)])
    book.declare([said("allow", minutes=1)])
    assert book.states("train") == {"ada": "deny"}
    book.declare([said("allow", minutes=9)])
    assert book.states("train") == {"ada": "allow"}


def test_star_covers_everything_but_moderation(book):
    book.declare([said("deny", purpose="*")])
    assert book.states("retrieve") == book.states("generate") == {"ada": "deny"}
    assert book.states("moderate") == {}


def test_the_same_declaration_twice_changes_nothing(book):
    assert book.declare([said("deny")]) == 1
    seq = book._state.seq()
    assert book.declare([said("deny")]) == 0
    assert book._state.seq() == seq


def test_unset_takes_a_declaration_back(book):
    book.declare([said("deny")])
    book.declare([said("unset", minutes=1)])
    assert book.states("train") == {}


@pytest.mark.parametrize(("field", "value"), [("state", "perhaps"), ("purpose", "fun")])
def test_what_means_nothing_is_refused(book, field, value):
    wrong = said("deny", purpose="fun") if field == "purpose" else said("perhaps")
    with pytest.raises(WrongUse, match=value):
        book.declare([wrong])


@pytest.mark.parametrize("state", ["deny", "unset"])
def test_what_was_said_again_later_outlives_what_was_said_in_between(book, state):
    book.declare([said(state)])
    assert book.declare([said(state, minutes=9)]) == 0
    assert book.declare([said("allow", minutes=5)]) == 0
    assert book.states("train") == ({"ada": "deny"} if state == "deny" else {})


LEXICON = "community.lexicon.preference.ai:training@3k"


def far(state, **more):
    """A declaration from a clock that is years ahead."""
    return dataclasses.replace(said(state, **more), declared_at=datetime.now(UTC) + timedelta(days=4000))


def now(state):
    return dataclasses.replace(said(state), declared_at=datetime.now(UTC))


def test_a_clock_that_is_ahead_does_not_block_what_comes_later(book):
    book.declare([far("deny")])
    assert book.states("train") == {"ada": "deny"}
    book.declare([now("allow")])
    assert book.states("train") == {"ada": "allow"}
    assert all(row["declared_at"] <= datetime.now(UTC).isoformat() for row in book.of_author("ada"))


def test_a_future_time_that_an_older_version_kept_blocks_nothing(book):
    book.declare([said("deny")])
    with book._state.engine.begin() as connection:
        connection.execute(preferences.update().values(declared_at="2999-01-01T00:00:00+00:00"))
    assert book.declare([now("allow")]) == 0  # met at the same moment as far as anybody knows: deny wins
    assert book.declare([far("deny")]) == 0
    with book._state.engine.begin() as connection:
        connection.execute(preferences.update().values(declared_at="2026-01-01T00:00:00+00:00"))
    assert book.declare([now("allow")]) == 1


@pytest.mark.parametrize(
    ("states", "stands"),
    [
        (("allow", "deny"), {"ada": "deny"}),
        (("unset", "deny"), {"ada": "deny"}),
        (("allow", "unset"), {}),
        (("allow", "unset", "deny"), {"ada": "deny"}),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_of_two_words_with_one_time_the_stricter_stands_in_any_order(tmp_path, states, stands, at_once):
    for number, order in enumerate(itertools.permutations(states)):
        book = PreferenceBook(State(init_workspace(tmp_path / str(number))))
        for batch in [order] if at_once else [(state,) for state in order]:
            book.declare([said(state) for state in batch])
        assert book.states("train") == stands, order


def test_times_in_other_zones_and_without_one_are_compared_as_moments(book):
    east = timezone(timedelta(hours=9))
    book.declare([dataclasses.replace(said("deny"), declared_at=datetime(2020, 1, 1, 20, tzinfo=east))])
    book.declare([dataclasses.replace(said("allow"), declared_at=datetime(2020, 1, 1, 12))])
    assert book.states("train") == {"ada": "allow"}


@pytest.mark.parametrize(
    ("statements", "on_post", "on_repost", "elsewhere"),
    [
        # within one source the narrowest holds: post, entity, collection, global
        ([("deny", ""), ("allow", "collection:app.bsky.feed.post")], "allow", "deny", "deny"),
        ([("allow", ""), ("deny", "collection:app.bsky.feed.post")], "deny", "allow", "allow"),
        (
            [("deny", "collection:app.bsky.feed.post"), ("allow", "entity:us.example")],
            "allow",
            "allow",
            "allow",
        ),
        ([("allow", "entity:us.example"), ("deny", f"post:{POST}")], "deny", "allow", "allow"),
        ([("deny", ""), ("allow", "entity:them.example")], "deny", "deny", "deny"),
        ([("deny", ""), ("unset", "collection:app.bsky.feed.post")], "deny", "deny", "deny"),
        ([("deny", "collection:org.example.unknown")], "unset", "unset", "unset"),
        ([("deny", "collection:app.bsky.feed.repost")], "unset", "deny", "unset"),
        # of the same width, the stricter
        ([("allow", "entity:us.example"), ("deny", "entity:us.example")], "deny", "deny", "deny"),
    ],
)
def test_scopes_within_one_source(book, statements, on_post, on_repost, elsewhere):
    book.declare(
        said(state, scope=scope, source=f"lexicon@{number}")
        for number, (state, scope) in enumerate(statements)
    )
    declared = book.declared("train", entities=("us.example",))
    snapshot = ConsentSnapshot.of(
        declared, purpose="train", defaults=ConsentDefaults(train="deny"), withdrawn=()
    )
    ids = {POST: on_post, "at://ada/app.bsky.feed.repost/2": on_repost, "9": elsewhere}
    for post_id, state in ids.items():
        verdict = snapshot.verdict(post_id=post_id, author_id="ada", visibility="public", source="csv")
        reasons = {"allow": "author allows", "deny": "author denies", "unset": "operator default"}
        assert verdict.reason == reasons[state], post_id


def test_across_sources_the_stricter_holds_however_narrow_the_other(book):
    book.declare([said("deny"), said("allow", source=LEXICON, scope=f"post:{POST}")])
    assert book.declared("train").posts == {("ada", POST): "deny"}


def test_one_source_may_speak_of_many_posts(book):
    book.declare([said("deny", scope="post:1"), said("deny", scope="post:2"), said("allow", scope="post:3")])
    assert book.declared("train").posts == {
        ("ada", "1"): "deny",
        ("ada", "2"): "deny",
        ("ada", "3"): "allow",
    }
    assert book.states("train") == {}


def test_nobody_speaks_of_the_posts_of_others(book):
    book.declare([said("deny", author="eve", scope=f"post:{POST}")])
    snapshot = ConsentSnapshot.of(book.declared("train"), purpose="train", defaults=ConsentDefaults())
    post = {"post_id": POST, "author_id": "ada", "visibility": "public", "source": "csv"}
    assert snapshot.verdict(**post).allowed


def test_the_bios_of_people_who_say_nothing_are_not_kept(book):
    book.declare([said("unset", source="mastodon:bio"), said("unset", source="bluesky:!no-unauthenticated")])
    assert book.of_author("ada") == []
    book.declare([said("deny", source="mastodon:bio")])
    book.declare([said("unset", source="mastodon:bio", minutes=1)])
    assert book.states("train") == {}


@pytest.mark.parametrize("scope", ["post:", "everything", "planet:mars", ":x"])
def test_what_is_no_scope_is_refused(book, scope):
    with pytest.raises(WrongUse, match="scope"):
        book.declare([said("deny", scope=scope)])


def test_no_rows_are_no_trouble():
    rows = pl.DataFrame(schema=dict.fromkeys(("post_id", "author_id", "visibility", "source"), pl.String))
    for purpose in ("train", "moderate"):
        snapshot = ConsentSnapshot.of(Declared(), purpose=purpose, defaults=ConsentDefaults())
        assert snapshot.allowed(rows, with_basis=True).schema == {**rows.schema, "basis": pl.String}
        assert len(snapshot.counts(rows)) == 0
