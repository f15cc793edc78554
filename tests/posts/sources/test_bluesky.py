"""Jetstream events and captures of repositories and feeds."""

from pathlib import Path
from typing import Any

import cbor2
import pytest

ANN, BO = "did:plc:ann", "did:plc:bo"
SEEN = 1783175888085434  # 2026-07-04T14:38:08.085434Z
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"


def record(text: str, **more: Any) -> dict[str, Any]:
    return {
        "$type": POST,
        "text": text,
        "createdAt": "2026-07-04T14:38:06.240Z",
        "langs": ["en", "de"],
    } | more


def commit(
    operation: str, key: str, posted: Any = None, collection: str = POST, did: str = ANN
) -> dict[str, Any]:
    body = {"rev": "1", "operation": operation, "collection": collection, "rkey": key}
    return {
        "did": did,
        "time_us": SEEN,
        "kind": "commit",
        "commit": body | ({"record": posted} if posted else {}),
    }


def uri(key: str, did: str = ANN, collection: str = POST) -> str:
    return f"at://{did}/{collection}/{key}"


def test_jetstream(write: Any, read: Any) -> None:
    rich = record(
        "rich",
        facets=[{"features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"},
                              {"$type": "app.bsky.richtext.facet#mention", "did": BO}]}],
        reply={"parent": {"uri": uri("p", BO)}, "root": {"uri": uri("r", BO)}},
        embed={"$type": "app.bsky.embed.recordWithMedia",
               "media": {"$type": "app.bsky.embed.external", "external": {"uri": "https://e.example/"}},
               "record": {"$type": "app.bsky.embed.record", "record": {"uri": uri("q", BO), "cid": "c"}}},
    )  # fmt: skip
    events = [
        commit("create", "1", record("hello")),
        commit("create", "2", rich),
        commit("update", "1", record("hello, edited")),
        commit("create", "3", record("gone soon")),
        commit("delete", "3"),
        commit(
            "create",
            "4",
            {"$type": REPOST, "subject": {"uri": uri("q", BO)}, "createdAt": "2026-07-04T14:38:06Z"},
            REPOST,
        ),
        commit("create", "5", {"subject": {"uri": uri("q", BO)}}, "app.bsky.feed.like"),
        commit("create", "6", record("from the future") | {"createdAt": "2031-01-01T00:00:00Z"}),
        commit("create", "7", record("no idea when") | {"createdAt": "soon"}),
        commit("create", "8", record("long ago") | {"createdAt": "0001-01-01T00:00:00Z"}),
        commit("create", "9", record("", embed={"$type": "app.bsky.embed.images", "images": []})),
        commit("create", "10", record("")),
        {"did": BO, "time_us": SEEN, "kind": "identity", "identity": {"did": BO}},
        {
            "did": BO,
            "time_us": SEEN,
            "kind": "account",
            "account": {"active": False, "did": BO, "status": "deactivated"},
        },
        {"did": BO, "time_us": SEEN + 1, "kind": "account", "account": {"active": True, "did": BO}},
    ]
    result = read(write("jetstream.jsonl", events), max_future_seconds=10 * 366 * 86_400)
    assert result.name == "jetstream"
    posts = {post["post_id"]: post for post in result.posts}
    assert set(posts) == {uri("1"), uri("2"), uri("4", collection=REPOST), uri("6"), uri("9")}
    assert (posts[uri("1")]["text"], posts[uri("1")]["language"], posts[uri("1")]["author_id"]) == (
        "hello, edited",
        "en",
        ANN,
    )
    assert posts[uri("1")]["edited_at"].isoformat() == "2026-07-04T14:38:08.085434+00:00"
    two = posts[uri("2")]
    assert two["urls"] == ["https://a.example/", "https://e.example/"]
    assert (two["reply_to"], two["conversation_id"], two["quote_of"]) == (
        uri("p", BO),
        uri("r", BO),
        uri("q", BO),
    )
    assert posts[uri("4", collection=REPOST)]["repost_of"] == uri("q", BO)
    assert posts[uri("6")]["created_at"].isoformat() == "2026-07-04T14:38:08.085434+00:00"  # when it was seen
    assert [gone.post_id for gone in result.deletions] == [uri("3")]
    assert [reason.partition(":")[0] for reason in result.reasons] == [
        "created_at cannot be read as a time", "created_at is before 1990", "no text"
    ]  # fmt: skip
    assert result.other == {"like": 1, "identity": 1, "account": 2, "repeated": 1, "deleted later": 1}
    assert [(p.author_id, p.purpose, p.state, p.source) for p in result.preferences] == [
        (BO, "*", "deny", "bluesky:account"), (BO, "*", "unset", "bluesky:account")
    ]  # fmt: skip


