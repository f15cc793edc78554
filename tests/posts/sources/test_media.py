"""What each format says of pictures, films, sounds and polls; and the counts beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from linnet.errors import WrongUse
from linnet.posts.live.config import ListenConfig
from linnet.posts.live.lines import LineStream
from linnet.posts.live.stream import Message
from linnet.posts.live.values import LiveBatch
from linnet.posts.sources import SourceConfig
from linnet.posts.sources.media import UnknownMedia, cell_kinds, kind_of, kinds_of
from tests.posts.sources import test_activitypub as activitypub
from tests.posts.sources import test_bluesky as bluesky
from tests.posts.sources import test_mastodon as mastodon
from tests.posts.sources import test_x_api_v1 as x_v1
from tests.posts.sources import test_x_api_v2 as x_v2
from tests.posts.sources import test_x_archive as x_archive

STILL = "https://pbs.twimg.com/ext_tw_video_thumb/1/pu/img/a.jpg"
GIF_STILL = "https://pbs.twimg.com/tweet_video_thumb/a.jpg"
PHOTO = "https://pbs.twimg.com/media/a.jpg"


def media_of(result: Any) -> dict[str, Any]:
    return {post["post_id"]: post["media"] for post in result.posts}


def one_x_media(kind: str, address: str, **more: str) -> dict[str, Any]:
    return {"media": [{"id_str": "1", "type": kind, "media_url_https": address} | more]}


@pytest.mark.parametrize(
    ("word", "kind"),
    [("photo", "image"), ("animated_gif", "video"), ("gifv", "video"), (" Video ", "video"), ("image/png", "image"),
     ("audio/ogg", "audio"), ("poll", "poll"), ("unknown", None), ("", None), ("text/html", None), (None, None), (3, None)],
)  # fmt: skip
def test_words(word: Any, kind: str | None) -> None:
    assert kind_of(word) == kind


def test_attachments() -> None:
    many = [{"type": "image"}, {"type": "gifv"}, {"type": "unknown"}, "a link", None, {}]
    assert kinds_of(many, "type") == {"image", "video"}
    assert kinds_of({"mediaType": "audio/mpeg", "type": "Document"}, "mediaType", "type") == {"audio"}
    assert kinds_of(None, "type") == set()


# --- X -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entities", "extended", "media"),
    [
        ({}, None, []),
        (one_x_media("photo", PHOTO), None, ["image"]),
        (one_x_media("photo", PHOTO), one_x_media("photo", PHOTO), ["image"]),
        (one_x_media("photo", STILL), one_x_media("video", STILL), ["video"]),
        (one_x_media("photo", GIF_STILL), one_x_media("animated_gif", GIF_STILL), ["video"]),
        (one_x_media("photo", STILL), None, ["video"]),  # `entities` alone call all of it a photo
        (one_x_media("photo", GIF_STILL), None, ["video"]),
        (one_x_media("photo", PHOTO, expanded_url="https://x.com/a/status/1/video/1"), None, ["video"]),
        (one_x_media("photo", PHOTO), {"media": [*one_x_media("photo", PHOTO)["media"],
                                                 *one_x_media("video", STILL)["media"]]}, ["image", "video"]),
        ({"polls": [{"options": []}]}, None, ["poll"]),
    ],
)  # fmt: skip
def test_x_api_v1_and_archive(entities: Any, extended: Any, media: list[str], write: Any, read: Any) -> None:
    more = {"entities": entities} | ({"extended_entities": extended} if extended else {})
    tweet = x_v1.tweet(x_v1.BIG, "look", **more)
    longer = x_v1.tweet(x_v1.BIG + 1, "", extended_tweet={"full_text": "look, longer"} | more)
    repost = x_v1.tweet(x_v1.BIG + 2, "RT @u7: look", retweeted_status=tweet, **more)
    result = read(write("v1.jsonl", [tweet, longer, repost]))
    assert media_of(result) == {
        str(x_v1.BIG): media, str(x_v1.BIG + 1): media, str(x_v1.BIG + 2): []
    }  # fmt: skip
    write("a/data/account.js", x_archive.js("account", x_archive.ACCOUNT))
    rows = [x_archive.tweet("1626922779105759235", "", favorite_count="3", retweet_count="1", **more)]
    write("a/data/tweets.js", x_archive.js("tweets", rows))
    result = read(write("a/data/like.js", x_archive.js("like", [])).parents[1])
    found = [(post["media"], post["like_count"], post["repost_count"]) for post in result.posts]
    assert found == ([(media, 3, 1)] if media else [])  # neither a text nor media: rejected


def test_x_api_v2(write: Any, read: Any) -> None:
    def carrying(number: int, *keys: str, **more: Any) -> dict[str, Any]:
        return x_v2.tweet(f"10000000000000000{number}", "look", attachments={"media_keys": list(keys)} | more)

    original = [{"type": "retweeted", "id": "1"}]
    page = {
        "data": [
            carrying(1, "3_1", "7_2"),
            carrying(2, "16_3"),
            carrying(3, poll_ids=["9"]),
            carrying(4, "13_4", "99_5"),
            carrying(5, "3_1") | {"referenced_tweets": original},
            x_v2.tweet("100000000000000006", "nothing"),
        ],
        "includes": {
            "media": [{"media_key": "3_1", "type": "photo"}, {"media_key": "7_2", "type": "video"},
                      {"media_key": "16_3", "type": "animated_gif"}],
            # what an included tweet carries is not included
            "tweets": [carrying(7, "3_8"), carrying(8, "16_9"), carrying(9, "99_9")],
        },
    }  # fmt: skip
    found = media_of(read(write("page.json", page)))
    assert [found[f"10000000000000000{number}"] for number in range(1, 10)] == [
        ["image", "video"], ["video"], ["poll"], ["video"], [], [], ["image"], ["video"], []
    ]  # fmt: skip


def test_x_api_v2_flattened(write: Any, read: Any) -> None:
    attachments = {"media_keys": ["99_1"], "media": [{"media_key": "99_1", "type": "photo"}]}
    flat = x_v2.tweet("100000000000000001", "flat", attachments=attachments)
    flat |= {"author": x_v2.user("7", "ann"), "edit_history_tweet_ids": ["100000000000000001"]}
    assert media_of(read(write("flat.jsonl", [flat]))) == {"100000000000000001": ["image"]}


# --- Mastodon, ActivityPub, Bluesky ------------------------------------------------------------------------------


def test_mastodon(write: Any, read: Any) -> None:
    kinds = ("image", "gifv", "unknown")
    with_poll = mastodon.status("1", "<p>choose</p>", poll={"id": "5", "options": []}, favourites_count=4)
    with_media = mastodon.status("2", "", media_attachments=[{"id": "1", "type": kind} for kind in kinds])
    with_sound = mastodon.status("3", "", media_attachments=[{"id": "1", "type": "audio"}], poll=None)
    boost = mastodon.status("4", "", reblog=with_poll, media_attachments=[{"type": "image"}])
    result = read(write("s.jsonl", [with_poll, with_media, with_sound, boost]))
    assert media_of(result) == {"1": ["poll"], "2": ["image", "video"], "3": ["audio"], "4": []}


@pytest.mark.parametrize(
    ("more", "media"),
    [
        ({}, []),
        ({"attachment": []}, []),
        (
            {"attachment": {"type": "Document", "mediaType": "image/jpeg", "url": "https://m.example/a.jpg"}},
            ["image"],
        ),
        (
            {"attachment": [{"type": "Document", "mediaType": "video/mp4"}, {"type": "Image"}]},
            ["image", "video"],
        ),
        (
            {"attachment": [{"type": "Audio", "mediaType": "application/ogg"}, "https://m.example/x"]},
            ["audio"],
        ),
        ({"attachment": [{"type": "Link", "href": "https://a.example/", "mediaType": "text/html"}]}, []),
        ({"type": "Question", "oneOf": [{"type": "Note", "name": "yes"}]}, ["poll"]),
        ({"type": "Video"}, ["video"]),
    ],
)
def test_activitypub(more: dict[str, Any], media: list[str], write: Any, read: Any) -> None:
    counts = {name: {"type": "Collection", "totalItems": number} for number, name in enumerate(("likes", "shares", "replies"))}  # fmt: skip
    note = activitypub.note(1, "<p>look</p>", **more, **counts)
    (post,) = read(write("create.json", activitypub.activity("Create", note))).posts
    assert post["media"] == media
    assert (post["like_count"], post["repost_count"], post["reply_count"]) == (0, 1, 2)


IMAGES = {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": {"$type": "blob"}}]}
VIDEO = {"$type": "app.bsky.embed.video", "video": {"$type": "blob"}}
CARD = {
    "$type": "app.bsky.embed.external",
    "external": {"uri": "https://a.example/", "thumb": {"$type": "blob"}},
}
QUOTE = {"$type": "app.bsky.embed.record", "record": {"uri": bluesky.uri("q", bluesky.BO), "cid": "c"}}


@pytest.mark.parametrize(
    ("embed", "media"),
    [
        (None, []),
        (IMAGES, ["image"]),
        (VIDEO, ["video"]),
        (CARD, []),
        (QUOTE, []),
        ({"$type": "app.bsky.embed.recordWithMedia", "record": QUOTE, "media": IMAGES}, ["image"]),
        ({"$type": "app.bsky.embed.recordWithMedia", "record": QUOTE, "media": CARD}, []),
    ],
)
def test_bluesky(embed: Any, media: list[str], write: Any, read: Any) -> None:
    record = bluesky.record("look", **({"embed": embed} if embed else {}))
    event = bluesky.commit("create", "1", record)
    assert media_of(read(write("events.jsonl", [event]))) == {bluesky.uri("1"): media}
    view = {"uri": bluesky.uri("1"), "author": {"did": bluesky.ANN}, "record": record,
            "likeCount": 1, "repostCount": 2, "replyCount": 3}  # fmt: skip
    (post,) = read(write("posts.json", {"posts": [view]})).posts
    assert post["media"] == media
    assert (post["like_count"], post["repost_count"], post["reply_count"]) == (1, 2, 3)


# --- tables ------------------------------------------------------------------------------------------------------

ROW = {"author": "ann", "created_at": "2023-02-18", "text": "look"}
SAID = "left out of media, which is audio or image or poll or video: 'pdf', '3d'; 3 in all"


def test_a_cell() -> None:
    unknown = UnknownMedia()
    assert cell_kinds("video, photo,video", unknown) == ["image", "video"]
    assert cell_kinds("['photo', \"gif\"]", unknown) == ["image", "video"]
    assert cell_kinds(["image/png", None, {"type": "audio"}], unknown) == ["audio", "image"]
    assert cell_kinds(None, unknown) == cell_kinds("", unknown) == cell_kinds("None", unknown) == []
    assert unknown.note() is None
    assert cell_kinds("pdf,image", unknown) == ["image"] and cell_kinds(["pdf", "3d"], unknown) == []
    assert unknown.note() == SAID


def test_text_tables(write: Any, read: Any) -> None:
    table = 'author,created_at,text,kinds\nann,2023-02-18,one,"photo,pdf"\nann,2023-02-18,two,\nann,2023-02-18,,video\n'
    mapping = {"author_id": "author", "media": "kinds"}
    result = read(write("t.csv", table + 'ann,2023-02-18,four,"pdf,3d"\n'), mapping=mapping)
    assert {post["text"]: post["media"] for post in result.posts} == {
        "one": ["image"], "two": [], "": ["video"], "four": []
    }  # fmt: skip
    assert result.notes == (SAID,) and not result.rejections
    without = read(write("u.csv", "author,created_at,text\nann,2023-02-18,one\n"))
    assert [post["media"] for post in without.posts] == [None] and without.notes == ()


def test_json_tables(write: Any, read: Any) -> None:
    rows = [ROW | {"media": ["photo", "pdf"]}, ROW | {"media": "pdf, 3d", "text": "b"}, ROW | {"text": "c"}]
    rows += [ROW | {"text": "", "media": [{"type": "video", "url": "https://a.example/v"}]}]
    result = read(write("t.jsonl", rows))
    assert {post["text"]: post["media"] for post in result.posts} == {
        "look": ["image"], "b": [], "c": [], "": ["video"]
    }  # fmt: skip
    assert result.notes == (SAID,)
    assert [post["media"] for post in read(write("u.jsonl", [ROW])).posts] == [None]


@pytest.mark.parametrize("kind", [pl.List(pl.String), pl.Array(pl.String, 2)])
def test_parquet_tables(kind: Any, tmp_path: Path, read: Any) -> None:
    frame = pl.DataFrame([ROW, ROW | {"text": "b"}, ROW | {"text": ""}])
    cells = pl.Series("media", [["photo", "pdf"], ["pdf", "3d"], ["audio", None]], dtype=kind)
    frame.with_columns(cells).write_parquet(tmp_path / "t.parquet")
    for mapping in ({}, {"text": "text", "author_id": "author"}):
        result = read(tmp_path / "t.parquet", mapping=mapping)
        assert [post["media"] for post in result.posts] == [["image"], [], ["audio"]]
        assert result.notes == (SAID,)


def test_objects_in_a_parquet_column_are_not_guessed(tmp_path: Path, read: Any) -> None:
    frame = pl.DataFrame([ROW]).with_columns(media=pl.lit([{"url": "https://a.example/", "type": "photo"}]))
    frame.write_parquet(tmp_path / "t.parquet")
    for mapping in ({}, {"text": "text", "author_id": "author"}):
        assert [post["media"] for post in read(tmp_path / "t.parquet", mapping=mapping).posts] == [None]
    with pytest.raises(WrongUse, match="it cannot be media"):
        read(tmp_path / "t.parquet", mapping={"media": "media", "author_id": "author"})


def test_a_stream_says_it_once() -> None:
    stream = LineStream("tcp://here", ListenConfig())
    out = LiveBatch(file="here", source="jsonl-live", platform="file", config=SourceConfig())
    for number in range(3):
        stream.sort(Message(orjson.dumps(ROW | {"media": f"pdf,photo,{number}"}), number), out)
    (batch,) = out.flush()
    assert batch.posts["media"].to_pylist() == [["image"]]
    assert stream.notes == ["'pdf' and its like are no kind of media and are left out"]


# --- recorded ----------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_recorded_x_api_v1(shared: Path, read: Any) -> None:
    posts = read(shared / "format_fixtures" / "x_api_v1" / "tweets_v1_extended.jsonl").posts
    lines = (shared / "format_fixtures" / "x_api_v1" / "tweets_v1_extended.jsonl").read_bytes().splitlines()
    said: dict[str, set[str]] = {}
    for tweet in map(orjson.loads, lines):
        for item in (tweet.get("extended_entities") or {}).get("media") or ():
            said.setdefault(tweet["id_str"], set()).add(item["type"])
    words = {"photo": "image", "video": "video", "animated_gif": "video"}
    carrying = {post["post_id"]: set(post["media"]) for post in posts if post["repost_of"] is None}
    assert {kind for kinds in said.values() for kind in kinds} == set(words)
    for post_id, kinds in said.items():
        assert carrying.get(post_id, {words[kind] for kind in kinds}) == {words[kind] for kind in kinds}
    assert all(post["like_count"] is not None for post in posts if post["repost_of"] is None)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "post_id", "media", "counts"),
    [
        ("media_tweet", "1558553189766631429", ["video"], (93, 13, 3)),
        # GIFs that the page does not include
        ("mentions_tweet", "1589671906718134272", ["video"], (6, 1, 1)),
        # the edit took the picture away
        ("edited_before", "1576994746135764992", [], (32, 3, 14)),
    ],
)
def test_recorded_x_api_v2(
    shared: Path, read: Any, name: str, post_id: str, media: list[str], counts: tuple[int, ...]
) -> None:
    posts = read(shared / "format_fixtures" / "x_api_v2" / f"{name}.jsonl").posts
    (post,) = (post for post in posts if post["post_id"] == post_id)
    assert post["media"] == media
    assert (post["like_count"], post["repost_count"], post["reply_count"]) == counts


@pytest.mark.shared
def test_recorded_mastodon(shared: Path, read: Any) -> None:
    (post,) = read(shared / "format_fixtures" / "mastodon" / "status.json").posts
    assert post["media"] == []
    assert (post["like_count"], post["repost_count"], post["reply_count"]) == (11, 6, 5)


@pytest.mark.shared
def test_recorded_bluesky(shared: Path, read: Any) -> None:
    posts = read(shared / "format_fixtures" / "bluesky_jetstream" / "expected_v1.jsonl").posts
    assert sum(post["media"] == ["image"] for post in posts) == 2  # and five cards of links with pictures
    assert all(post["media"] in ([], ["image"]) for post in posts)
    captured = read(shared / "format_fixtures" / "bluesky_records" / "capture_atprotocom.json").posts
    assert captured and all(post["media"] == [] for post in captured)
