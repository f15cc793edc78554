"""What Bluesky accounts declare in their own records."""

from __future__ import annotations

from typing import Any

import pytest

DID, SEEN = "did:plc:ann", 1783175888085434
AI, INTENTS, PROFILE = (
    "community.lexicon.preference.ai",
    "org.user-intents.declaration",
    "app.bsky.actor.profile",
)
AT = "2026-07-01T00:00:00Z"


def event(
    collection: str, record: Any, *, key: str = "self", operation: str = "create", time: int = SEEN
) -> Any:
    commit = {"rev": "1", "operation": operation, "collection": collection, "rkey": key}
    if record is not None:
        commit["record"] = {"$type": collection, **record}
    return {"did": DID, "time_us": time, "kind": "commit", "commit": commit}


def ai(scope: Any = None, /, **allowed: Any) -> dict[str, Any]:
    said = {name: {"allow": allow, "updatedAt": AT} for name, allow in allowed.items()}
    return {"updatedAt": AT, "scope": scope or {"$type": f"{AI}#globalScope"}, "preferences": said}


def states(result: Any) -> dict[tuple[str, str], set[str]]:
    """(purpose, scope) -> the states that were declared, without "unset"."""
    found: dict[tuple[str, str], set[str]] = {}
    for one in result.preferences:
        assert one.author_id == DID
        if one.state != "unset":
            found.setdefault((one.purpose, one.scope), set()).add(one.state)
    return found


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (ai(training=False), {("train", ""): {"deny"}}),
        (ai(training=True), {("train", ""): {"allow"}}),
        (ai(inference=False), {("retrieve", ""): {"deny"}, ("generate", ""): {"deny"}}),
        (ai(syntheticContent=False), {("generate", ""): {"deny"}}),
        (ai(embedding=False), {("embed", ""): {"deny"}}),
        (ai(inference=True, syntheticContent=False),
         {("retrieve", ""): {"allow"}, ("generate", ""): {"allow", "deny"}}),
        (ai(training=None), {}),
        (ai(training="no"), {("train", ""): {"deny"}}),  # an answer that cannot be read is a no
        (ai(), {}),
        (ai({"$type": f"{AI}#entityScope", "entity": "Example.ORG"}, training=True),
         {("train", "entity:example.org"): {"allow"}}),
        (ai({"$type": f"{AI}#collectionScope", "collection": "app.bsky.feed.post"}, training=False),
         {("train", "collection:app.bsky.feed.post"): {"deny"}}),
        (ai({"$type": f"{AI}#entityScope", "entity": f"at://{DID}/app.bsky.feed.post/1"}, training=False),
         {("train", f"post:at://{DID}/app.bsky.feed.post/1"): {"deny"}}),
        (ai({"$type": f"{AI}#entityScope", "entity": "at://did:plc:bo/app.bsky.feed.post/1"}, training=False),
         {("train", "entity:at://did:plc:bo/app.bsky.feed.post/1"): {"deny"}}),  # nobody's name: says nothing
        (ai({"$type": f"{AI}#moonScope"}, training=False, embedding=True), {("train", ""): {"deny"}}),
        ({"preferences": 3, "scope": []}, {}),
    ],
)  # fmt: skip
def test_ai_preferences(record: Any, expected: Any, write: Any, read: Any) -> None:
    result = read(write("e.jsonl", [event(AI, record)]))
    assert states(result) == expected
    assert result.other == {"ai": 1}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"syntheticContentGeneration": {"allow": False}},
         {("train", ""): {"deny"}, ("generate", ""): {"deny"}}),
        ({"syntheticContentGeneration": {"allow": True}},
         {("train", ""): {"allow"}, ("generate", ""): {"allow"}}),
        ({"bulkDataset": {"allow": False}}, {("train", ""): {"deny"}}),
        ({"bulkDataset": {"allow": True}}, {}),
        ({"publicAccessArchive": {"allow": False}}, {("retrieve", ""): {"deny"}}),
        ({"publicAccessArchive": {"allow": True}}, {}),
        ({"protocolBridging": {"allow": False}}, {}),
        ({"bulkDataset": {"updatedAt": AT}}, {}),
    ],
)  # fmt: skip
def test_user_intents(record: Any, expected: Any, write: Any, read: Any) -> None:
    result = read(write("e.jsonl", [event(INTENTS, record)]))
    assert states(result) == expected


