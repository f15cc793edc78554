from __future__ import annotations

from datetime import timedelta

import pytest

from linnet.consent.preferences import PreferenceBook
from linnet.errors import WrongUse
from linnet.records import Preference
from linnet.state import State
from linnet.workspace import init_workspace
from tests.factories import NOON


@pytest.fixture
def book(tmp_path):
    return PreferenceBook(State(init_workspace(tmp_path)))


def said(state, *, purpose="train", source="operator", minutes=0, author="ada"):
    return Preference(
        author_id=author,
        purpose=purpose,
        state=state,
        declared_at=NOON + timedelta(minutes=minutes),
        source=source,
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
