"""Where a span may begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.provenance.units import split_units, unit_starts_in_bytes


def pieces(text: str) -> list[str]:
    units = split_units(text)
    return [text[start:end] for start, end in zip(units.starts, units.ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n", []),
        ("the cat, sat.", ["the", "cat", ",", "sat", "."]),
        ("a_b 12x", ["a_b", "12x"]),
        ("[email]", ["[", "email", "]"]),
        ("猫が好き", ["猫", "が", "好", "き"]),
        ("コーヒー", ["コ", "ー", "ヒ", "ー"]),
        ("한국어 글", ["한국어", "글"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("ok 👍🏽!", ["ok", "👍", "🏽", "!"]),
        ("❤\ufe0f yes", ["❤\ufe0f", "yes"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
    ],
)
def test_units_of_many_scripts(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_a_contraction_is_one_word() -> None:
    units = split_units("I don't know 'it'")
    assert units.is_word.sum() == 4
    assert split_units("don’t").is_word.sum() == 1


@given(st.text())
def test_units_do_not_overlap_and_starts_in_bytes_agree(text: str) -> None:
    units = split_units(text)
    assert (units.starts < units.ends).all()
    assert (units.ends[:-1] <= units.starts[1:]).all()
    expected = [len(text[:start].encode()) for start in units.starts]
    assert unit_starts_in_bytes(text).tolist() == expected


@given(
    st.text(alphabet="ab '\u0301\u200d😀猫.", max_size=20),
    st.text(alphabet="ab '\u0301\u200d😀猫.", max_size=20),
)
def test_units_inside_a_span_do_not_depend_on_what_stands_before(before: str, text: str) -> None:
    units = split_units(text)
    if not len(units.starts):
        return
    span = text[units.starts[0] :]
    joined = split_units(before + " " + span)
    inside = joined.starts[joined.starts >= len(before) + 1] - len(before) - 1
    assert inside.tolist() == (units.starts - units.starts[0]).tolist()
