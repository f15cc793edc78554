"""Each query finds exactly these posts, by the definition and by the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from linnet.retrieval.lexical import LexicalSnapshot
from linnet.retrieval.query import parse_query
from linnet.retrieval.query.evaluate import Context, matches
from tests.retrieval.query.posts import BY_ID, POSTS, index_of, visible_to

PUBLIC = {post.post_id for post in visible_to(None)}
CATS = "c1 c2 c3 c6 e3 m1 m4"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalSnapshot:
    return index_of(tmp_path_factory.mktemp("index"), POSTS)


def ids(written: str) -> set[str]:
    """`written` ids; with a leading "*" all public ones but these."""
    return PUBLIC - set(written[1:].split()) if written.startswith("*") else set(written.split())


def check(index: LexicalSnapshot, query: str, reader: str | None, expected: set[str]) -> None:
    parsed = parse_query(query)
    visible = visible_to(reader)
    context = Context(reader=reader, posts=visible)
    defined = {post.post_id for post in visible if matches(parsed, post, context=context)}
    assert defined == expected
    found = [post.post_id for post in index.search(parsed, limit=1000, reader=reader)]
    assert set(found) == expected and len(found) == len(expected)
    looked_up = index.lookup(list(BY_ID), query=parsed, reader=reader)
    assert set(looked_up) >= expected  # the optional words are no condition there


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # bare words: any of them
        ("cat", CATS),
        ("CAT", CATS),
        ("ｃａｔ", CATS),
        ("cat dog", CATS + " c4 v3"),
        ("cat nosuchword", CATS),
        ("nosuchword", ""),
        ("", "*"),
        ("   ", "*"),
        ("!!!", ""),
        ("!!! cat", CATS),
        ("!!! from:bob", "c2 c4 c6 t2 t3 e1 e2 e3 v5 v6"),
        ("well-known", "t9"),
        ("known-well", ""),
        ("C++", "t9"),
        ("foo:bar", "w4"),
        ("bar:foo", ""),
        ("to", "w1 v5 v7"),
        ("\x00cat\x07", CATS),
        ("cat\ndog\tbird", CATS + " c4 v3"),
        # phrases
        ('"the cat"', "c1 c3 c6"),
        ('"cat the"', ""),
        ("“the cat”", "c1 c3 c6"),
        ("«the cat»", "c1 c3 c6"),
        ("＂the cat＂", "c1 c3 c6"),
        ('"THE   Cat"', "c1 c3 c6"),
        ('"cat"', CATS),
        ('"the cat" dog', "c3"),
        ('"the cat" "the mat"', "c1 c6"),
        ('"the cat', CATS + " c5 c7"),
        ('"rate hike"', "t9"),
        ('""', "*"),
        ('"!!!"', ""),
        ('"OR"', "w1 w2 m4"),
        # necessary words
        ("+cat +dog", "c2 c3 m4"),
        ("cat +dog", "c2 c3 m4"),
        ("+cat dog", "c2 c3 m4"),
        ("+cat +nosuchword", ""),
        ("cat AND dog", "c2 c3 m4"),
        ("cat AND dog AND mat", ""),
        ("sat AND cat mat", "c1 c6"),
        ("(cat dog)", "c2 c3 m4"),
        ("(cat)", CATS),
        ("+!! cat", CATS),
        # OR
        ("cat OR dog", CATS + " c4 v3"),
        ("cat|dog", CATS + " c4 v3"),
        ("cat | dog", CATS + " c4 v3"),
        ("sat OR cat dog", "c1 c6 c8 c2 c3 m4"),
        ("(sat OR cat) dog", "c2 c3 m4"),
        ("(sat OR cat) (mat OR chair)", "c1 c6 c8"),
        ('"the mat" OR "a chair"', "c1 c6 c7 c8"),
        ("cat or dog", CATS + " c4 v3 w1 w2"),
        ("cat OR", CATS),
        ("OR cat", CATS),
        ("!! OR cat", CATS),
        ("from:ann OR from:bob", "c1 c2 c3 c4 c6 c8 t1 t2 t3 l1 l2 l3 l4 l5 l6 e1 e2 e3 v5 v6"),
        ("fees from:bob OR from:ivan #stocks", "t2 t5"),
        ("(cat OR (dog -hates)) -the", "c2 c4 e3 m1 m4 v3"),
        # NOT
        ("cat -dog", "c1 c6 e3 m1"),
        ("cat NOT dog", "c1 c6 e3 m1"),
        ("cat AND NOT dog", "c1 c6 e3 m1"),
        ('cat -"the cat"', "c2 e3 m1 m4"),
        ("-cat", "*" + CATS),
        ("cat -(dog OR sat)", "e3 m1"),
        ("cat -(the sat)", "c2 c3 e3 m1 m4"),
        ("cat -from:ann", "c2 c6 e3 m1 m4"),
        ("NOT NOT dog", "c2 c3 c4 m4 v3"),
        ("-(-dog)", "c2 c3 c4 m4 v3"),
        ("--dog cat", "c1 c6 e3 m1"),
        ("cat -", CATS),
        ("- cat", CATS),
        ("dog OR -from:7 cat", "c1 c2 c3 c4 c6 e3 m4 v3"),
        ("-!! cat", CATS),
        ("-cat -dog lang:en-US", ""),
        # mentions, tags, cashtags
        ("#tax", "t1"),
        ("tax", "t1 t2"),
        ("#TAX", "t1"),
        ("＃tax", "t1"),
        ("#taxday", "t1"),
        ("-#tax tax", "t2"),
        ("#nosuchtag", ""),
        ("@ann", "c2 c6 t6"),
        ("ann", "c2 c6 t6 t7"),
        ("mentions:ann", "c2 c6 t6"),
        ("mentions:@Ann", "c2 c6 t6"),
        ("mentions:ann -is:reply", "c6 t6"),
        ("mentions:dora.example.social", "t8"),
        ("+@ann +@bob", "t6"),
        ("$AAPL", "t3"),
        ("$aapl", "t3"),
        ("＄AAPL", "t3"),
        ("aapl", "t3 t4"),
        ("$BRK.B", "t5"),
        ("$TSLA -$AAPL", ""),
        ("$5", "t4"),
        # authors
        ("from:1", "c1 c3 t1 l1 l2 l3 l4 l5 l6"),
        ("from:ann", "c1 c3 c8 t1 l1 l2 l3 l4 l5 l6"),  # one's handle is another's id
        ("from:@ANN cat", "c1 c3"),
        ("FROM:ann cat", "c1 c3"),
        ("from：ann cat", "c1 c3"),
        ("from:chloe", "c5 c7 t4 f1 f2 f3 f4 v7"),
        ('from:"ann" cat', "c1 c3"),
        ("from:bob from:7 cat", "c2 c6 e3 m1 m4"),
        ("(from:bob from:7) cat", "c2 c6 e3 m1 m4"),
        ("from:dora.example.social cat", "m1 m4"),
        ("from:nobody", ""),
        # replies to someone
        (
            "to:ann",
            "c2 c5",
        ),  # by the name at the start, or by reply_to; not the repost, nor to a secret of hers
        ("to:1", "c2 c5"),
        ("to:bob", "c3"),
        ("to:mia", "v6"),
        ("to:dora.example.social", "t8"),
        ("to:nobody", ""),
        ("-to:ann is:reply", "c3 m3 v5 v6 v7"),
        # time
        ("since:2020-04-10", "w1 w2 w3 w4 w5 w6"),
        ("since:2020-04-10T12:00:00Z", "w1 w2 w3 w4 w5 w6"),
        ("since:2020-04-10T12:00:01Z", "w2 w3 w4 w5 w6"),
        ("since:2020-04-10T14:00:00+02:00", "w1 w2 w3 w4 w5 w6"),
        ("until:2020-01-02", "c1"),
        ("until:2020-01-02T12:00:00Z", "c1"),
        ("since:2020-01-02 until:2020-01-04", "c2 c3"),
        ("before:2020-01-02", "c1"),
        ("after:2020-04-10", "w2 w3 w4 w5 w6"),
        ("during:2020-01-02", "c2"),
        ("during:2020-04 cat", ""),
        ("during:2020-04", "v3 v5 v6 v7 w1 w2 w3 w4 w5 w6"),
        ("during:2020 cat", CATS),
        ("during:2019", ""),
        ("-during:2020-01 cat", "e3 m1 m4"),
        ("since:2020-04", "v3 v5 v6 v7 w1 w2 w3 w4 w5 w6"),
        ("since:7d", ""),
        ("until:7d cat", CATS),
        ("since_time:1586520000", "w1 w2 w3 w4 w5 w6"),
        # language
        ("lang:fr", "f1 f2"),
        ("lang:FR_fr", "f2"),
        ("language:en-gb", "c7"),
        ("lang:de lang:sv", "f3 l5 c8"),
        ("lang:zh", "w4 w5"),
        ("lang:zh-hant", "w4"),
        ("lang:e", ""),
        ("-lang:en -from:9 dog", ""),
        # what a post has and is
        ("has:image", "m1 m5"),
        ("has:images", "m1 m5"),
        ("has:video", "m2 m5"),
        ("has:audio", "m3"),
        ("has:media", "m1 m2 m3 m5"),
        ("has:poll", "m4"),
        ("has:link", "l1 l2 l3 l4 l5 m5"),
        ("has:embed from:7", "m5"),
        ("filter:links -filter:media", "l1 l2 l3 l4 l5"),
        ("filter:replies", "c2 c3 c5 m3 v5 v6 v7"),
        ("is:reply", "c2 c3 c5 m3 v5 v6 v7"),
        ("is:repost", "c6"),
        ("filter:nativeretweets", "c6"),
        ("is:quote", "c7"),
        ("-is:repost -is:reply cat", "c1 e3 m1 m4"),
        ("has:image OR has:poll", "m1 m4 m5"),
        ("in:public cat", CATS),
        ("in:all cat", CATS),
        # threads
        ("conversation:c1", "c1 c2 c3 c5"),
        ("conversation_id:c1 dog", "c2 c3"),
        ("conversation:thread", "w6"),
        # links
        ("url:coffee", "l1 l3"),
        ("url:best-coffee", "l1"),
        ("url:coffee-best", ""),
        ("url:example.com/best-coffee", "l1"),
        ("url:https://www.example.com/best-coffee", "l1"),
        ('url:"rate hike"', "l2"),
        ("url:x", "l1 l3"),
        ("coffee", "l1 l3 l6"),
        ("domain:example.com", "l1 l3 m5"),
        ("domain:a.example.com", "l3"),
        ("domain:www.example.com", "l1"),
        ("domain:https://example.com/any", "l1 l3 m5"),
        ("domain:bbc.co.uk", "l2"),
        ("domain:uk", "l2"),
        ("domain:xample.com", ""),
        ("domain:other.org", "l3"),
        ("domain:secret.net", "l4"),
        ("domain:münchen.de", "l5"),
        ("domain:xn--mnchen-3ya.de", "l5"),
        # counts
        ("min_likes:11", "c2 c7 t3 m2"),
        ("min_faves:100", "c2 t3"),
        ("min_likes:0 cat", CATS),
        ("min_reposts:1", "c4"),
        ("min_retweets:8", ""),
        ("min_replies:2", "c3 m5"),
        ("max_likes:5 cat", "c1 c3 c6 e3 m1 m4"),
        ("min_likes:5 max_likes:10", "c1 c4"),
        ("-min_likes:1 from:7", "m1 m3 m4 m5"),
        ("min_likes:٥٠", "c2 t3 m2"),
        # sorting
        ("cat sort:newest", CATS),
        ("sort:relevance cat", CATS),
        # scripts
        ("кот", "r1 r2"),
        ("КОТ", "r1 r2"),
        ("#кот", "r2"),
        ("елка", "r2"),
        ('"привет мир"', "r1"),
        ("привет -мир", "r3"),
        ("オリンピック", "j1"),
        ("東京", "j1 j4"),
        ("+東京タワー", "j4"),
        ("京", "j1 j2 j4"),
        ("猫", "j2 j3"),
        ("#猫", "j2"),
        ("猫 -犬", "j2"),
        ("(猫 犬)", "j3"),
        ("猫 OR オリンピック", "j1 j2 j3"),
        ("#東京タワー", "j4"),
        ("#東京", ""),
        ("abc放送", "j4"),
        ("iphone", "j3"),
        ("مرحبا", "a1 a3"),
        ("#قطة", "a2"),
        ('"مرحبا بالعالم"', "a1"),
        ("from:omar -مرحبا", "a2"),
        ("🎉", "e1"),
        ("😀 OR 😢", "e2 e3"),
        ("😢 -cat", ""),
        ("cafe", "f1 f2"),
        ("café -fort", "f1"),
        ("strasse", "f3"),
        ("l'été", "f1"),
        ("nino", "f4"),
        # mistakes that are mended
        ("cat (dog", "c2 c3 m4"),
        ("cat) -dog", "c1 c6 e3 m1"),
        (")))cat(((", CATS),
        ("() cat", CATS),
        ("form:ann cat", CATS),
        ("from: here", "w3 c8 c9"),
        ("cat AND", CATS),
        ("NOT", "*"),
        ("' OR 1=1 --", ""),
    ],
)
def test_what_anyone_finds(index: LexicalSnapshot, query: str, expected: str) -> None:
    check(index, query, None, ids(expected))


@pytest.mark.parametrize(
    ("query", "reader", "expected"),
    [
        ("cat", "8", CATS + " v1 v2"),
        ("from:me", "8", "v1 v2 v3"),
        ("from:me", "1", "c1 c3 t1 l1 l2 l3 l4 l5 l6 v4"),
        ("from:me from:bob dog", "8", "c2 c4 v3"),
        ("in:library cat", "8", "v1 v2"),
        ("in:public from:me", "8", "v3"),
        ("-in:public", "8", "v1 v2"),
        ("-in:public", "1", "v4"),
        ("-from:me secret", "8", "l4 v5 v7"),
        ("from:@me", "8", ""),
        ("to:me", "8", "v6 v7"),
        ("to:mia", "8", "v6 v7"),
        ("to:ann", "1", "c2 c5 v5"),
        ("mentions:me", "1", "c2 c6 t6"),
        ("mentions:me", "9", ""),
        ("from:mia OR cat", "1", CATS + " v3"),
        ("is:reply from:me", "8", "v2"),
    ],
)
def test_what_a_reader_finds(index: LexicalSnapshot, query: str, reader: str, expected: str) -> None:
    check(index, query, reader, ids(expected))


def test_the_newest_come_first_when_asked(index: LexicalSnapshot) -> None:
    def found(query: str, limit: int = 1000) -> list[str]:
        return [post.post_id for post in index.search(parse_query(query), limit=limit, reader="8")]

    assert found("cat sort:newest") == ["v2", "v1", "m4", "m1", "e3", "c6", "c3", "c2", "c1"]
    assert found("cat sort:latest", 2) == ["v2", "v1"]
    assert found("lang:fr") == ["f2", "f1"]
    assert found("dog")[0] == "c4"


def test_equal_scores_go_newest_first_also_beyond_the_limit(tmp_path: Path) -> None:
    from tests.retrieval.fakes import post

    index = index_of(tmp_path, [post(f"{i:03}", "same #tag", minutes=i % 100) for i in range(200)])
    found = index.search(parse_query("#tag"), limit=5, reader=None)
    assert [(one.created_at.minute + 60 * one.created_at.hour) for one in found] == [99, 99, 98, 98, 97]
    mixed = index_of(
        tmp_path / "mixed",
        [post("best", "tag tag tag tag"), *(post(f"{i:03}", "a tag", minutes=i) for i in range(1, 100))],
    )
    found = mixed.search(parse_query("tag"), limit=4, reader=None)
    assert [one.post_id for one in found] == ["best", "099", "098", "097"]


def test_very_common_words_only_rank_beside_rarer_ones(
    index: LexicalSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linnet.retrieval.lexical_conditions.COMMON_POSTS", 3)
    assert {one.post_id for one in index.search(parse_query("cat paris"), limit=99, reader=None)} == {"f1"}
    assert {one.post_id for one in index.search(parse_query("cat"), limit=99, reader=None)} == ids(CATS)
    assert {one.post_id for one in index.search(parse_query("+cat paris"), limit=99, reader=None)} == set()


def test_a_to_with_too_many_posts_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.retrieval.fakes import post

    monkeypatch.setattr("linnet.retrieval.lexical_snapshot.MAX_ADDRESSED_POSTS", 2)
    posts = [post(f"p{i}", "hello", "a1", i) for i in range(3)]
    posts += [post(f"r{i}", "answer", "a2", 10 + i, reply_to=f"p{i}") for i in range(3)]
    index = index_of(tmp_path, posts)
    query = parse_query("to:a1")
    assert {one.post_id for one in index.search(query, limit=9, reader=None)} == {"r1", "r2"}
    notes = index.notes(query, reader=None)
    assert len(notes) == 1 and "to:a1" in notes[0]


def test_the_spellings_of_a_to_are_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.retrieval.fakes import post

    monkeypatch.setattr("linnet.retrieval.lexical_snapshot.MAX_ADDRESSEES_KEPT", 3)
    posts = [post("p1", "hello", "Id", 1, author_name="Ann"), post("p2", "hello", "id", 2, author_name="Bo")]
    posts += [post(f"r{i}", "answer", "a2", 10 + i, reply_to=f"p{i}") for i in (1, 2)]
    index = index_of(tmp_path, posts)

    def found(query: str) -> set[str]:
        return {one.post_id for one in index.search(parse_query(query), limit=9, reader=None)}

    assert [found(f"to:{name}") for name in ("ann", "ANN", "Änn", "@Ann")] == [{"r1"}] * 4
    assert len(index._addressees) == 1
    assert [found(f"to:{name}") for name in ("Id", "id", "ID")] == [{"r1"}, {"r2"}, set()]  # ids are exact
    for number in range(5):
        assert found(f"to:nobody{number}") == set() and len(index._addressees) == 3
    assert found("to:Id OR to:ann OR to:bo OR to:id") == {"r1", "r2"}


def test_an_indexed_post_carries_its_thread_and_counts(index: LexicalSnapshot) -> None:
    (found,) = index.search(parse_query("from:bob is:reply min_likes:100"), limit=2, reader=None)
    assert (found.reply_to, found.conversation_id, found.like_count) == ("c1", "c1", 100)
    assert (found.repost_count, found.reply_count, found.score) == (None, None, 0.0)
