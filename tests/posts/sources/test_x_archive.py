import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

from linnet.errors import BadInput

ME = "1000000000000000002"
ACCOUNT = [{"account": {"accountId": ME, "username": "owner", "email": "user@example.com"}}]


def js(name: str, rows: list[Any], part: int = 0) -> bytes:
    return f"window.YTD.{name}.part{part} = ".encode() + orjson.dumps(rows, option=orjson.OPT_INDENT_2)


def tweet(post_id: str, text: str, **more: Any) -> dict[str, Any]:
    fields = {
        "id": post_id,
        "id_str": post_id,
        "created_at": "Sat Feb 18 12:33:11 +0000 2023",
        "full_text": text,
        "lang": "en",
    }
    return {"tweet": fields | more}


FILES = {
    "data/account.js": js("account", ACCOUNT),
    "data/tweets.js": js(
        "tweets",
        [
            tweet("1626922779105759235", "one &amp; &lt;two&gt;", favorite_count="3", retweet_count="1",
                  in_reply_to_status_id_str="1626916612560281601",
                  entities={"urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org/x"}]}),
            tweet("1626922779105759300", "a long text that is cut…"),
            tweet("1626922779105759400", "second version",
                  edit_info={"edit": {"initialTweetId": "1626922779105759399"}}),
            tweet("1626922779105759500", "", extended_entities={"media": [{"id": "1"}]}),
            tweet("1626922779105759600", ""),
        ],
    ),
    "data/tweets-part1.js": js("tweets", [tweet("1626922779105759700", "in part one")], 1),
    "data/community-tweet.js": js("community_tweet", [tweet("1626922779105759800", "to a community")]),
    "data/twitter-circle-tweet.js": js("twitter_circle_tweet", [tweet("1626922779105759900", "to a few")]),
    "data/deleted-tweets.js": js("deleted_tweets", [tweet("1626922779105751000", "gone", deleted_at="2023-03-01T00:00:00.000Z")]),
    "data/note-tweet.js": js("note_tweet", [{"noteTweet": {"tweetId": "1626922779105759300",
        "noteTweetResults": {"text": "a long text that is whole", "entitySet": {"urls": []}}}}]),
    "data/like.js": js("like", [{"like": {"tweetId": "1", "fullText": "someone else's words"}}]),
}  # fmt: skip


@pytest.fixture(params=["folder", "zip", "zip with a folder in it"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "folder":
        for name, content in FILES.items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return tmp_path
    prefix = "" if request.param == "zip" else "twitter-2023-03-01/"
    path = tmp_path / "twitter-2023.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in FILES.items():
            out.writestr(prefix + name, content)
    return path


def test_archive(archive: Path, read: Any) -> None:
    result = read(archive)
    assert result.name == "x-archive"
    posts = {post["post_id"]: post for post in result.posts}
    assert set(posts) == {
        "1626922779105759235", "1626922779105759300", "1626922779105759399", "1626922779105759500",
        "1626922779105759700", "1626922779105759800", "1626922779105759900",
    }  # fmt: skip
    first = posts["1626922779105759235"]
    assert first["text"] == "one & <two>"
    assert (first["author_id"], first["author_name"]) == (ME, "owner")
    assert first["created_at"].isoformat() == "2023-02-18T12:33:11+00:00"
    assert first["reply_to"] == "1626916612560281601"
    assert first["urls"] == ["https://example.org/x"]
    assert (first["like_count"], first["repost_count"], first["reply_count"]) == (3, 1, None)
    assert (first["visibility"], first["platform"], first["source"]) == ("public", "x", "x-archive")
    assert posts["1626922779105759300"]["text"] == "a long text that is whole"
    edited = posts["1626922779105759399"]
    assert edited["edited_at"].isoformat() == "2023-02-18T12:33:11+00:00"
    assert edited["created_at"] < edited["edited_at"] or edited["created_at"].year == 2023
    assert posts["1626922779105759500"]["text"] == ""
    assert posts["1626922779105759900"]["visibility"] == "private"
    assert [(gone.post_id, gone.deleted_at.isoformat()) for gone in result.deletions] == [
        ("1626922779105751000", "2023-03-01T00:00:00+00:00")
    ]
    assert result.reasons == ["no text"]
    assert result.other == {"long text": 1}
    assert not result.preferences


def test_a_protected_account(write: Any, tmp_path: Path, read: Any) -> None:
    write("account.js", js("account", ACCOUNT))
    write("tweets.js", js("tweets", [tweet("1626922779105759235", "hello")]))
    history = [
        {"protectedHistory": {"protectedAt": "2020-01-01T00:00:00.000Z", "action": "Unprotect"}},
        {"protectedHistory": {"protectedAt": "2021-01-01T00:00:00.000Z", "action": "Protect"}},
    ]
    write("protected-history.js", js("protected_history", history))
    result = read(tmp_path)
    assert result.posts[0]["visibility"] == "followers"
    assert [(p.author_id, p.purpose, p.state, p.source) for p in result.preferences] == [
        (ME, "*", "deny", "x:protected")
    ]


def test_one_file_finds_its_account_beside_it(write: Any, read: Any) -> None:
    write("account.js", js("account", ACCOUNT))
    path = write("tweets.js", js("tweets", [tweet("1626922779105759235", "hello")]))
    assert read(path).posts[0]["author_id"] == ME


def test_an_account_further_down_is_another_one(write: Any, read: Any) -> None:
    path = write("tweets.js", FILES["data/tweets.js"])
    write("another/data/account.js", FILES["data/account.js"])
    with pytest.raises(BadInput, match=r"account\.js is missing"):
        read(path)


def test_without_account(write: Any, read: Any) -> None:
    path = write("tweets.js", js("tweets", [tweet("1626922779105759235", "hello")]))
    with pytest.raises(BadInput, match=r"account\.js is missing"):
        read(path)


def test_a_torn_file_gives_everything_before_the_tear(write: Any, tmp_path: Path, read: Any) -> None:
    write("account.js", js("account", ACCOUNT))
    whole = js("tweets", [tweet(str(1626922779105759235 + n), f"text {n}") for n in range(3)])
    write("tweets.js", whole[:-60])
    result = read(tmp_path)
    assert result.texts == ["text 0", "text 1"]
    assert len(result.reasons) == 1 and "torn off" in result.reasons[0]
    assert result.rejections[0].file.endswith("tweets.js")


def test_a_damaged_member_costs_only_itself(tmp_path: Path, read: Any) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for name, content in FILES.items():
            out.writestr(name, content)
    raw = path.read_bytes()
    assert raw.count(b"in part one") == 1
    path.write_bytes(raw.replace(b"in part one", b"in part two"))  # the checksum no longer fits
    result = read(path)
    assert any("damaged" in reason for reason in result.reasons)
    assert "1626922779105759235" in result.ids and "in part two" not in result.texts


@pytest.mark.shared
def test_the_documented_archive(shared: Path, read: Any) -> None:
    result = read(shared / "format_fixtures" / "x_archive")
    assert sorted(result.ids) == ["1611701861727313922", "1626922779105759235"]
    assert {post["author_name"] for post in result.posts} == {"example_owner"}
