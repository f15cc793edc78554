from pathlib import Path
from typing import Any

import pytest

FIRST, SECOND = "1576994746135764992", "1576994789110992896"


def tweet(post_id: str, text: str, author: str = "7", **more: Any) -> dict[str, Any]:
    return {"id": post_id, "text": text, "author_id": author, "created_at": "2022-10-03T17:57:01.000Z"} | more


def user(user_id: str, name: str, protected: bool = False) -> dict[str, Any]:
    return {"id": user_id, "username": name, "name": name, "protected": protected}


def test_a_page(write: Any, read: Any) -> None:
    page = {
        "data": [
            tweet("100000000000000001", "one &amp; two", conversation_id="100000000000000000",
                  public_metrics={"like_count": 1, "retweet_count": 2, "reply_count": 3},
                  referenced_tweets=[{"type": "replied_to", "id": "100000000000000000"}],
                  entities={"urls": [{"url": "https://t.co/a", "expanded_url": "https://a.example/"},
                                     {"url": "https://t.co/b", "expanded_url": "https://x.com/p", "media_key": "3_1"}]}),
            tweet("100000000000000002", "RT @bo: hi", referenced_tweets=[{"type": "retweeted", "id": "100000000000000003"}],
                  public_metrics={"retweet_count": 99}),
            tweet("100000000000000004", "cut", note_tweet={"text": "not cut at all"}),
        ],
        "includes": {"users": [user("7", "ann"), user("8", "bo", protected=True)],
                     "tweets": [tweet("100000000000000003", "hi", author="8")]},
        "meta": {"result_count": 3},
    }  # fmt: skip
    result = read(write("page.json", page))
    assert result.name == "x-api-v2"
    posts = {post["post_id"]: post for post in result.posts}
    one = posts["100000000000000001"]
    assert one["text"] == "one & two"
    assert one["reply_to"] == one["conversation_id"] == "100000000000000000"
    assert one["urls"] == ["https://a.example/"]
    assert (one["like_count"], one["repost_count"], one["reply_count"]) == (1, 2, 3)
    assert one["author_name"] == "ann"
    repost = posts["100000000000000002"]
    assert (repost["repost_of"], repost["text"], repost["repost_count"]) == ("100000000000000003", "", None)
    assert posts["100000000000000003"]["visibility"] == "followers"
    assert posts["100000000000000004"]["text"] == "not cut at all"
    assert [(p.author_id, p.purpose, p.state, p.source) for p in result.preferences] == [
        ("8", "*", "deny", "x:protected")
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_edited_post_is_one_post(order: tuple[int, int], write: Any, read: Any) -> None:
    history = {"edit_history_tweet_ids": [FIRST, SECOND]}
    both = [
        tweet(FIRST, "before", **history),
        tweet(SECOND, "after", **history) | {"created_at": "2022-10-03T17:57:11.000Z"},
    ]
    answer = tweet("1576995594388000768", "re", referenced_tweets=[{"type": "replied_to", "id": SECOND}])
    result = read(write("page.jsonl", [{"data": [both[i] for i in order] + [answer]}]))
    assert result.ids == [FIRST, "1576995594388000768"]
    post = result.posts[0]
    assert post["text"] == "after"
    assert post["edited_at"].isoformat() == "2022-10-03T17:57:11+00:00"
    assert post["created_at"].isoformat().startswith("2022-10-03T17:57:01")
    assert result.posts[1]["reply_to"] == FIRST
    assert result.other == {"repeated": 1}


def test_flattened_tweets(write: Any, read: Any) -> None:
    flat = tweet("100000000000000001", "flat", public_metrics={"like_count": 4}) | {
        "author": user("7", "ann")
    }
    post = read(write("flat.jsonl", [flat, flat | {"id": "100000000000000002"}])).posts[0]
    assert (post["author_id"], post["author_name"], post["like_count"]) == ("7", "ann", 4)


def test_what_is_no_post(write: Any, read: Any) -> None:
    lines = [
        {
            "data": [
                {"start": "2021-10-16T18:21:34.000Z", "end": "2021-10-16T19:00:00.000Z", "tweet_count": 3}
            ]
        },
        {"data": [{"id": "1", "name": "a list", "owner_id": "2", "member_count": 3}]},
        {"meta": {"result_count": 0}},
        {"errors": [{"title": "ConnectionException", "detail": "This stream is at its limit"}]},
        {"data": tweet("100000000000000001", "a post"), "errors": [{"title": "Not Found Error"}]},
    ]
    result = read(write("mixed.jsonl", lines))
    assert result.texts == ["a post"]
    assert result.other == {"count": 1, "list": 1, "empty page": 1, "unavailable": 1}
    assert result.reasons == ["X API error: This stream is at its limit"]


def test_compliance_stream(write: Any, read: Any) -> None:
    lines = [
        {"data": tweet("100000000000000001", "gone")},
        {
            "data": {
                "delete": {
                    "tweet": {"id": "100000000000000001", "author_id": "7"},
                    "event_at": "2022-10-04T00:00:00.000Z",
                }
            }
        },
        {"data": {"user_delete": {"user": {"id": "7"}, "event_at": "2022-10-04T00:00:00.000Z"}}},
        {"data": {"user_undelete": {"user": {"id": "7"}, "event_at": "2022-10-05T00:00:00.000Z"}}},
        {"data": {"scrub_geo": {"user": {"id": "7"}}}},
    ]
    result = read(write("stream.jsonl", lines))
    assert not result.posts
    assert [gone.post_id for gone in result.deletions] == ["100000000000000001"]
    assert [(p.author_id, p.state, p.declared_at.day) for p in result.preferences] == [
        ("7", "deny", 4),
        ("7", "unset", 5),
    ]
    assert result.other == {"compliance": 2, "scrub_geo": 1, "deleted later": 1}


@pytest.mark.parametrize(
    ("name", "subject", "created_at", "deletions", "preferences"),
    [
        ("tweets_compliance.jsonl", "1170025343920402432", "2019-09-06T17:25:54Z", 1, 0),
        ("users_compliance.jsonl", "1482680858", "2013-06-04T16:25:04Z", 0, 1),
        ("results.jsonl", "1482680858", "2013-06-04T16:25:04Z", 0, 1),
        (
            "results.jsonl",
            "1170025343920402432",
            "2019-09-06T17:25:54Z",
            1,
            1,
        ),  # may be either: both are done
    ],
)
def test_compliance_files(
    name: str, subject: str, created_at: str, deletions: int, preferences: int, write: Any, read: Any
) -> None:
    line = {"id": subject, "action": "delete", "created_at": created_at, "reason": "protected"}
    result = read(write(name, [line]))
    assert [gone.post_id for gone in result.deletions] == [subject] * deletions
    assert [(p.author_id, p.purpose, p.state, p.source) for p in result.preferences] == [
        (subject, "*", "deny", "x:compliance")
    ] * preferences


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "posts", "deletions", "rejections"),
    [
        ("cotweet", 1, 0, 0), ("counts", 0, 0, 0), ("edited_after", 1, 0, 0), ("edited_before", 1, 0, 0),
        ("lists", 0, 0, 0), ("many_urls", 2, 0, 0), ("media_tweet", 1, 0, 0), ("mentions_tweet", 2, 0, 0),
        ("quoted_edit", 2, 0, 0), ("streaming_output_with_error", 11, 0, 1), ("tweets_compliance", 0, 2, 0),
        ("two_tweets", 2, 0, 0), ("users_compliance", 0, 0, 0), ("verified_type", 1, 0, 0),
    ],
)  # fmt: skip
def test_real_files(shared: Path, read: Any, name: str, posts: int, deletions: int, rejections: int) -> None:
    result = read(shared / "format_fixtures" / "x_api_v2" / f"{name}.jsonl")
    assert (len(result.posts), len(result.deletions), len(result.rejections)) == (
        posts,
        deletions,
        rejections,
    )
    if name.startswith("edited"):
        assert result.texts == ["hey :) https://t.co/rnwEIoNuqd"]
    if name == "users_compliance":
        assert [p.author_id for p in result.preferences] == ["1482680858"]
