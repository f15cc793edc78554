from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from linnet.errors import BadInput
from linnet.retrieval.query import MAX_CHARACTERS, MAX_WORDS, parse_query
from linnet.retrieval.query.grammar import MAX_CONDITIONS, MAX_DEPTH
from linnet.retrieval.query.operators import NAMES

NOW = datetime(2020, 6, 15, 12, tzinfo=UTC)


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
    assert query.filters == {
        "from": ["Ann"], "lang": ["en"], "since": "2017-01-01T00:00:00Z", "until": "2017-02-01T10:00:00Z",
    }  # fmt: skip
    assert query.text == "visa #tax rate hike"


@pytest.mark.parametrize(
    ("query", "normal"),
    [
        ("a OR b c", "(a OR b c)"),
        ("a b OR c", "(a b OR c)"),
        ("(a OR b) c", "c (a OR b)"),
        ("cat AND dog bird", "bird +cat +dog"),
        ("cat AND -dog", "+cat -dog"),
        ("((((cat))))", "+cat"),
        ("-(a (b c))", "-(a b c)"),
        ("NOT NOT NOT a", "-a"),
        ("NOT(a) OR(b)", "(-a OR b)"),
        ("a|b||c", "(a OR b OR c)"),
        ("+-a", "-a"),
        ("(+OR b)", "+OR +b"),
        ("-(+OR b)", "-(+OR b)"),
        ("from:a from:b x lang:en", "x (from:a OR from:b) lang:en"),
        ("from:a -from:b", "from:a -from:b"),
        ("min_faves:3 max_retweets:4 min_replies:1", "min_likes:3 max_reposts:4 min_replies:1"),
        ("during:2017", "since:2017-01-01 until:2018-01-01"),
        ("-during:2017-12", "-(since:2017-12-01 until:2018-01-01)"),
        ("after:2017-01-31 before:2017-03", "since:2017-02-01 until:2017-03-01"),
        ("during:9999", "since:9999-01-01 until:9999-12-31T23:59:59.999999Z"),
        ("since:7d", "since:2020-06-08T12:00:00Z"),
        ("since:12h until:30m", "since:2020-06-15 until:2020-06-15T11:30:00Z"),
        ("within_time:2w", "since:2020-06-01T12:00:00Z"),
        ("filter:images -filter:retweets", "has:image -is:repost"),
        ('from:"a b" url:"x y"', 'from:"a b" url:"x y"'),
        ("domain:HTTPS://www.Example.com/x", "domain:www.example.com"),
        ("sort:latest cat", "cat sort:newest"),
        ("in:all sort:relevance cat", "cat"),
        ("to:@me from:me in:library", "to:@me (from:me OR from:me)"),
        ("see https://en.wikipedia.org/wiki/A_(b)", "see https://en.wikipedia.org/wiki/A_(b)"),
        ("a:)", "a:"),
        ("a!b=c", "a!b=c"),
    ],
)
def test_how_a_query_is_understood(query: str, normal: str) -> None:
    parsed = parse_query(query, now=NOW)
    assert parsed.normal == normal
    assert parse_query(normal).normal == normal
    json.dumps(parsed.to_json())


