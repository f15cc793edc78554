from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.retrieval.words import MAX_WORD_CHARACTERS, fold, split_words


@pytest.mark.parametrize(
    ("text", "body", "extra"),
    [
        ("Café #Visa 東京都", "cafe visa 東京 京都", "#visa 東 京 都"),
        ("@Bob_1 says: don't", "bob_1 says don t", "@bob_1"),
        ("https://www.example.com/a-big/Story.html?x=1", "example com a big story html x 1", ""),
        ("mail me@example.com", "mail me example com", ""),  # no handle: the @ stands inside a word
        ("STRASSE Straße", "strasse strasse", ""),
        ("Ёлка й", "елка й", ""),
        ("مَرْحَبًا بالعالم", "مرحبا بالعالم", ""),
        ("ﬁne ＡＢＣ", "fine abc", ""),  # ligature and full width letters
        ("สวัสดี", "สว วั ัส สด ดี", "ส ว ั ส ด ี"),
        ("iPhone購入", "iphone 購入", "購 入"),
        ("字", "字", "字"),
        ("ok 😀!", "ok 😀", ""),
        ("", "", ""),
        ("!!! ...", "", ""),
    ],
)
def test_words_of(text: str, body: str, extra: str) -> None:
    words = split_words(text)
    assert (" ".join(words.body), " ".join(words.extra)) == (body, extra)


def test_long_runs_are_cut() -> None:
    assert split_words("a" * 5000).body == ("a" * MAX_WORD_CHARACTERS,)


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_words_that_the_index_can_split_at_spaces(text: str) -> None:
    words = split_words(text)
    for word in (*words.body, *words.extra):
        assert word and len(word.split()) == 1 and word.split()[0] == word
        assert len(word) <= MAX_WORD_CHARACTERS


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x2000), max_size=80))
@settings(max_examples=200, deadline=None)
def test_upper_case_is_the_same_word(text: str) -> None:
    assert fold(fold(text)) == fold(text) or not text.isascii()
    if text.isascii():
        assert split_words(text.upper()).body == split_words(text.lower()).body
