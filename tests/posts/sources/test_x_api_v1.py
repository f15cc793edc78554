from pathlib import Path
from typing import Any

import pytest


def tweet(post_id: int, text: str, user: int = 7, **more: Any) -> dict[str, Any]:
    return {
        "created_at": "Wed Feb 10 03:58:15 +0000 2021",
        "id": post_id,
        "id_str": str(post_id),
        "full_text": text,
        "user": {"id": user, "id_str": str(user), "screen_name": f"u{user}", "protected": False},
        "lang": "en",
        "favorite_count": 2,
        "retweet_count": 3,
    } | more


BIG = 1359350943356174337  # not a number that a float can hold


def test_posts_and_what_is_in_them(write: Any, read: Any) -> None:
    original = tweet(BIG + 1, "the original", user=8)
    cut = tweet(BIG + 4, "cut…", extended_tweet={"full_text": "not cut", "entities": {"urls": []}})
    del cut["full_text"]
    cut["text"] = "cut…"
    result = read(
        write(
            "tweets.jsonl",
            [
                tweet(BIG, "a &lt; b", in_reply_to_status_id=BIG - 1, entities={"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/"}]}),
                tweet(BIG + 2, "RT @u8: the original", retweeted_status=original),
                tweet(BIG + 3, "look", quoted_status_id_str=str(BIG + 1), quoted_status=original),
                cut,
            ],
        )
    )  # fmt: skip
    assert result.name == "x-api-v1"
    posts = {post["post_id"]: post for post in result.posts}
    assert posts[str(BIG)]["text"] == "a < b"
    assert posts[str(BIG)]["reply_to"] == str(BIG - 1)
    assert posts[str(BIG)]["urls"] == ["https://a.example/"]
    assert (posts[str(BIG)]["like_count"], posts[str(BIG)]["repost_count"]) == (2, 3)
    repost = posts[str(BIG + 2)]
    assert (repost["repost_of"], repost["text"], repost["like_count"]) == (str(BIG + 1), "", None)
    assert posts[str(BIG + 1)]["text"] == "the original"
    assert posts[str(BIG + 1)]["author_name"] == "u8"
    assert posts[str(BIG + 3)]["quote_of"] == str(BIG + 1)
    assert posts[str(BIG + 4)]["text"] == "not cut"
    assert result.other == {"repeated": 1}  # the original came twice


def test_protected_accounts(write: Any, read: Any) -> None:
    user = {"id_str": "9", "screen_name": "shy", "protected": True}
    result = read(write("t.jsonl", [tweet(BIG, "hello", user=9) | {"user": user}]))
    assert result.posts[0]["visibility"] == "followers"
    assert [(p.author_id, p.purpose, p.state) for p in result.preferences] == [("9", "*", "deny")]


def test_notices_of_streams(write: Any, read: Any) -> None:
    lines = [
        tweet(BIG, "here and gone"),
        {
            "delete": {
                "status": {"id": BIG, "id_str": str(BIG), "user_id": 7},
                "timestamp_ms": "1612929495000",
            }
        },
        {"user_protect": {"id": 7, "timestamp_ms": "1612929495000"}},
        {"limit": {"track": 5}},
        {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
        tweet(BIG + 1, "still here"),
    ]
    result = read(write("stream.jsonl", lines))
    assert result.ids == [str(BIG + 1)]
    assert [gone.post_id for gone in result.deletions] == [str(BIG)]
    assert result.deletions[0].deleted_at.year == 2021
    assert result.other == {"deleted later": 1, "compliance": 1, "limit": 1}
    assert result.reasons == ["X API error: Rate limit exceeded"]
    assert [(p.author_id, p.state, p.source) for p in result.preferences] == [("7", "deny", "x:compliance")]


def test_search_results_and_lists(write: Any, read: Any) -> None:
    page = {"statuses": [tweet(BIG, "one"), tweet(BIG + 1, "two")], "search_metadata": {}}
    assert read(write("search.json", page)).texts == ["one", "two"]
    assert read(
        write("list.json", "[" + ",".join(__import__("json").dumps(t) for t in page["statuses"]) + "]")
    ).texts == ["one", "two"]


@pytest.mark.shared
def test_real_tweets(shared: Path, read: Any) -> None:
    result = read(shared / "format_fixtures" / "x_api_v1" / "tweets_v1_extended.jsonl")
    assert len(result.posts) == 21 and not result.rejections
    assert all(post["author_name"] and post["text"] for post in result.posts)