def test_a_post_that_comes_again_after_its_deletion_stays(write: Any, read: Any) -> None:
    events = [commit("create", "1", record("a")), commit("delete", "1"), commit("create", "1", record("b"))]
    result = read(write("j.jsonl", events))
    assert result.texts == ["b"] and len(result.deletions) == 1
    assert result.batch_sizes == [2, 1]  # the deletion comes first, in a batch of its own


def view(key: str, text: str) -> dict[str, Any]:
    return {
        "uri": uri(key),
        "author": {"did": ANN, "handle": "ann.example"},
        "record": record(text),
        "likeCount": 4,
    }


def items(key: str) -> dict[str, Any]:
    return {"uri": uri(key), "cid": "c", "value": record(f"text {key}")}


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (items("1"), ["text 1"]),
        ({"records": [items("1"), items("2")], "cursor": "x"}, ["text 1", "text 2"]),
        ({"accountMeta": {"Identity": {"DID": ANN, "Handle": "ann.example"}}, "postRecords": [items("1")]}, ["text 1"]),
        ({"feed": [{"post": view("1", "one")}, {"post": view("2", "two")}]}, ["one", "two"]),
        ({"posts": [view("1", "one")]}, ["one"]),
        ({"thread": {"post": view("1", "one"), "replies": [{"post": view("2", "two")}, {"notFound": True}]}}, ["one", "two"]),
        ([items("1"), items("2")], ["text 1", "text 2"]),
    ],
)  # fmt: skip
def test_captures(content: Any, texts: list[str], write: Any, read: Any) -> None:
    result = read(write("capture.json", content))
    assert result.name == "bluesky-records"
    assert result.texts == texts
    assert all(post["author_id"] == ANN for post in result.posts)


def test_reposts_in_a_feed(write: Any, read: Any) -> None:
    reason = {
        "$type": "app.bsky.feed.defs#reasonRepost",
        "by": {"did": BO, "handle": "bo.example"},
        "indexedAt": "2026-07-04T15:00:00Z",
    }
    result = read(write("feed.json", {"feed": [{"post": view("1", "one"), "reason": reason}]}))
    by_author = {post["author_id"]: post for post in result.posts}
    assert by_author[BO]["repost_of"] == uri("1") and by_author[BO]["text"] == ""
    assert by_author[ANN]["like_count"] == 4 and by_author[ANN]["author_name"] == "ann.example"


@pytest.mark.parametrize("suffix", ["json", "cbor"])
def test_bare_records(suffix: str, write: Any, tmp_path: Path, read: Any) -> None:
    bare = record("bare")
    content = cbor2.dumps(bare) if suffix == "cbor" else bare
    result = read(write(f"record.{suffix}", content))
    assert not result.posts and result.reasons[0].startswith("no author")
    in_repository = write(f"repo/{ANN}/{POST}/3k.{suffix}", content)
    assert read(in_repository).ids == [uri("3k")]
    write(f"repo/{ANN}/{POST}/3l.json", b"{torn")
    write(f"repo/{ANN}/app.bsky.feed.like/3m.json", {"$type": "app.bsky.feed.like"})
    folder = read(tmp_path / "repo")
    assert folder.ids == [uri("3k")] and len(folder.rejections) == 1
    assert folder.rejections[0].file.endswith("3l.json")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "posts", "rows"),
    [
        ("bluesky_jetstream/expected_v1.jsonl", 32, 152),
        ("bluesky_jetstream/golden_v1.jsonl", 2, 10),
        ("bluesky_records/capture_atprotocom.json", 20, 20),
        ("bluesky_records/capture_hackerdarkweb.json", 20, 20),
        ("bluesky_records/feedpost_record.cbor", 0, 1),
        ("bluesky_records/post_richtext_link.cbor", 0, 1),
    ],
)
def test_real_files(shared: Path, read: Any, name: str, posts: int, rows: int) -> None:
    result = read(shared / "format_fixtures" / name)
    assert (len(result.posts), result.row_count) == (posts, rows)
