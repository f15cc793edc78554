from __future__ import annotations

import random
from dataclasses import replace

import pytest

from linnet.apps.assistant.rules import bears_out
from linnet.model.prompts import ABSTENTION, DraftSentence, read_reply, write_reply
from linnet.protocols import Message
from linnet.training.preferences.checks import REASONS, check_pairs, reply_holds
from linnet.training.tasks.task import TaskExample

SOURCES = {"1": "The ferry to Quillon leaves at 7:40 now.", "2": "My cat sleeps on the warm stove all day."}
TRUE = write_reply([DraftSentence(text=SOURCES["1"], citations=((1, SOURCES["1"]),))])


def example(
    number: int = 0, *, sources: dict[str, str] = SOURCES, answer: str = TRUE, **checks
) -> TaskExample:
    return TaskExample(
        task="t",
        messages=(
            Message(role="user", content=f"When does the ferry leave? {number}"),
            Message(role="assistant", content=answer),
        ),
        post_ids=("p1", "p2"),
        author_ids=("a", "b"),
        checks={"sources": sources, **checks},
    )


def made(*examples: TaskExample, fits=lambda pair: True):
    return list(check_pairs(examples, bears_out, fits, random.Random(0)))


def test_every_way_to_spoil_is_used_and_refused_by_the_check():
    pairs = made(*(example(number) for number in range(8)))
    assert {pair.reason for pair in pairs} == set(REASONS.values())
    for pair in pairs:
        assert pair.chosen == TRUE and reply_holds(pair.chosen, SOURCES, bears_out)
        assert not reply_holds(pair.rejected, SOURCES, bears_out)
    spoiled = {pair.reason: read_reply(pair.rejected)[0] for pair in pairs}
    assert spoiled[REASONS["wrong post"]][0].citations == ((2, SOURCES["1"]),)
    assert spoiled[REASONS["no citation"]][0].citations == ()
    assert spoiled[REASONS["abstention"]] == ()
    assert spoiled[REASONS["other claim"]][0].text not in SOURCES.values()


def test_a_name_from_another_post_names_that_post():
    told = "They say the ferry to Quillon is late."
    here = example(
        sources={"1": told}, answer=write_reply([DraftSentence(text=told, citations=((1, told),))])
    )
    there = replace(
        example(1, sources={"1": "We all went to Brackwell again."}, answer=ABSTENTION), post_ids=("p9",)
    )
    (pair,) = made(here, there)
    assert "Brackwell" in pair.rejected and set(pair.post_ids) == {"p1", "p2", "p9"}


def test_where_no_post_answers_the_abstention_is_chosen():
    (pair,) = made(example(answer=ABSTENTION, abstains=True))
    assert pair.chosen == ABSTENTION
    assert read_reply(pair.rejected)[0][0].citations == ((1, SOURCES["1"]),)


def test_an_answer_that_the_check_refuses_makes_no_pair():
    lie = write_reply([DraftSentence(text="It left at 9:15.", citations=((1, "left at 9:15"),))])
    assert made(example(answer=lie)) == []


def test_shorter_versions_are_taken_until_one_fits():
    short = example(1, sources={"1": SOURCES["1"]})
    long = replace(example(2), shorter=lambda: short)
    pairs = made(long, fits=lambda pair: pair.prompt == short.prompt)
    assert [pair.prompt for pair in pairs] == [short.prompt]
    assert made(long, fits=lambda pair: False) == []


@pytest.mark.parametrize(
    ("reply", "holds"),
    [
        (TRUE, True),
        (ABSTENTION, False),
        ("no JSON", False),
        (write_reply([DraftSentence(text="x", citations=((7, "x"),))]), False),
    ],
)
def test_reply_holds(reply: str, holds: bool):
    assert reply_holds(reply, SOURCES, bears_out) is holds
