from __future__ import annotations

import random

import pytest

from linnet.training.tasks.reply import Reply, example_of, is_question, thanks
from linnet.training.tasks.write_post import WritePost, writing_task
from tests.training.tasks.documents import document


@pytest.mark.parametrize(
    ("posts", "kind", "turns"),
    [
        ([("a", "hi?"), ("b", "yes")], "answered", ["user: hi?", "assistant: yes"]),
        (
            [("a", "hi?"), ("b", "no"), ("c", "yes"), ("a", "thanks a lot")],
            "acknowledged",
            ["user: hi?", "assistant: yes"],
        ),
        ([("a", "hi?"), ("b", "no"), ("a", "no thanks")], "answered", ["user: hi?", "assistant: no"]),
        ([("a", "hi?"), ("b", "me too?"), ("c", "yes")], "answered", ["user: hi?", "assistant: yes"]),
        ([("a", "hi?"), ("b", "why?")], "exchange", ["user: hi?", "assistant: why?"]),
        ([("a", "one"), ("a", "two"), ("b", "three")], "exchange", ["user: one\ntwo", "assistant: three"]),
        (
            [("a", "1"), ("b", "2"), ("c", "3"), ("a", "4"), ("b", "5")],
            "exchange",
            ["user: 1", "assistant: 2", "user: 3", "assistant: 4"],
        ),
    ],
)
def test_exchanges(posts: list[tuple[str, str]], kind: str, turns: list[str]) -> None:
    example = example_of(document(*posts))
    assert example is not None
    assert example.checks["kind"] == kind
    assert [f"{message.role}: {message.content}" for message in example.messages] == turns


def test_posts_that_are_left_out_are_not_named() -> None:
    example = example_of(document(("a", "hi?"), ("b", "no"), ("c", "yes"), ("a", "thanks"), name="t"))
    assert example is not None
    assert (example.post_ids, example.author_ids) == (("t-0", "t-2"), ("a", "c"))


@pytest.mark.parametrize(
    "posts", [[("a", "alone")], [("a", "hi?"), ("a", "anyone?")], [("a", "hi?"), ("b", " ")]]
)
def test_nobody_answers(posts: list[tuple[str, str]]) -> None:
    assert example_of(document(*posts)) is None


def test_the_best_kinds_come_first() -> None:
    documents = [
        *(document(("a", f"fact {n}"), ("b", "so?"), name=f"x{n}") for n in range(5)),
        *(document(("a", f"how {n}?"), ("b", "so"), name=f"q{n}") for n in range(5)),
        *(document(("a", f"where {n}?"), ("b", "there"), ("a", "merci !"), name=f"t{n}") for n in range(5)),
    ]
    found = Reply().examples(documents, 12, random.Random(0))
    kinds = [example.checks["kind"] for example in found]
    assert kinds == ["acknowledged"] * 5 + ["answered"] * 5 + ["exchange"] * 2


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("is it late?", True),
        ("how do i register", True),
        ("hello. anyone know a plumber", True),
        ("@ann where is it", True),
        ("comment faire pour s'inscrire", True),
        ("¿dónde está", True),
        ("weiß jemand wann das aufmacht", True),
        ("どこで登録できますか", True),
        ("هل فات وقت الزراعة", True),
        ("the how and why of bread", False),
        ("see https://x.org/?q=1", False),
        ("what is now closed stays closed", True),  # a price of looking at first words only
        ("it is late", False),
        ("آخر حصاد", False),
    ],
)
def test_is_question(text: str, asks: bool) -> None:
    assert is_question(text) is asks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thanks so much!", True),
        ("ありがとうございます", True),
        ("merci infiniment", True),
        ("¡Muchas gracias!", True),
        ("Danke dir", True),
        ("شكرا جزيلا", True),
        ("no thanks", False),
        ("thanks for nothing", False),
        ("the thankless job", False),
    ],
)
def test_thanks(text: str, said: bool) -> None:
    assert thanks(text) is said


@pytest.mark.parametrize(
    ("text", "asked", "answer"),
    [
        ("look #birds now", "Write a post about #birds", "look #birds now"),
        ("short one", "Write a short post", "short one"),
        ("a b c d e f", "Continue this post: a b c", "d e f"),
    ],
)
def test_writing_tasks(text: str, asked: str, answer: str) -> None:
    assert [message.content for message in writing_task(text)] == [asked, answer]


def test_only_posts_that_nobody_answered_are_written() -> None:
    documents = [
        document(("a", "hi?"), ("b", "yes"), name="t"),
        document(("a", "hello"), ("a", "there"), name="s"),
        document(("a", "  "), ("b", "hello"), name="e"),
    ]
    found = WritePost().examples(documents, 10, random.Random(0))
    assert sorted(example.post_ids for example in found) == [("e-1",), ("s-0", "s-1")]