def test_intents_for_one_service_are_for_that_service(write: Any, read: Any) -> None:
    result = read(
        write("e.jsonl", [event(INTENTS, {"bulkDataset": {"allow": False}}, key="did:web:us.example")])
    )
    assert states(result) == {("train", "entity:did:web:us.example"): {"deny"}}


@pytest.mark.parametrize("collection", [AI, INTENTS, PROFILE])
def test_deleting_the_record_unsets_what_it_said(
    collection: str, write: Any, read: Any, tmp_path: Any
) -> None:
    from linnet.consent.preferences import PreferenceBook
    from linnet.state import State
    from linnet.workspace import init_workspace

    record = {
        AI: ai(training=False),
        INTENTS: {"bulkDataset": {"allow": False}},
        PROFILE: {"description": "#nobot", "labels": {"values": [{"val": "!no-unauthenticated"}]}},
    }[collection]
    book = PreferenceBook(State(init_workspace(tmp_path / "w")))
    made = read(write("a.jsonl", [event(collection, record)]))
    gone = read(write("b.jsonl", [event(collection, None, operation="delete", time=SEEN + 1)]))
    book.declare(made.preferences)
    assert book.states("train") == {DID: "deny"}
    book.declare(gone.preferences)
    assert book.states("train") == {}
    book.declare(made.preferences)  # the old file again
    assert book.states("train") == {}


def test_a_changed_scope_takes_the_place_of_the_old_one(write: Any, read: Any, tmp_path: Any) -> None:
    from linnet.consent.preferences import PreferenceBook
    from linnet.state import State
    from linnet.workspace import init_workspace

    book = PreferenceBook(State(init_workspace(tmp_path / "w")))
    narrow = {"$type": f"{AI}#collectionScope", "collection": "app.bsky.feed.repost"}
    book.declare(read(write("a.jsonl", [event(AI, ai(training=False), key="3k")])).preferences)
    later = event(AI, ai(narrow, training=False), key="3k", operation="update", time=SEEN + 1)
    book.declare(read(write("b.jsonl", [later])).preferences)
    found = book.declared("train")
    assert (found.authors, found.collections) == ({}, {(DID, "app.bsky.feed.repost"): "deny"})


def test_the_label_against_anonymous_readers_denies_everything(write: Any, read: Any) -> None:
    label = {
        "labels": {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    }
    hidden = read(write("e.jsonl", [event(PROFILE, label)]))
    assert states(hidden) == {("*", ""): {"deny"}}
    shown = read(write("f.jsonl", [event(PROFILE, {"displayName": "Ann"})]))
    assert states(shown) == {} and any(one.purpose == "*" for one in shown.preferences)


def test_the_label_as_views_show_it(write: Any, read: Any) -> None:
    def view(labels: Any) -> Any:
        post = {"$type": "app.bsky.feed.post", "text": "hello", "createdAt": AT}
        author = {"did": DID, "handle": "ann.example", "labels": labels}
        return {"posts": [{"uri": f"at://{DID}/app.bsky.feed.post/1", "author": author, "record": post}]}

    own = [{"src": DID, "val": "!no-unauthenticated"}]
    by_another = [{"src": "did:plc:mod", "val": "!no-unauthenticated"}]
    assert states(read(write("a.json", view(own)))) == {("*", ""): {"deny"}}
    assert states(read(write("b.json", view(by_another)))) == {}


def test_records_of_a_repository_say_the_same_as_the_stream(write: Any, read: Any) -> None:
    page = {"records": [{"uri": f"at://{DID}/{AI}/self", "value": {"$type": AI, **ai(training=False)}}]}
    result = read(write("page.json", page))
    assert states(result) == {("train", ""): {"deny"}}
    assert result.preferences[0].declared_at.isoformat() == "2026-07-01T00:00:00+00:00"


def test_a_bare_record_in_an_unpacked_repository(tmp_path: Any, read: Any) -> None:
    import orjson

    file = tmp_path / DID / AI / "self.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(orjson.dumps({"$type": AI, **ai(embedding=False)}))
    assert states(read(file)) == {("embed", ""): {"deny"}}


def test_a_record_in_the_wrong_collection_is_rejected(write: Any, read: Any) -> None:
    page = {
        "records": [{"uri": f"at://{DID}/app.bsky.feed.post/1", "value": {"$type": AI, **ai(training=True)}}]
    }
    result = read(write("page.json", page))
    assert not result.preferences and "collection" in result.reasons[0]
