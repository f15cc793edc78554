from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest


def status(post_id: str, content: str, **more: Any) -> dict[str, Any]:
    return {
        "id": post_id,
        "created_at": "2019-12-08T03:48:33.901Z",
        "visibility": "public",
        "content": content,
        "account": {"id": "1", "acct": "ann", "username": "ann"},
        "language": "en",
        "media_attachments": [],
        "reblog": None,
        "spoiler_text": "",
    } | more


def other_account(**more: Any) -> dict[str, Any]:
    return {"id": "2", "acct": "bo@b.example", "username": "bo"} | more


def test_statuses(write: Any, read: Any) -> None:
    original = status("103", "<p>original</p>", account=other_account())
    statuses = [
        status(
            "101",
            "<p>one<br>two</p>",
            in_reply_to_id="100",
            favourites_count=1,
            reblogs_count=2,
            replies_count=3,
        ),
        status("102", "<p>original</p>", reblog=original),
        status("104", "<p>body</p>", spoiler_text="about food", edited_at="2019-12-09T00:00:00.000Z"),
        status("105", "<p>look</p>", quote={"state": "accepted", "quoted_status": original}),
        status("106", "", media_attachments=[{"id": "1"}]),
    ]
    result = read(write("statuses.jsonl", statuses))
    assert result.name == "mastodon"
    posts = {post["post_id"]: post for post in result.posts}
    one = posts["101"]
    assert (one["text"], one["reply_to"], one["author_id"], one["author_name"]) == (
        "one\ntwo",
        "100",
        "1",
        "ann",
    )
    assert (one["like_count"], one["repost_count"], one["reply_count"]) == (1, 2, 3)
    assert one["platform"] == "mastodon"
    assert (posts["102"]["repost_of"], posts["102"]["text"]) == ("103", "")
    assert (posts["103"]["text"], posts["103"]["author_name"]) == ("original", "bo@b.example")
    assert posts["104"]["text"] == "about food\n\nbody"
    assert posts["104"]["edited_at"] == datetime(2019, 12, 9, tzinfo=UTC)
    assert posts["105"]["quote_of"] == "103"
    assert posts["106"]["text"] == ""
    assert not result.rejections


@pytest.mark.parametrize("form", ["object", "list", "one line"])
def test_shapes_of_files(form: str, write: Any, read: Any) -> None:
    one = status("101", "<p>one</p>")
    content: Any = {
        "object": one,
        "list": orjson.dumps([one, one | {"id": "102"}], option=orjson.OPT_INDENT_2),
        "one line": orjson.dumps([one, one | {"id": "102"}]),
    }[form]
    assert read(write("s.json", content)).ids == (["101"] if form == "object" else ["101", "102"])


@pytest.mark.parametrize(
    ("visibility", "ours"),
    [("public", "public"), ("unlisted", "unlisted"), ("private", "followers"), ("direct", "private"),
     ("limited", None), (None, None), (3, None)],
)  # fmt: skip
def test_visibility(visibility: Any, ours: str | None, write: Any, read: Any) -> None:
    result = read(write("s.json", status("101", "<p>one</p>", visibility=visibility)))
    assert [post["visibility"] for post in result.posts] == ([] if ours is None else [ours])
    assert all("visibility" in reason for reason in result.reasons)
    assert len(result.reasons) == (ours is None)


def test_preferences(write: Any, read: Any) -> None:
    statuses = [
        status("101", "<p>a</p>", account=other_account(indexable=False)),
        status("102", "<p>b</p>", account=other_account(indexable=False)),
        status("103", "<p>c</p>", account={"id": "3", "acct": "cy", "noindex": True}),
        status("104", "<p>d</p>", account={"id": "4", "acct": "di", "indexable": True}),
        status("105", "<p>e</p>"),
    ]
    result = read(write("s.jsonl", statuses))
    assert len(result.posts) == 5
    assert [(p.author_id, p.purpose, p.state, p.source) for p in result.preferences] == [
        ("2", "train", "deny", "mastodon:indexable"),
        ("2", "retrieve", "deny", "mastodon:indexable"),
        ("2", "embed", "deny", "mastodon:indexable"),
        ("3", "train", "deny", "mastodon:noindex"),
        ("3", "retrieve", "deny", "mastodon:noindex"),
        ("3", "embed", "deny", "mastodon:noindex"),
        ("4", "train", "unset", "mastodon:indexable"),
        ("4", "retrieve", "unset", "mastodon:indexable"),
        ("4", "embed", "unset", "mastodon:indexable"),
    ]
    assert result.preferences[0].declared_at > result.preferences[6].declared_at


@pytest.mark.shared
def test_the_documented_status(shared: Path, read: Any) -> None:
    result = read(shared / "format_fixtures" / "mastodon" / "status.json")
    link = "https://www.theguardian.com/money/2019/dec/07/i-lost-my-193000-inheritance-with-one-wrong-digit-on-my-sort-code"
    assert result.texts == [f'"I lost my inheritance with one wrong digit on my sort code"\n\n{link}']
    post = result.posts[0]
    assert (post["post_id"], post["author_id"], post["urls"]) == ("103270115826048975", "1", [link])
