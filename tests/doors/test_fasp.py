"""A provider and a fake Mastodon on loopback: registration, capabilities, announcements, questions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from linnet.doors.fasp.announcement_book import AnnouncementBook
from linnet.doors.fasp.keys import public_base64
from linnet.doors.fasp.registration import backfill, register, subscribe
from linnet.doors.fasp.server_book import Server, ServerBook
from linnet.errors import BadInput
from linnet.pipeline import follow_words
from linnet.posts.store import PostStore
from linnet.state import quarantine
from linnet.workspace import Workspace
from tests.doors import fake_mastodon
from tests.doors.fake_mastodon import FakeMastodon
from tests.doors.workspaces import ELSEWHERE, make_app, make_workspace, serving

ANNOUNCE = "/data_sharing/v0/announcements"
ACTIVATE = "/capabilities/{}/0.1/activation"


@dataclass
class Provider:
    workspace: Workspace
    store: PostStore
    url: str
    server: Server | None = None
    book: ServerBook = field(init=False)
    waiting: AnnouncementBook = field(init=False)

    def __post_init__(self) -> None:
        self.book, self.waiting = ServerBook(self.store.state), AnnouncementBook(self.store.state)

    def register(self, mastodon: FakeMastodon, *capabilities: str) -> Server:
        self.server = register(
            self.workspace, self.book, mastodon.url, our_base_url=f"{self.url}/fasp", name="Linnet"
        ).server
        for one in capabilities:
            assert mastodon.ask("POST", ACTIVATE.format(one)).status_code == 204
        return self.server

    def subscribe(self, mastodon: FakeMastodon) -> Callable[..., httpx.Response]:
        """Subscribes to everything; a function that announces."""
        server = self.register(mastodon, "data_sharing")
        ids = {
            category: subscribe(self.workspace, self.book, server, category=category)
            for category in ("content", "account")
        }
        assert ids == {"content": "17", "account": "18"}

        def announce(
            event: str, *uris: str, category: str = "content", source: str | None = None
        ) -> httpx.Response:
            body = {
                "source": {"subscription": {"id": source or ids[category]}},
                "category": category,
                "eventType": event,
                "objectUris": list(uris),
            }
            return mastodon.ask("POST", ANNOUNCE, body)

        return announce

    def posts(self, purpose: str = "retrieve") -> dict[str, Any]:
        rows = self.store.read(purpose=purpose)
        return {row["post_id"]: row for row in rows.iter_rows(named=True)}

    def settle(self) -> None:
        end = time.monotonic() + 20
        while (due := self.waiting.next_due()) is not None and due <= time.time():
            assert time.monotonic() < end, "the announcements were not taken in"
            time.sleep(0.02)


@pytest.fixture
def mastodon() -> Iterator[FakeMastodon]:
    fake = FakeMastodon()
    yield fake
    fake.close()


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Provider]:
    workspace, store = make_workspace(tmp_path)
    with serving(make_app(workspace)) as url:
        yield Provider(workspace, store, url)


# --- registration and signatures ---------------------------------------------------------------------------------


def test_registration(provider: Provider, mastodon: FakeMastodon) -> None:
    done = register(
        provider.workspace,
        provider.book,
        mastodon.url,
        our_base_url=f"{provider.url}/fasp/",
        name="Linnet: w",
    )
    (said,) = mastodon.said
    assert said.path == "/api/fasp/registration"  # from NodeInfo
    assert said.body["name"] == "Linnet: w" and said.body["baseUrl"] == f"{provider.url}/fasp"
    assert done.completion_uri.endswith("/registration/new") and len(done.fingerprint) == 44
    assert done.server.fasp_id == "4711" and provider.book.named(mastodon.url) == done.server
    key_file = provider.workspace.root / "keys" / f"fasp-{done.server.server_id}.key"
    assert key_file.stat().st_mode & 0o777 == 0o600

    info = mastodon.ask("GET", "/provider_info").json()
    assert info["name"] == "Linnet: w"
    assert {one["id"]: one["version"] for one in info["capabilities"]} == {
        "data_sharing": "0.1", "account_search": "0.1", "trends": "0.1",
    }  # fmt: skip
    with pytest.raises(BadInput, match="linnet fasp remove"):
        register(provider.workspace, provider.book, mastodon.url, our_base_url=provider.url, name="again")


@pytest.mark.parametrize(
    ("url", "ours", "line"),
    [
        ("http://mastodon.example", "https://ai.example/fasp", "cannot be the address of a server"),
        ("ftp://127.0.0.1", "https://ai.example/fasp", "cannot be the address of a server"),
        ("http://127.0.0.1:9", "http://ai.example/fasp", "cannot be our address"),
        ("http://127.0.0.1:9", "https://ai.example/fasp?x=1", "cannot be our address"),
        ("http://127.0.0.1:9", "https://ai.example/fasp", "did not register us: .* cannot be reached"),
    ],
)
def test_registration_that_cannot_be(provider: Provider, url: str, ours: str, line: str) -> None:
    with pytest.raises(BadInput, match=line) as caught:
        register(provider.workspace, provider.book, url, our_base_url=ours, name="x")
    assert "\n" not in str(caught.value) and provider.book.all() == []


def test_only_a_registered_server_may_ask(provider: Provider, mastodon: FakeMastodon) -> None:
    unsigned = httpx.get(f"{provider.url}/fasp/provider_info", timeout=60)
    assert unsigned.status_code == 401 and "signature" not in unsigned.headers
    provider.register(mastodon)
    own, mastodon.key = mastodon.key, Ed25519PrivateKey.generate()
    assert mastodon.ask("GET", "/provider_info").status_code == 401
    mastodon.key = own
    assert mastodon.ask("GET", "/provider_info").status_code == 200
    assert mastodon.ask("GET", "/nothing").status_code == 404
    provider.book.remove(mastodon.server_id)
    assert mastodon.ask("GET", "/provider_info").status_code == 401


def test_a_body_that_was_changed(provider: Provider, mastodon: FakeMastodon) -> None:
    provider.register(mastodon, "data_sharing")
    request = httpx.Request("POST", f"{provider.url}/fasp{ANNOUNCE}", content=b"{}")
    fake_mastodon.sign(request, mastodon.key, mastodon.server_id, fake_mastodon.REQUEST, b"{}")
    headers = {**request.headers, "content-length": "2"}
    changed = httpx.post(f"{provider.url}/fasp{ANNOUNCE}", content=b"[]", headers=headers, timeout=60)
    assert changed.status_code == 401 and "content-digest" in changed.json()["error"]


def test_an_answer_that_the_server_did_not_sign(provider: Provider, mastodon: FakeMastodon) -> None:
    server = provider.register(mastodon, "data_sharing")
    mastodon.lies = True
    with pytest.raises(BadInput, match="cannot be trusted: the signature is not valid"):
        subscribe(provider.workspace, provider.book, server, category="content")
    assert provider.book.sources(server.server_id) == []


def test_a_proxy_may_stand_in_front(provider: Provider, mastodon: FakeMastodon) -> None:
    """What is signed is the address that the server called, not the one that reaches us."""
    key = Ed25519PrivateKey.generate()
    server_id = provider.book.begin(base_url="https://m.example/fasp", our_base_url="https://ai.example/x")
    provider.book.complete(server_id, fasp_id="1", public_key=public_base64(key))
    path = "/account_search/v0/search?term=a%20b"
    seen = SimpleNamespace(method="GET", url=f"https://ai.example/x{path}", headers={})
    fake_mastodon.sign(seen, key, server_id, fake_mastodon.REQUEST, b"")
    answer = httpx.get(f"{provider.url}/fasp{path}", headers=seen.headers, timeout=60)
    assert answer.status_code == 404 and "not switched on" in answer.json()["error"]


def test_capabilities(provider: Provider, mastodon: FakeMastodon) -> None:
    server = provider.register(mastodon, "trends", "account_search")
    assert provider.book.capabilities(server.server_id) == ["account_search", "trends"]
    assert mastodon.ask("GET", "/trends/v0/content").status_code == 200
    assert mastodon.ask("DELETE", ACTIVATE.format("trends")).status_code == 204
    refused = mastodon.ask("GET", "/trends/v0/content")
    assert refused.status_code == 404 and "trends is not switched on" in refused.json()["error"]
    assert mastodon.ask("POST", "/capabilities/debug/0.1/activation").status_code == 404
    assert mastodon.ask("POST", "/capabilities/trends/7/activation").status_code == 404


# --- announcements -----------------------------------------------------------------------------------------------


def test_new_changed_and_deleted(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    asked = [one for one in mastodon.said if one.path.endswith("event_subscriptions")]
    assert asked[0].body == {"category": "content", "subscriptionType": "lifecycle", "maxBatchSize": 100}
    assert asked[0].key_id == mastodon.fasp_id
    ann = mastodon.person("ann")
    uri = mastodon.note("ann", 1, "The ferry sails again")
    assert announce("new", uri).status_code == 204
    provider.settle()
    post = provider.posts()[uri]
    assert (post["author_id"], post["author_name"], post["text"]) == (ann, "ann", "The ferry sails again")
    assert post["source"] == "activitypub-live" and uri not in provider.posts("train")
    assert provider.waiting.count() == 0

    mastodon.note("ann", 1, "The ferry sails no more", updated="2026-03-01T13:00:00Z")
    announce("update", uri)
    provider.settle()
    assert provider.posts()[uri]["text"] == "The ferry sails no more"

    follow_words(provider.workspace)
    assert announce("delete", uri).status_code == 204
    assert uri not in provider.posts() and provider.store.tombstoned([uri]) == {uri}  # before the answer
    announce("new", uri)
    provider.settle()
    assert uri not in provider.posts()


def test_what_an_account_does_not_allow(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    mastodon.person("shy", indexable=False)
    mastodon.person("bot", summary="<p>#nobot please</p>")
    uris = [mastodon.note(name, 1, f"words of {name}") for name in ("shy", "bot")]
    announce("new", *uris)
    provider.settle()
    assert set(uris) <= set(provider.posts("moderate")) and not set(uris) & set(provider.posts())

    ann = mastodon.person("ann")
    uri = mastodon.note("ann", 1, "public for now")
    announce("new", uri)
    provider.settle()
    assert uri in provider.posts()
    mastodon.person("ann", indexable=False)
    announce("update", ann, category="account")
    provider.settle()
    assert uri not in provider.posts()


def test_an_account_that_goes(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    ann = mastodon.person("ann")
    uris = [mastodon.note("ann", number, f"post {number}") for number in (1, 2)]
    announce("new", *uris)
    provider.settle()
    assert set(uris) <= set(provider.posts())
    announce("delete", ann, category="account")
    assert not set(uris) & set(provider.posts("moderate"))
    later = mastodon.note("ann", 3, "too late")
    announce("new", later)
    provider.settle()
    assert later not in provider.posts()


def test_nobody_speaks_for_another_host(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    mastodon.person("eve")
    assert announce("delete", ELSEWHERE).status_code == 204
    assert ELSEWHERE in provider.posts()
    assert provider.waiting.count() == 1  # mastodon.example is asked whether that is so
    stolen = mastodon.note("eve", 1, "not mine", id="https://mastodon.example/users/bo/statuses/2")
    forged = mastodon.note("eve", 2, "words in a mouth", attributedTo="https://mastodon.example/users/bo")
    inner = "http://127.0.0.1:9/users/eve"
    announce("new", mastodon.url + "/users/eve/statuses/1", mastodon.url + "/users/eve/statuses/2", inner)
    provider.settle()
    posts = provider.posts("moderate")
    assert (
        stolen not in posts
        and forged not in posts
        and provider.posts()[ELSEWHERE]["text"].startswith("Le port")
    )
    with provider.store.state.engine.connect() as connection:
        reasons = list(connection.execute(sa.select(quarantine.c.reason)).scalars())
    assert sorted(reasons)[-2:] == [
        "its author lives on another host", "its id names another host than the one it came from",
    ]  # fmt: skip
    assert any("127.0.0.1:9" in reason or "is not https" in reason for reason in reasons)


def test_gone_and_unreachable(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    mastodon.person("ann")
    uri = mastodon.note("ann", 1, "here today")
    announce("new", uri)
    provider.settle()
    mastodon.objects["/users/ann/statuses/1"] = None
    announce("update", uri)
    provider.settle()
    assert uri not in provider.posts()

    later = mastodon.note("ann", 2, "after a pause")
    note, mastodon.objects["/users/ann/statuses/2"] = mastodon.objects["/users/ann/statuses/2"], 503
    announce("new", later)
    provider.settle()
    assert later not in provider.posts() and provider.waiting.count() == 1
    mastodon.objects["/users/ann/statuses/2"] = note
    announce("update", later)  # tried again at once
    provider.settle()
    assert later in provider.posts() and provider.waiting.count() == 0


def test_what_was_erased_stays_away(provider: Provider, mastodon: FakeMastodon) -> None:
    from linnet.erasure import forget

    announce = provider.subscribe(mastodon)
    mastodon.person("ann")
    uri = mastodon.note("ann", 1, "to be forgotten")
    announce("new", uri)
    provider.settle()
    mastodon.objects["/users/ann/statuses/1"] = 503
    announce("update", uri)
    provider.settle()
    assert provider.waiting.count() == 1
    forget(provider.workspace, posts=[uri])
    assert provider.waiting.count() == 0
    announce("update", uri)
    announce("delete", uri)
    assert provider.waiting.count() == 0 and provider.store.tombstoned([uri]) == set()
    assert uri.encode() not in provider.workspace.state_path.read_bytes()


def test_announcements_that_were_not_asked_for(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    assert announce("new", source="99").status_code == 404
    for body, line in (
        ([], "JSON object"), ({}, "source names"), ({"source": {"subscription": {}}}, "no id"),
        ({"source": {"subscription": {"id": "17"}}, "category": "cats"}, "category"),
        ({"source": {"subscription": {"id": "17"}}, "category": "content", "eventType": "x"}, "eventType"),
        ({"source": {"subscription": {"id": "17"}}, "category": "content", "objectUris": ["file:///etc"]}, "objectUris"),
    ):  # fmt: skip
        refused = mastodon.ask("POST", ANNOUNCE, body)
        assert refused.status_code == 400 and line in refused.json()["error"]


def test_backfill_goes_on_until_there_is_no_more(provider: Provider, mastodon: FakeMastodon) -> None:
    server = provider.register(mastodon, "data_sharing")
    assert backfill(provider.workspace, provider.book, server, category="content", count=2) == "23"
    mastodon.person("ann")
    for number, more in ((1, True), (2, False)):
        body = {
            "source": {"backfillRequest": {"id": "23"}},
            "category": "content",
            "objectUris": [mastodon.note("ann", number, f"old post {number}")],
            "moreObjectsAvailable": more,
        }
        assert mastodon.ask("POST", ANNOUNCE, body).status_code == 204
        provider.settle()
        end = time.monotonic() + 20
        while provider.book.unfinished() and time.monotonic() < end:
            time.sleep(0.02)
    continued = [one for one in mastodon.said if one.path.endswith("/backfill_requests/23/continuation")]
    assert len(continued) == 1 and continued[0].key_id == mastodon.fasp_id
    assert {f"{mastodon.url}/users/ann/statuses/{number}" for number in (1, 2)} <= set(provider.posts())


# --- questions ---------------------------------------------------------------------------------------------------


def test_account_search_and_trends(provider: Provider, mastodon: FakeMastodon) -> None:
    announce = provider.subscribe(mastodon)
    for capability in ("account_search", "trends"):
        mastodon.ask("POST", ACTIVATE.format(capability))
    people = {name: mastodon.person(name) for name in ("ann", "anna", "joanna", "ben")}
    shy = mastodon.person("annshy", indexable=False)
    now = datetime.now(UTC)
    posts = [
        mastodon.note(
            name,
            1,
            f"The #Ferry and #tax{number} <a href='https://news.example/ferry'>news</a>",
            published=(now - timedelta(hours=number)).isoformat(),
            likes={"totalItems": 10 * number},
            contentMap={"en": "x"},
        )
        for number, name in enumerate(people, start=1)
    ]
    old = mastodon.note("ann", 2, "#Ferry of old", published=(now - timedelta(hours=60)).isoformat())
    announce("new", *posts, old, mastodon.note("annshy", 1, "#tax1"))
    provider.settle()
    follow_words(provider.workspace)

    def accounts(term: str, **more: str) -> list[str]:
        query = httpx.QueryParams({"term": term, **more})
        return mastodon.ask("GET", f"/account_search/v0/search?{query}").json()

    assert accounts("ann") == [people["ann"], people["anna"], people["joanna"]]
    assert accounts("@ANN", limit="1") == [people["ann"]]
    assert accounts("bo") == ["https://mastodon.example/users/bo"]  # an author of Bluesky has no address here
    assert shy not in accounts("annshy") and accounts("nobody") == []
    assert accounts("ben@mastodon.example") == []
    assert mastodon.ask("GET", "/account_search/v0/search?term=").status_code == 400

    def trends(kind: str, query: str = "withinLastHours=24&maxCount=3") -> Any:
        return mastodon.ask("GET", f"/trends/v0/{kind}?{query}").json()[kind]

    assert trends("content") == [
        {"uri": posts[3], "rank": 100}, {"uri": posts[2], "rank": 75}, {"uri": posts[1], "rank": 50},
    ]  # fmt: skip
    assert [one["uri"] for one in trends("content", "withinLastHours=2")] == [posts[0]]
    (tag,) = trends("hashtags")
    assert (tag["name"], tag["rank"], len(tag["examples"])) == ("ferry", 100, 3)
    (link,) = trends("links")
    assert link["url"] == "https://news.example/ferry" and set(link["examples"]) <= set(posts)
    assert trends("hashtags", "language=fr") == []
    assert mastodon.ask("GET", "/trends/v0/cats").status_code == 404
    assert mastodon.ask("GET", "/trends/v0/content?withinLastHours=x").status_code == 400
    assert mastodon.ask("GET", "/trends/v0/content?language=x%20from:a").status_code == 400

    announce("delete", people["ben"], category="account")
    assert accounts("ben") == []
    assert posts[3] not in [one["uri"] for one in trends("content")]
