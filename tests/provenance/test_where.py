"""For an author: the places that hold or used their posts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from linnet.errors import BadInput
from linnet.posts.store import PostStore
from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.provenance.where import where_of
from linnet.records import Deletion, Preference
from linnet.state import quarantine, uses
from tests.factories import make_post, make_store
from tests.provenance.corpora import write_corpus

POSTS = [
    make_post("a1", "one two three four five", author_id="ada"),
    make_post("a2", "RT something", author_id="ada", minutes=1),
    make_post("a3", "for my friends only", author_id="ada", visibility="followers", minutes=2),
    make_post("b1", "six seven eight nine ten", author_id="ben", minutes=3),
]


class Setup:
    def __init__(self, folder: Path) -> None:
        self.store: PostStore = make_store(folder / "workspace", *POSTS)
        self.corpus = write_corpus(
            folder / "corpus",
            {"a1": POSTS[0].text, "b1": POSTS[3].text},
            authors={"a1": "ada", "b1": "ben"},
        )
        dropped = pl.DataFrame({"post_id": ["a2"], "reason": ["repost"]})
        dropped.write_parquet(self.corpus / "dropped-00000.parquet")
        self.provenance = folder / "provenance"
        build_provenance(self.corpus, self.provenance, config=ProvenanceConfig())

    def where(self, author_id: str) -> dict[str, Any]:
        return where_of(
            author_id,
            store=self.store,
            corpus=self.corpus,
            provenance=self.provenance,
            models={"base": Path("base"), "chat": Path("chat")},
            learnt=lambda folder, ids: {"a1", "b1"} & set(ids) if folder.name == "base" else set(),
            indexes={"words": lambda ids: len(set(ids) - {"a3"}), "vectors": lambda ids: 0},
        )

    def posts_in(self, author_id: str) -> dict[str, int]:
        return {one["place"]: one["posts"] for one in self.where(author_id)["places"]}


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def test_every_place(setup: Setup) -> None:
    with setup.store.state.engine.begin() as connection:
        connection.execute(
            sa.insert(uses),
            [
                {"post_id": post_id, "place": "answer", "reference": reference, "used_at": "2026-03-01"}
                for post_id, reference in [("a1", "x"), ("a1", "y"), ("b1", "z")]
            ],
        )
        connection.execute(
            sa.insert(quarantine),
            [
                {"file": "f", "line": line, "reason": "no time", "excerpt": excerpt, "set_aside_at": ""}
                for line, excerpt in enumerate(["ada,hello", "adams,hello"])
            ],
        )
    assert setup.posts_in("ada") == {
        "store": 3,
        "consent: train": 2,
        "consent: retrieve": 2,
        "consent: embed": 2,
        "consent: generate": 2,
        "consent: moderate": 3,
        "corpus: train": 1,
        "corpus: dropped": 1,
        "model: base": 1,
        "index: words": 2,
        "index: vectors": 0,
        "provenance": 1,
        "used: answer": 1,
        "quarantine": 1,
    }
    told = setup.where("ada")
    assert (told["author_id"], told["posts"]) == ("ada", 3)
    assert next(one for one in told["places"] if one["place"] == "used: answer")["detail"] == "2 answers"
    assert not any(post.text in str(told) for post in POSTS)


def test_a_deleted_post_is_still_named_where_it_was_trained_on(setup: Setup) -> None:
    setup.store.delete([Deletion(post_id="a1")])
    places = setup.posts_in("ada")
    assert (places["store"], places["gone from the store"]) == (2, 1)
    assert (places["corpus: train"], places["model: base"], places["provenance"]) == (1, 1, 1)


def test_what_the_author_declared_shows(setup: Setup) -> None:
    denied = Preference(
        author_id="ada", purpose="*", state="deny", declared_at=datetime.now(UTC), source="operator"
    )
    setup.store.preferences.declare([denied])
    places = setup.where("ada")["places"]
    train = next(one for one in places if one["place"] == "consent: train")
    assert (train["posts"], train["detail"]) == (0, "may be used for anyone; the author declared deny")
    assert setup.posts_in("ada")["consent: moderate"] == 3


def test_an_unknown_author_is_refused_in_one_line(setup: Setup) -> None:
    with pytest.raises(BadInput, match='nothing is known of an author "eve"'):
        setup.where("eve")
    with pytest.raises(BadInput):
        setup.where("author of a1")


def test_an_erased_author_is_said_to_be_erased(setup: Setup) -> None:
    book = setup.store.forgotten
    with setup.store.state.change() as seq:
        with setup.store.state.engine.begin() as connection:
            book.remember(connection, "author", ["eve"], "2026-11-22T10:00:00Z", seq)
        setup.store.state.set_numbers(forgotten_seq=seq)
    with pytest.raises(BadInput, match="erased on 2026-11-22"):
        setup.where("eve")


def test_before_any_build(tmp_path: Path) -> None:
    setup = Setup(tmp_path)
    setup.corpus = setup.provenance = tmp_path / "nothing"
    assert "provenance" not in setup.posts_in("ada")
    assert setup.posts_in("ada")["store"] == 3
