"""Each quality rule, at its boundary."""

from __future__ import annotations

import polars as pl
import pytest

from linnet.corpus.quality import (
    MAX_EMOJI_RUN,
    MAX_LINKS,
    MAX_MENTIONS,
    MAX_RUN,
    MAX_TAGS,
    MIN_LETTERS,
    MIN_LETTERS_DENSE,
    own_words,
    quality_reason,
)

GOOD = "The ferry to the old harbour runs again from Monday"


def reason_of(text, repost_of=None):
    frame = pl.DataFrame({"text": [text], "repost_of": pl.Series([repost_of], dtype=pl.String)})
    return frame.select(quality_reason(pl.col("text"), own_words(pl.col("text")), pl.col("repost_of")))[0, 0]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD, None),
        ("港の古いフェリーは月曜日から運航します", None),
        ("العبارة تعود للعمل يوم الاثنين", None),
        ("THE FERRY RUNS AGAIN FROM MONDAY", None),  # shouting stays
        ("RT @ada: the ferry runs again", "repost"),
        ("ok", "too_few_words"),
        ("@ada @bob https://example.org/x #ferry", "too_few_words"),
        ("a" + "bcdefgh"[: MIN_LETTERS - 1], None),
        ("a" + "bcdefgh"[: MIN_LETTERS - 2], "too_few_words"),
        ("明天见吧"[:MIN_LETTERS_DENSE], None),
        ("明天见吧"[: MIN_LETTERS_DENSE - 1], "too_few_words"),
        ("wow!!!! $$$$$$ %%%%% ^^^^^^ &&&&& ((((( ferry again", "mostly_symbols"),
        ("abcdefgh" + "$%&^()+;:,<>"[:12], None),  # 8 of 20: exactly the share
        ("abcdefgh" + "$%&^()+;:,<>§", "mostly_symbols"),
        (GOOD + " #tag" * MAX_TAGS, None),
        (GOOD + " #tag" * (MAX_TAGS + 1), "too_many_tags"),
        (GOOD + " https://example.org/a" * MAX_LINKS, None),
        (GOOD + " https://example.org/a" * (MAX_LINKS + 1), "too_many_links"),
        (GOOD + " @ada" * MAX_MENTIONS, None),
        (GOOD + " @ada" * (MAX_MENTIONS + 1), "too_many_mentions"),
        ("@ada " * 20 + GOOD, None),  # the addressees of a reply
        ("yes the ferry is b" + "a" * MAX_RUN + "ck", None),
        ("yes the ferry is b" + "a" * (MAX_RUN + 1) + "ck", "repeated_characters"),
        ("да, паром снова " + "у" * (MAX_RUN + 1) + "ра", "repeated_characters"),
        ("港のフェリーが動くw" + "w" * MAX_RUN, "repeated_characters"),
        (GOOD + " " + "😂" * MAX_EMOJI_RUN, None),
        (GOOD + " " + "😂 " * (MAX_EMOJI_RUN + 1), "emoji_block"),
        ("go ferry go ferry go ferry harbour again monday old", None),  # 10 words, 4 repeated
        ("go ferry go ferry go ferry go ferry go ferry", "repeated_words"),
        ("go ferry go ferry go ferry go", None),  # seven words are too few to say
        ("Lorem ipsum dolor sit amet consectetur", "placeholder_text"),
        ("Hello {first_name}, your parcel is waiting", "placeholder_text"),
        ("Welcome {{ user.name }} to the harbour", "placeholder_text"),
        ("a set {a, b, c} of three ferries", None),
    ],
)
def test_rules(text, reason):
    assert reason_of(text) == reason


def test_a_repost_by_its_record():
    assert reason_of(GOOD, repost_of="17") == "repost"


def test_masked_posts_are_judged_too():
    assert reason_of("call [phone] about the ferry on monday") is None
