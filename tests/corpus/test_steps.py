"""The steps of curation, each on its own."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.corpus.duplicates import band_hashes, jaccard, near_duplicates, normalised, shingle_hashes
from linnet.corpus.language import detect_languages
from linnet.corpus.privacy import mask_personal_data, masked, passes_luhn
from linnet.corpus.quality import own_words, quality_reason
from linnet.corpus.threads import conversation_roots, reply_order, split_long


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The ferry to the old harbour runs again from Monday", None),
        ("港の古いフェリーは月曜日から運航します", None),
        ("العبارة تعود للعمل يوم الاثنين", None),
        ("RT @ada: the ferry runs again", "repost"),
        ("ok", "too_few_words"),
        ("@ada @bob https://example.org/x #ferry", "too_few_words"),
        ("wow!!!! $$$$$$ %%%%% ^^^^^^ &&&&& ((((( ferry again", "mostly_symbols"),
        ("the ferry runs again " + " ".join(f"#tag{i}" for i in range(9)), "too_many_tags"),
        ("yes the ferry is baaaaaaaaaaaaaaaaack", "repeated_characters"),
    ],
)
def test_quality(text, reason):
    frame = pl.DataFrame({"text": [text], "repost_of": pl.Series([None], dtype=pl.String)})
    words = own_words(pl.col("text"))
    assert frame.select(quality_reason(pl.col("text"), words, pl.col("repost_of")))[0, 0] == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to bob.x+y@mail.example.com now", "write to [email] now"),
        ("call +1 650-253-0000 today", "call [phone] today"),
        ("call (323)678-4779", "call [phone]"),
        ("server at 192.168.1.10 is down", "server at [ip] is down"),
        ("2001:db8::ff00:42:8329 answers", "[ip] answers"),
        ("my card is 4111 1111 1111 1111", "my card is [card]"),
        ("order 4111 1111 1111 1112", "order 4111 1111 1111 1112"),
        ("at 10:30:20 on 2019-10-12", "at 10:30:20 on 2019-10-12"),
        ("won 3-1, 250 000 people", "won 3-1, 250 000 people"),
        ("@handle says hi", "@handle says hi"),
        ("see https://example.org/status/6502530000123", "see https://example.org/status/6502530000123"),
        ("version 1.2.3", "version 1.2.3"),
    ],
)
def test_personal_data(text, expected):
    assert mask_personal_data(text) == expected
    assert masked(pl.Series("text", [text])).to_list() == [expected]


@pytest.mark.parametrize(
    ("number", "valid"),
    [("4111111111111111", True), ("4111111111111112", False), ("0000000000000000", False), ("41111", False)],
)
def test_luhn(number, valid):
    assert passes_luhn(number) is valid


def test_shingles_do_not_cross_texts():
    together, offsets = shingle_hashes(["harbour", "ab", "ferry boat"])
    assert offsets.tolist() == [0, 3, 4, 10]
    alone = [shingle_hashes([text])[0].tolist() for text in ("harbour", "ab", "ferry boat")]
    assert together.tolist() == [value for values in alone for value in values]


@given(st.lists(st.text(min_size=0, max_size=40), min_size=1, max_size=8))
def test_shingle_counts(texts):
    hashes, offsets = shingle_hashes(texts)
    assert len(hashes) == offsets[-1] == sum(max(len(text) - 4, 1) for text in texts)


def test_near_duplicates_in_any_script():
    texts = pl.Series(
        [
            "the old harbour ferry runs again from monday morning at eight",
            "something else entirely about the football match on sunday",
            "the old harbour ferry runs again from monday morning at nine",
            "港の古いフェリーは月曜日の朝から再び運航しますので皆さんどうぞ",
            "港の古いフェリーは月曜日の朝から再び運航しますので皆さんぜひ",
        ]
    )
    copies = near_duplicates(texts, band_hashes(texts.to_list()), threshold=0.75)
    assert copies == {2: 0, 4: 3}
    assert jaccard(texts[0], texts[2]) >= 0.75


def test_normalised_sees_through_case_and_punctuation():
    frame = pl.DataFrame({"text": ["Hello,   WORLD!!", "hello world"]})
    assert frame.select(normalised(pl.col("text")))["text"].n_unique() == 1


def test_languages():
    words = [
        "La ligne de bus est fermée jusqu'à nouvel ordre, prenez le tram",
        "Die Fähre fährt ab Montag wieder, wir freuen uns sehr darauf",
        "この港のフェリーは月曜日から運航を再開します",
        "12345 !!",
    ]
    assert detect_languages(words, [None, None, None, None]) == ["fr", "de", "ja", "und"]
    assert detect_languages(["12345"], ["pt-BR"]) == ["pt"]


def test_reply_order_is_depth_first_and_cycles_end():
    ids = ["a", "b", "c", "d", "e"]
    assert reply_order(ids, [None, "a", "a", "b", "c"]) == [0, 1, 3, 2, 4]
    assert sorted(reply_order(["a", "b"], ["b", "a"])) == [0, 1]


def test_conversation_roots():
    ids = pl.Series(["a", "b", "c", "d", "x"])
    parents = pl.Series([None, "a", "b", "gone", "x"], dtype=pl.String)
    assert conversation_roots(ids, parents).tolist() == [0, 0, 0, 3, 4]


def test_a_thread_of_a_thousand_replies():
    ids = pl.Series([str(i) for i in range(1000)])
    parents = pl.Series([None, *[str(i) for i in range(999)]], dtype=pl.String)
    assert set(conversation_roots(ids, parents).tolist()) == {0}
    order = reply_order(ids.to_list(), parents.to_list())
    assert order == list(range(1000))
    assert [len(part) for part in split_long(order, 64)] == [64] * 15 + [40]