@pytest.mark.parametrize(
    "bad",
    [
        "since:yesterday", "until:2017-13-01", "since:2017-02-30", "until:20-1-1", "after:2017-1", "before:x",
        "during:2017-01-01T12:00:00Z", "during:7d", "since:0001-01-01T00:00:00+05:00", "since:999999w",
        "until:9999-12-31T23:59:59-05:00", "since:0000", "since_time:soon", "until_time:99999999999999999999",
        "min_likes:abc", "max_replies:-1", "min_faves:1.5", "min_likes:9999999999999999999", "min_likes:²",
        "has:unicorn", "is:happy", "filter:follows", "in:garden", "sort:oldest", "sort:top", "-sort:newest",
        "from:@", "mentions:!", "url:!!", "domain:/", "(cat sort:newest)", "domain:://",
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_in_one_clear_line(bad: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_query(f"cats {bad}", now=NOW)
    message = str(caught.value)
    assert "\n" not in message and "write" in message
    assert bad.strip("(-").removeprefix("cat ").partition(":")[0] + ":" in message


@pytest.mark.parametrize(
    "query",
    [
        "since:2017-02-01 until:2017-01-01", "since:2017 until:2017", "during:2017 during:2019", "since:1h until:2h",
        "cat OR (since:2017-02-01 until:2017-01-01)", "-(after:2017 before:2017)",
    ],
)  # fmt: skip
def test_since_after_until_cannot_match(query: str) -> None:
    with pytest.raises(BadInput, match="swap them"):
        parse_query(query, now=NOW)


@pytest.mark.parametrize("query", ["from:me", "cat OR -to:me", "mentions:me", "in:library"])
def test_me_needs_a_reader(query: str) -> None:
    parsed = parse_query(query)
    parsed.check_reader("1")
    with pytest.raises(BadInput, match="me "):
        parsed.check_reader(None)


@pytest.mark.parametrize("text", ["foo:bar", "http://a.b/c", "from:", "10:30", "-", "--", "a:b:c", ":", "::"])
def test_what_is_no_operator_is_words(text: str) -> None:
    query = parse_query(text)
    assert query.filters == {}
    assert query.words == ((text,) if text not in ("-", "--") else ())


@pytest.mark.parametrize("name", sorted(NAMES))
def test_names_are_known_in_any_case_and_width(name: str) -> None:
    values = {"min": "1", "max": "1", "since": "2017", "until": "2017", "before": "2017", "after": "2017"}
    values |= {
        "during": "2017",
        "within": "7d",
        "has": "image",
        "is": "reply",
        "filter": "links",
        "in": "public",
    }
    values |= {"sort": "newest"}
    value = values.get(name.partition("_")[0], "x")
    wide = "".join(chr(ord(c) + 0xFEE0) for c in f"{name.upper()}:")
    parsed = parse_query(wide + value)
    assert parsed.words == () and parsed.filters and parsed == parse_query(f"{name}:{value}")


@pytest.mark.parametrize(
    ("query", "near"),
    [("form:ann", "from"), ("untill:2017", "until"), ("lnag:en", "lang"), ("hass:image", "has"), ("min_like:3", "min_likes"),
     ("frm:ann", "from"), ("Conversationid:3", "conversation_id")],
)  # fmt: skip
def test_a_slip_is_pointed_out(query: str, near: str) -> None:
    parsed = parse_query(query)
    assert parsed.words == (query,)
    assert len(parsed.notes) == 1 and f"did you mean {near}:?" in parsed.notes[0]


@pytest.mark.parametrize("query", ["form:", "https://x.org", "note:this", "re:you", "it:is", "foo:bar"])
def test_other_colons_are_left_alone(query: str) -> None:
    assert parse_query(query).notes == ()


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ('"big dog" and "cat', "quotation mark"),
        ("(cat dog", "opening parenthesis"),
        ("sad :(", "opening parenthesis"),
        ("sad ((((", "opening parenthesis"),
        ("cat) dog", "closing parenthesis"),
        ("cat OR", "OR without"),
        ("AND cat", "AND without"),
        ("cat AND OR dog", "AND without"),
        ("cat OR OR dog", "OR without"),
        ("cat NOT", "NOT without"),
        ("from: ann", "without a value"),
        ("word " * 2000, str(MAX_CHARACTERS)),
        ("w " * 100, str(MAX_WORDS)),
        ("from:a " * 200, str(MAX_CONDITIONS)),
    ],
)
def test_what_is_mended_or_cut_is_said(query: str, note: str) -> None:
    assert any(note in one for one in parse_query(query).notes)


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


def test_what_is_embedded_is_what_is_meant() -> None:
    query = parse_query('cat -dog ("big mat" OR chair from:ann) -(a OR -b) +must !!')
    assert query.text == "cat !! big mat chair must"
    assert parse_query("!!! from:ann").text == ""


def test_filters_say_what_is_nested_and_what_must_not_be() -> None:
    query = parse_query(
        "has:image has:link -from:bob -is:reply (cat OR from:ann) (cat OR dog) min_likes:3 sort:newest"
    )
    assert query.filters == {
        "has": ["image", "link"], "-from": ["bob"], "-is": ["reply"], "groups": ["cat OR from:ann"],
        "min_likes": ["3"], "sort": "newest",
    }  # fmt: skip


def test_only_necessary_authors_and_times_are_told_to_the_vectors() -> None:
    query = parse_query("cat OR from:ann since:2017")
    assert (query.authors, query.since) == ((), None)
    assert parse_query("(from:a OR from:b) cat").authors == ("a", "b")
    assert parse_query("(from:a OR lang:en) cat").authors == ()
    assert parse_query("-from:a -lang:en -since:2017").filters.keys() == {"-from", "-lang", "-since"}
    assert parse_query("since:2017 since:2018").since == datetime(2018, 1, 1, tzinfo=UTC)


def test_parentheses_may_be_deep_but_not_without_end() -> None:
    deep = "(a OR " * MAX_DEPTH + "b" + ")" * MAX_DEPTH
    assert parse_query(deep).required
    with pytest.raises(BadInput, match="flatter"):
        parse_query(f"({deep})")


@pytest.mark.parametrize(
    "piece",
    ["(", ")", '"', "-", "+", "|", "()", "(a ", "a(", "-(", 'from:"', "a:", "NOT ", "OR ", "a OR ", "-\"", "@a@", "ab:c(",
     "from:a ", "since:7d ", "\u200f", "猫", "(-", "a|", ")(", "form:x("],
)  # fmt: skip
def test_no_query_takes_long(piece: str) -> None:
    started = time.process_time()
    try:
        parsed = parse_query(piece * (10_000 // len(piece)))
        assert parse_query(parsed.normal[:MAX_CHARACTERS]) is not None
    except BadInput as error:
        assert "\n" not in str(error)
    assert time.process_time() - started < 0.25


def test_a_query_has_few_different_to() -> None:
    parse_query("to:ann to:ANN -to:Änn (to:bo OR to:cy) to:me")
    for query in ("to:a to:b to:c to:d to:e", "x OR (to:a -to:b (to:c OR to:d)) to:me"):
        with pytest.raises(BadInput, match="4 at most"):
            parse_query(query)
