from __future__ import annotations

from pathlib import Path

import pytest

from linnet.consent.preferences import PreferenceBook
from linnet.errors import BadInput
from linnet.model.documents import document_files
from linnet.model.prompts import ABSTENTION
from linnet.records import Answer, Citation, CitedSentence
from linnet.training.preferences.ratings import rating_pairs, ratings_digest
from linnet.wiring import Platform
from tests.factories import NOON
from tests.training.preferences.threads import Talk, make_talk


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return make_talk(tmp_path, threads=4, heldout=1)


def answered(talk: Talk, post_id: str, question: str = "When does it leave?") -> str:
    text = talk.posts[post_id].text
    sentence = CitedSentence(text=text, citations=(Citation(post_id=post_id, quote=text),))
    answer_id = Platform(talk.store._workspace)._register_use(
        Answer(
            question=question, answer=text, sentences=(sentence,), abstained=False, extractive=True, as_of=NOON,
            notice=post_id,
        )
    )  # fmt: skip
    assert answer_id is not None
    return answer_id


def pairs(talk: Talk, split: str = "train"):
    return list(rating_pairs(talk.store, document_files(talk.corpus), split, lambda pair: True))


def rate(talk: Talk, answer_id: str, rating: str, reader: str | None = None) -> None:
    Platform(talk.store._workspace).rate(answer_id, rating, reader)


def test_a_liked_answer_is_chosen_over_a_disliked_one(talk: Talk, monkeypatch: pytest.MonkeyPatch):
    better = answered(talk, "g0")
    other = answered(talk, "b0", question="when does  it leave?")
    rate(talk, better, "up")
    rate(talk, other, "down")
    (pair,) = pairs(talk)
    assert talk.posts["g0"].text in pair.chosen and talk.posts["b0"].text in pair.rejected
    assert pair.post_ids == ("g0", "b0")
    assert "When does it leave?" in pair.prompt[-1].content
    assert pairs(talk, "heldout") == []


def test_a_liked_answer_alone_is_chosen_over_abstaining(talk: Talk):
    rate(talk, answered(talk, "g0"), "up")
    (pair,) = pairs(talk)
    assert pair.rejected == ABSTENTION


def test_a_disliked_answer_alone_and_a_tie_say_nothing(talk: Talk):
    rate(talk, answered(talk, "g0"), "down")
    torn = answered(talk, "g1", question="another one?")
    rate(talk, torn, "up", "ben")
    rate(talk, torn, "down", "cid")
    assert pairs(talk) == []


def test_a_reader_has_one_rating_an_answer(talk: Talk):
    answer_id = answered(talk, "g0")
    for _ in range(3):
        rate(talk, answer_id, "up")
    before = ratings_digest(talk.store)
    rate(talk, answer_id, "down")
    assert ratings_digest(talk.store) != before
    assert pairs(talk) == []


def test_a_reader_who_denies_training_does_not_count(talk: Talk):
    rate(talk, answered(talk, "g0"), "up", "reader7")
    assert len(pairs(talk)) == 1
    assert ratings_digest(talk.store) != ""
    PreferenceBook(talk.store.state).declare([preference("reader7")])
    assert pairs(talk) == []
    assert ratings_digest(talk.store) == ""  # so a model that learnt from it is stale


def preference(author: str):
    from linnet.records import Preference

    return Preference(author_id=author, purpose="train", state="deny", declared_at=NOON, source="operator")


def test_an_erasure_reaches_the_pair(talk: Talk):
    from linnet.erasure import forget

    rate(talk, answered(talk, "g0"), "up", "reader7")
    forget(talk.store._workspace, posts=["g0"])
    assert pairs(talk) == []
    rate(talk, answered(talk, "g1"), "up", "reader7")
    forget(talk.store._workspace, authors=["reader7"])
    assert ratings_digest(talk.store) == ""


@pytest.mark.parametrize(
    ("answer_id", "rating", "line"), [("none", "up", "no answer has"), ("x", "5", "one of up")]
)
def test_what_cannot_be_rated(talk: Talk, answer_id: str, rating: str, line: str):
    with pytest.raises(BadInput, match=line):
        rate(talk, answer_id, rating)
