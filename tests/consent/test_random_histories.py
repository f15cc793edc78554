"""No post is read, found, followed or shown against its author's state: random states, and random histories."""

from __future__ import annotations

import random

import pytest

from linnet.consent.resolver import Ask, ConsentDefaults, resolve
from linnet.consent.scopes import Statement, collection_of, state_of
from tests.consent.histories import History, Tally
from tests.consent.naive import (
    AUTHORS,
    POSTS,
    SOURCES,
    USES,
    VISIBILITIES,
    Row,
    World,
    random_said,
    random_settings,
)


def test_ten_thousand_random_states_of_consent():
    dice = random.Random(8)
    outcomes = {True: 0, False: 0}
    for case in range(10_000):
        world = World()
        post_id = dice.choice(list(POSTS))
        author = POSTS[post_id]
        world.posts[post_id] = Row(author, dice.choice(VISIBILITIES), dice.choice(SOURCES), "text")
        world.settings, world.entities = random_settings(dice)
        for minute in range(dice.randrange(6)):
            world.say(random_said(dice, 10 + minute))
        purpose, reader = dice.choice(USES), dice.choice((None, *AUTHORS))
        statements = [
            Statement(source, scope, state)
            for (who, use, source, _), (_, state, scope) in world.words.items()
            if who == author and use in (purpose, "*")
        ]
        settings = dict(world.settings)
        terms = {"x-api": settings.pop("x-api")} if "x-api" in settings else {}
        verdict = resolve(
            Ask(
                purpose=purpose,
                visibility=world.posts[post_id].visibility,
                author_id=author,
                preference=state_of(
                    statements, post_id=post_id, collection=collection_of(post_id), entities=world.entities
                ),
                reader=reader,
                source=world.posts[post_id].source,
                defaults=ConsentDefaults.from_settings({**settings, "terms": terms}),
            )
        )
        wanted = world.basis(post_id, purpose, reader)
        assert (verdict.basis, verdict.allowed) == (wanted, wanted is not None), (case, world)
        outcomes[verdict.allowed] += 1
    assert min(outcomes.values()) > 2_000  # both answers were put to the test


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_through_a_real_store(tmp_path, seed):
    tally = Tally()
    history = History(tmp_path, random.Random(seed))
    for _ in range(50):
        history.step(tally)
    assert tally.violations == []
    assert tally.states == 50
    assert tally.checks == 100
