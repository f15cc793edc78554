"""Which posts of a span a reader is shown: those that the store allows now, not those that the index remembers."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.provenance.shown import POSTS_SHOWN, provenance_of
from linnet.records import Deletion, Preference
from tests.factories import NOON, make_batch, make_post, make_store
from tests.provenance.corpora import write_corpus

SAID = "the harbour ferry leaves at seven every morning"
SECRET = "and my secret is the blue lantern"
POSTS = [
    make_post("a", f"{SAID} {SECRET}", author_id="ada"),
    make_post("b", f"I heard {SAID}", author_id="ben", minutes=1),
]


class Setup:
    def __init__(self, folder: Path, posts: list[Any] = POSTS) -> None:
        self.store: PostStore = make_store(folder / "workspace", *posts)
        corpus = write_corpus(folder / "corpus", {post.post_id: post.text for post in posts})
        self.folder = folder / "provenance"
        build_provenance(corpus, self.folder, config=ProvenanceConfig())

    def ask(self, text: str = f"Note: {SAID}!", reader: str | None = None) -> dict[str, Any]:
        return provenance_of(text, folder=self.folder, store=self.store, reader=reader)


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_the_posts_of_a_span(setup: Setup) -> None:
    found = setup.ask()
    (span,) = found["spans"]
    assert found["ready"] and found["notice"] == ""
    assert found["text"][span["start"] : span["end"]] == span["text"] == SAID
    assert span["posts"] == [
        {"post_id": "a", "text": POSTS[0].text},
        {"post_id": "b", "text": POSTS[1].text},
    ]
    assert (span["count"], span["withheld"]) == (2, 0)
    assert found["covered"] == round(len(SAID) / len(found["text"]), 4)


def withdraw_by_deletion(store: PostStore) -> None:
    store.delete([Deletion(post_id="a")])


def withdraw_by_denial(store: PostStore) -> None:
    denied = Preference(
        author_id="ada", purpose="retrieve", state="deny", declared_at=datetime.now(UTC), source="operator"
    )
    store.preferences.declare([denied])


def withdraw_by_restriction(store: PostStore) -> None:
    VersionFold(store).take(
        make_batch(dataclasses.replace(POSTS[0], visibility="followers", edited_at=NOON + timedelta(hours=1)))
    )


def withdraw_by_edit(store: PostStore) -> None:
    VersionFold(store).take(
        make_batch(
            dataclasses.replace(POSTS[0], text="I say nothing now", edited_at=NOON + timedelta(hours=1))
        )
    )


@pytest.mark.parametrize(
    "withdraw", [withdraw_by_deletion, withdraw_by_denial, withdraw_by_restriction, withdraw_by_edit]
)
def test_a_withdrawn_post_is_counted_and_never_shown(setup: Setup, withdraw: Any) -> None:
    withdraw(setup.store)
    found = setup.ask()
    (span,) = found["spans"]
    assert [post["post_id"] for post in span["posts"]] == ["b"]
    assert (span["count"], span["withheld"]) == (2, 1)
    assert SECRET not in str(found)


def test_followers_posts_are_shown_to_their_author_only(setup: Setup) -> None:
    withdraw_by_restriction(setup.store)
    assert setup.ask(reader="ben")["spans"][0]["withheld"] == 1
    assert setup.ask(reader="ada")["spans"][0]["withheld"] == 0


def test_no_more_than_a_few_posts_are_shown(tmp_path: Path) -> None:
    setup = Setup(tmp_path, [make_post(f"p{number}", SAID, minutes=number) for number in range(9)])
    (span,) = setup.ask()["spans"]
    assert (len(span["posts"]), span["count"], span["withheld"]) == (POSTS_SHOWN, 9, 0)


def test_without_an_index(tmp_path: Path) -> None:
    store = make_store(tmp_path / "workspace")
    found = provenance_of(SAID, folder=tmp_path / "provenance", store=store, reader=None)
    assert not found["ready"]
    assert "linnet build" in found["notice"]
    assert (found["text"], found["covered"], found["spans"]) == (SAID, 0.0, [])


def test_personal_data_in_the_text_is_masked_as_in_the_corpus(tmp_path: Path) -> None:
    store = make_store(
        tmp_path / "workspace", make_post("a", "write to jo@example.org before the next full moon")
    )
    corpus = write_corpus(tmp_path / "corpus", {"a": "write to [email] before the next full moon"})
    build_provenance(corpus, tmp_path / "provenance", config=ProvenanceConfig())
    found = provenance_of(
        "do write to al@example.com before the next full moon",
        folder=tmp_path / "provenance",
        store=store,
        reader=None,
    )
    (span,) = found["spans"]
    assert span["text"] == "write to [email] before the next full moon"
    assert [post["post_id"] for post in span["posts"]] == ["a"]


def test_a_lone_surrogate_does_no_harm(setup: Setup) -> None:
    assert setup.ask(f"\udcff {SAID}")["spans"][0]["text"] == SAID
    assert setup.ask("")["covered"] == 0.0
