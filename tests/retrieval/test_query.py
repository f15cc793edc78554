from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput
from linnet.retrieval.query import MAX_CHARACTERS, MAX_WORDS, parse_query


def test_everything_at_once() -> None:
    query = parse_query(
        'visa "rate hike" -card from:@Ann since:2017-01-01 until:2017-02-01T12:00:00+02:00 lang:EN #tax'
    )
    assert query.words == ("visa", "#tax")
    assert query.phrases == ("rate hike",)
    assert query.excluded == ("card",)
    assert query.authors == ("Ann",)
    assert query.languages == ("en",)
    assert query.since == datetime(2017, 1, 1, tzinfo=UTC)
    assert query.until == datetime(2017, 2, 1, 10, tzinfo=UTC)
    assert query.filters["since"] == "2017-01-01T00:00:00Z"


@pytest.mark.parametrize("bad", ["since:yesterday", "until:2017-13-01", "since:2017-02-30", "until:20-1-1"])
def test_a_bad_date_is_one_clear_line(bad: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_query(f"cats {bad}")
    assert "\n" not in str(caught.value) and bad.partition(":")[0] in str(caught.value)


def test_since_after_until_cannot_match() -> None:
    with pytest.raises(BadInput):
        parse_query("since:2017-02-01 until:2017-01-01")


@pytest.mark.parametrize("text", ["foo:bar", "http://a.b/c", "from:", "10:30", "-", "--"])
def test_what_is_no_filter_is_words(text: str) -> None:
    query = parse_query(text)
    assert query.filters == {}
    assert query.words == ((text,) if text not in ("-", "--") else ())


def test_a_lonely_quotation_mark_is_ignored_with_a_note() -> None:
    query = parse_query('"big dog" and "cat')
    assert query.phrases == ("big dog",)
    assert query.words == ("and", "cat")
    assert len(query.notes) == 1


def test_excluded_phrases_and_curly_marks() -> None:
    assert parse_query("“big dog” -“small cat”").excluded == ("small cat",)


def test_a_long_query_is_cut_with_a_note() -> None:
    query = parse_query("word " * 2000)
    assert len(query.words) == MAX_WORDS
    assert any(str(MAX_CHARACTERS) in note for note in query.notes)


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_parsed_or_refused_in_one_line(text: str) -> None:
    try:
        parse_query(text)
    except BadInput as error:
        assert "\n" not in str(error).replace(text, "")


@pytest.mark.parametrize("query", ["since:0001-01-01T00:00:00+05:00", "until:9999-12-31T23:59:59-05:00"])
def test_a_time_outside_the_calendar_is_no_date(query: str) -> None:
    with pytest.raises(BadInput, match="is no date"):
        parse_query(query)
