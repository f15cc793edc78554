from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.doors.bluesky.at_uri import at_uri
from linnet.doors.bluesky.cid import cid_of
from linnet.doors.bluesky.query import read_parameters
from linnet.doors.bluesky.routes import mount_bluesky
from linnet.errors import BadInput
from linnet.records import Deletion, Preference
from tests.doors.workspaces import BLUESKY, ELSEWHERE, PUBLIC, AskedPlatform, make_app, make_workspace
from tests.factories import NOON

SEARCH = "/xrpc/app.bsky.feed.searchPosts"


@pytest.fixture
def asked() -> AskedPlatform:
    return AskedPlatform(count=60)


@pytest.fixture
def client(asked: AskedPlatform) -> TestClient:
    app = fastapi.FastAPI()
    mount_bluesky(app, asked)
    return TestClient(app)


def test_parameters_become_operators() -> None:
    pairs = [
        ("q", "night bus"), ("sort", "top"), ("since", "2026-01-01"), ("until", "2026-02-01T10:00:00Z"),
        ("author", "@ann.example"), ("mentions", "did:plc:bo"), ("lang", "en"), ("domain", "example.org"),
        ("url", "https://example.org/a?b=c"), ("tag", "tax"), ("tag", "#money"), ("limit", "7"), ("unknown", "x"),
    ]  # fmt: skip
    found = read_parameters(pairs)
    assert found.query == (
        "since:2026-01-01 until:2026-02-01T10:00:00Z mentions:did:plc:bo from:ann.example lang:en "
        'domain:example.org url:https://example.org/a?b=c "#tax" "#money" night bus'
    )
    assert (found.limit, found.offset) == (7, 0)


@pytest.mark.parametrize("words", ["bus", "bus sort:relevance", "sort:latest bus"])
def test_latest_is_the_default_and_the_parameter_decides(words: str) -> None:
    assert read_parameters([("q", words)]).query == "sort:newest bus"
    assert read_parameters([("q", words), ("sort", "top")]).query == "bus"


def test_a_phrase_names_no_order() -> None:
    assert read_parameters([("q", '"a sort:x"')]).query == 'sort:newest "a sort:x"'


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ("bus (night)", "lang:en bus +night"), ("bus OR tram", "lang:en (bus OR tram)"),
        ("bus|tram", "lang:en (bus OR tram)"), ("OR tram", "lang:en tram"), ("ORBIT", "lang:en ORBIT"),
        ('"bus OR tram"', 'lang:en "bus OR tram"'), ("bus ＯＲ tram", "lang:en (bus OR tram)"),
        ("(a OR b) c", "lang:en c (a OR b)"), ("bus \u200eOR tram", "lang:en (bus OR tram)"),
        ("bus\x01OR\x85tram", "lang:en (bus OR tram)"), ("a) OR b", "lang:en (a OR b)"),
        ("(a OR b", "lang:en (a OR b)"), ('"a OR b', "lang:en (a OR b)"), ("-lang:fr a", "lang:en a -lang:fr"),
        ("from:bo a", "lang:en a from:bo"), ("lang:fr OR a", "lang:en (lang:fr OR a)"),
    ],
)  # fmt: skip
def test_an_or_takes_no_filter_away(words: str, query: str) -> None:
    assert read_parameters([("q", words), ("lang", "en"), ("sort", "top")]).query == query


def test_a_value_is_nothing_but_a_value() -> None:
    query = read_parameters(
        [("q", "x"), ("author", "a|b"), ("url", "https://x.example/(y)"), ("sort", "top")]
    ).query
    assert query == 'from:"a|b" url:"https://x.example/(y)" x'


