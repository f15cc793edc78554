from __future__ import annotations

import pytest

from linnet.model.controls import NO_CONTROLS, ControlIds, Controls, control_tokens

IDS = ControlIds({token: place for place, token in enumerate(control_tokens(
    [Controls(platform="irc"), *(Controls(month=month, language=language, platform="x") for month in ("2016-03", "2017-01") for language in ("en", "de"))]
))})  # fmt: skip


def names(controls: Controls) -> list[str]:
    tokens = {place: token for token, place in IDS.ids.items()}
    return [tokens[place] for place in IDS.encode(controls)]


def test_each_fact_is_one_token_in_a_fixed_order() -> None:
    asked = Controls(language="en", platform="x", month="2016-03")
    assert names(asked) == ["<|month:2016-03|>", "<|language:en|>", "<|platform:x|>"]


@pytest.mark.parametrize(
    ("asked", "known"),
    [("2016-03", "2016-03"), ("2016-12", "2016-03"), ("2030-01", "2017-01"), ("2009-05", None), (None, None)],
)
def test_a_month_counts_as_the_last_known_one_before_it(asked: str | None, known: str | None) -> None:
    assert IDS.known_month(asked) == known


def test_what_the_vocabulary_does_not_know_is_left_out() -> None:
    assert names(Controls(language="ja", platform="mastodon", month="2000-01")) == []
    assert names(NO_CONTROLS) == [] == names(Controls(language="und", month=""))


def test_a_value_that_would_break_a_token_gets_none() -> None:
    assert control_tokens([Controls(platform="a|> <|user"), Controls(platform="ok")]) == ["<|platform:ok|>"]


def test_a_single_platform_says_nothing() -> None:
    assert control_tokens([Controls(platform="x", language="en"), Controls(platform="x")]) == [
        "<|language:en|>"
    ]
