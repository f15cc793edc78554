import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
ME = "https://m.example/users/ann"
FOLLOWERS = f"{ME}/followers"


def note(number: int, content: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{ME}/statuses/{number}",
        "type": "Note",
        "attributedTo": ME,
        "published": "2023-02-18T12:33:11Z",
        "to": [PUBLIC],
        "cc": [FOLLOWERS],
        "content": content,
        "contentMap": {"en": content},
    } | more


def activity(kind: str, posted: Any, **more: Any) -> dict[str, Any]:
    fields = {"id": f"{ME}/activities/1", "type": kind, "actor": ME, "published": "2023-02-18T12:33:11Z"}
    return fields | {"object": posted, "to": [PUBLIC], "cc": [FOLLOWERS]} | more


OUTBOX = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "outbox.json",
    "type": "OrderedCollection",
    "orderedItems": [
        activity("Create", note(1, "<p>first</p>", inReplyTo="https://b.example/users/bo/statuses/9")),
        activity("Create", note(2, "<p>to remove</p>")),
        activity("Announce", "https://b.example/users/bo/statuses/5", id=f"{ME}/statuses/3/activity"),
        activity("Update", note(1, "<p>first, edited</p>", updated="2023-02-19T00:00:00Z")),
        activity("Delete", {"type": "Tombstone", "id": f"{ME}/statuses/2"}),
        activity("Like", "https://b.example/users/bo/statuses/6"),
        activity("Create", f"{ME}/statuses/7"),
    ],
}


def check_outbox(result: Any) -> None:
    assert result.name == "activitypub"
    posts = {post["post_id"]: post for post in result.posts}
    assert set(posts) == {f"{ME}/statuses/1", f"{ME}/statuses/3/activity"}
    first = posts[f"{ME}/statuses/1"]
    assert first["text"] == "first, edited" and first["edited_at"].day == 19 and first["created_at"].day == 18
    assert (first["author_id"], first["author_name"], first["language"]) == (ME, "ann", "en")
    assert posts[f"{ME}/statuses/3/activity"]["repost_of"] == "https://b.example/users/bo/statuses/5"
    assert [gone.post_id for gone in result.deletions] == [f"{ME}/statuses/2"]
    assert result.other["Like"] == 1 and result.other["repeated"] == 1
    assert len(result.rejections) == 1 and "only a link" in result.reasons[0]


def test_outbox(write: Any, read: Any) -> None:
    check_outbox(read(write("outbox.json", OUTBOX)))
    check_outbox(read(write("compact.json", orjson.dumps(OUTBOX))))


@pytest.mark.parametrize("zipped", [False, True])
def test_mastodon_archive(zipped: bool, tmp_path: Path, read: Any) -> None:
    files = {
        "outbox.json": orjson.dumps(OUTBOX),
        "actor.json": orjson.dumps(
            {"id": ME, "type": "Person", "preferredUsername": "ann", "indexable": False}
        ),
    }
    target = tmp_path / ("archive.zip" if zipped else "archive")
    if zipped:
        with zipfile.ZipFile(target, "w") as out:
            for name, content in files.items():
                out.writestr(name, content)
    else:
        target.mkdir()
        for name, content in files.items():
            (target / name).write_bytes(content)
    result = read(target)
    check_outbox(result)
    assert result.other["profile"] == 1
    assert [(p.author_id, p.purpose, p.state) for p in result.preferences] == [
        (ME, "train", "deny"),
        (ME, "retrieve", "deny"),
        (ME, "embed", "deny"),
    ]


def test_a_torn_outbox_in_an_archive(tmp_path: Path, read: Any) -> None:
    (tmp_path / "outbox.json").write_bytes(orjson.dumps(OUTBOX)[:-300])
    result = read(tmp_path)
    assert f"{ME}/statuses/1" in result.ids
    assert any("torn off" in reason for reason in result.reasons)


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ([PUBLIC], [FOLLOWERS], "public"),
        ("as:Public", [], "public"),
        ([FOLLOWERS], [PUBLIC], "unlisted"),
        ([FOLLOWERS], [], "followers"),
        ([], [FOLLOWERS, "https://b.example/users/bo"], "followers"),
        (["https://b.example/users/bo"], [], "private"),
        ([], [], None),
    ],
)
def test_visibility(to: Any, cc: Any, visibility: str | None, write: Any, read: Any) -> None:
    result = read(write("a.json", activity("Create", note(1, "<p>x</p>", to=to, cc=cc), to=[], cc=[])))
    assert [post["visibility"] for post in result.posts] == ([] if visibility is None else [visibility])
    assert result.reasons == (["no visibility"] if visibility is None else [])


def test_a_deleted_account(write: Any, read: Any) -> None:
    result = read(write("a.jsonl", [activity("Create", note(1, "<p>x</p>")), activity("Delete", ME)]))
    assert [(p.author_id, p.purpose, p.state) for p in result.preferences] == [(ME, "*", "deny")]
    assert result.other == {"account": 1}