@pytest.mark.parametrize(
    ("pairs", "line"),
    [
        ([("q", "a from:b"), ("author", "c")], "from: stands in the query and in a parameter"),
        ([("q", "a (from:b)"), ("author", "c")], "from: stands"), ([("q", "a \u200efrom:b"), ("author", "c")], "from: stands"),
        ([("q", "lang:fr"), ("lang", "en")], "lang: stands"), ([("q", "a language:fr"), ("lang", "en")], "lang: stands"),
        ([("q", "a until:2020"), ("since", "2021")], "since: lies"), ([("q", "a sort:likes")], "sort:likes"),
        ([("q", "during:2020 " * 80)], "give less"), ([("q", "a"), ("author", "a\x85from:b")], "author holds"),
        ([("q", "a"), ("author", "a\x9ffrom:b")], "author holds"), ([("q", "a"), ("tag", "!!")], "tag is one word"),
        ([("q", "a"), ("author", "a＂b")], "author holds"),
        ([], "q is required"), ([("q", " ")], "q is required"), ([("q", "x" * 1001)], "1001 characters"),
        ([("q", "a"), ("q", "b")], "q is given twice"), ([("q", "a"), ("limit", "0")], "from 1 to 100"),
        ([("q", "a"), ("limit", "101")], "from 1 to 100"), ([("q", "a"), ("limit", "²")], "from 1 to 100"),
        ([("q", "a"), ("sort", "old")], "give top or latest"), ([("q", "a"), ("cursor", "abc")], "none of ours"),
        ([("q", "a"), ("cursor", "1000")], "none of ours"), ([("q", "a"), ("author", "a from:b")], "author holds"),
        ([("q", "a"), ("author", 'a"b')], "author holds"), ([("q", "a"), ("tag", "a b")], "tag is one word"),
        ([("q", "a"), *[("tag", "t")] * 9], "8 at most"), ([("q", "a"), ("url", "u" * 600)], "give fewer"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line(pairs: list[tuple[str, str]], line: str) -> None:
    with pytest.raises(BadInput, match=line):
        read_parameters(pairs)


def test_pages(client: TestClient, asked: AskedPlatform) -> None:
    first = client.get(SEARCH, params={"q": "x"}).json()
    assert [post["uri"] for post in first["posts"]][:1] == ["at://ann/app.bsky.feed.post/p0"]
    assert len(first["posts"]) == 25 and first["cursor"] == "25"
    second = client.get(SEARCH, params={"q": "x", "cursor": "25"}).json()
    third = client.get(SEARCH, params={"q": "x", "cursor": second["cursor"]}).json()
    assert len(third["posts"]) == 10 and "cursor" not in third
    uris = [post["uri"] for page in (first, second, third) for post in page["posts"]]
    assert len(set(uris)) == 60
    assert {reader for _, _, reader in asked.queries} == {None}


def test_the_last_page_a_search_gives_has_no_cursor(client: TestClient, asked: AskedPlatform) -> None:
    asked.count = 5000
    page = client.get(SEARCH, params={"q": "x", "cursor": "990", "limit": "100"}).json()
    assert len(page["posts"]) == 10 and "cursor" not in page


def test_errors_have_the_shape_of_xrpc(client: TestClient) -> None:
    wrong = client.get(SEARCH)
    assert wrong.status_code == 400
    assert wrong.json()["error"] == "InvalidRequest" and "q is required" in wrong.json()["message"]
    other = client.get("/xrpc/app.bsky.feed.getTimeline")
    assert (other.status_code, other.json()["error"]) == (501, "MethodNotImplemented")


def test_the_cid_is_a_real_one() -> None:
    # The empty map in dag-cbor: a value known from the IPLD documentation.
    assert cid_of({}) == "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua"
    assert cid_of({"text": "a", "$type": "b"}) == cid_of({"$type": "b", "text": "a"})
    assert cid_of({"text": "a"}) != cid_of({"text": "b"})


def test_addresses() -> None:
    assert at_uri(BLUESKY, "did:plc:ada") == BLUESKY
    made = at_uri(ELSEWHERE, "https://mastodon.example/users/bo")
    _, _, author, collection, key = made.split("/")
    assert (unquote(author), collection, unquote(key)) == (
        "https://mastodon.example/users/bo", "app.bsky.feed.post", ELSEWHERE,
    )  # fmt: skip


def test_a_real_workspace(tmp_path: Path) -> None:
    workspace, store = make_workspace(tmp_path)
    client = TestClient(make_app(workspace))

    def found(**parameters: str) -> dict[str, dict]:
        answer = client.get(SEARCH, params={"q": "harbour", "sort": "top", "limit": "100", **parameters})
        assert answer.status_code == 200, answer.text
        return {post["uri"]: post for post in answer.json()["posts"]}

    posts = found()
    assert len(posts) == len(PUBLIC) and not any("secret" in one or "followers" in one for one in posts)
    view = posts[BLUESKY]
    assert view["author"] == {"did": "did:plc:ada", "handle": "ada.example"}
    assert view["record"]["$type"] == "app.bsky.feed.post" and view["record"]["langs"] == ["en"]
    assert datetime.fromisoformat(view["record"]["createdAt"]) == NOON
    assert view["cid"] == cid_of(view["record"])
    other = posts[at_uri(ELSEWHERE, "https://mastodon.example/users/bo")]
    assert other["author"]["handle"] == "handle.invalid" and other["author"]["displayName"] == "bo"

    assert set(found(author="ada.example")) == {BLUESKY}
    assert set(found(lang="en")) == {BLUESKY}
    assert set(found(q="harbour OR port", lang="en")) == {BLUESKY}
    assert set(found(q="harbour \u200eOR port", lang="en")) == {BLUESKY}
    both = client.get(SEARCH, params={"q": "harbour from:bo", "author": "ada.example"})
    assert (both.status_code, both.json()["error"]) == (400, "InvalidRequest")
    assert set(found(tag="ferry")) == {BLUESKY}
    assert set(found(until="2026-03-01T12:05:00Z")) == {BLUESKY}
    assert BLUESKY not in found(since="2026-03-01T12:05:00Z")
    assert client.get(SEARCH, params={"q": "harbour", "since": "yesterday"}).status_code == 400

    store.delete([Deletion(post_id=BLUESKY)])
    store.preferences.declare(
        [Preference(author_id="eve", purpose="retrieve", state="deny", declared_at=NOON, source="operator")]
    )
    assert set(found()) == {at_uri(ELSEWHERE, "https://mastodon.example/users/bo"), at_uri("reply", "bo")}
