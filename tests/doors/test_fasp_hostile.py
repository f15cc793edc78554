"""Servers that lie, break or never end: nothing of theirs keeps another's from coming in."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from linnet.doors.fasp import client, fetcher, registration
from linnet.doors.fasp.account_search import AccountSearch, is_web_address
from linnet.doors.fasp.addresses import address_for, is_public
from linnet.doors.fasp.announcement_book import MOST_TRIES, AnnouncementBook
from linnet.doors.fasp.fetcher import Fetched, FetchFailed, HttpFetcher, NotFound
from linnet.doors.fasp.intake import Intake, IntakeReport
from linnet.doors.fasp.registration import MOST_REFUSALS, Backfills, find_base_url
from linnet.doors.fasp.server_book import ServerBook
from linnet.errors import BadInput
from linnet.posts.ingest import VersionFold
from linnet.state import quarantine
from linnet.workspace import Workspace
from tests.doors.workspaces import make_workspace

HOST = "https://m.example"
ANN = f"{HOST}/users/ann"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


class Shelf:
    """Objects by their address; an error is raised; what is not there is a 404."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self.person("ann")

    def person(self, name: str, **more: Any) -> str:
        uri = f"{HOST}/users/{name}"
        self.objects[uri] = {"id": uri, "type": "Person", "preferredUsername": name, "summary": "", **more}
        return uri

    def note(self, number: int, name: str = "ann", **more: Any) -> str:
        uri = f"{HOST}/users/{name}/{number}"
        self.objects[uri] = {
            "id": uri, "type": "Note", "attributedTo": f"{HOST}/users/{name}", "to": [PUBLIC],
            "published": "2026-03-01T12:00:00Z", "content": f"post {number}", **more,
        }  # fmt: skip
        return uri

    def fetch(self, uri: str) -> Fetched | None:
        if uri not in self.objects:
            raise NotFound(f"{uri} is not there")
        found = self.objects[uri]
        if isinstance(found, Exception):
            raise found
        return None if found is None else Fetched(url=uri, value=found)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.workspace, self.store = make_workspace(folder)
        self.servers, self.book = ServerBook(self.store.state), AnnouncementBook(self.store.state)
        self.shelf = Shelf()
        self.server_id = self.server(HOST)

    def server(self, url: str) -> str:
        server_id = self.servers.begin(base_url=f"{url}/fasp", our_base_url="https://ai.example/fasp")
        self.servers.complete(server_id, fasp_id="1", public_key="x")
        return server_id

    def take(self, *uris: str, category: str = "content", server_id: str | None = None) -> IntakeReport:
        self.book.add(uris, category=category, server_id=server_id or self.server_id)
        return Intake(self.workspace, self.store, self.book, self.shelf).run_once()

    def posts(self) -> set[str]:
        return set(self.store.read(purpose="moderate")["post_id"])

    def reasons(self) -> list[str]:
        with self.store.state.engine.connect() as connection:
            return list(connection.execute(sa.select(quarantine.c.reason)).scalars())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.mark.parametrize(
    "more",
    [
        {"type": ["Note"]},
        {"content": 5},
        {"content": {"a": 1}},
        {"content": None, "contentMap": {"en": 5}},
        {"published": 10**400},
        {"attributedTo": f"{HOST}/users/\ud800"},
        {"id": f"{HOST}/\ud800", "attributedTo": ANN},
        {"content": "lone \ud800"},
        {"attributedTo": f"{HOST}/users/broken"},
    ],
)
def test_one_bad_object_keeps_no_other_waiting(desk: Desk, more: dict[str, Any]) -> None:
    desk.shelf.person("broken", summary={"a": 1}, updated=10**400, attachment=[{"name": "x", "value": "y"}])
    bad, good = desk.shelf.note(1, **more), desk.shelf.note(2)
    desk.take(bad, good)
    assert good in desk.posts()
    assert desk.book.next_due() is None or "\ud800" in str(more.get("attributedTo"))  # that account is a 404
    if bad not in desk.posts() and desk.book.count() == 0 and "id" not in more:
        assert desk.reasons()


def test_a_handle_with_half_a_character(desk: Desk) -> None:
    desk.shelf.person("ann", preferredUsername="an\udc00n")
    uri = desk.shelf.note(1)
    assert desk.take(uri).accepted == 1 and uri in desk.posts() and desk.book.count() == 0


def test_an_error_of_a_fetcher_is_that_of_one_object(desk: Desk) -> None:
    bad, good = f"{HOST}/x", desk.shelf.note(1)
    desk.shelf.objects[bad] = RuntimeError("oh \ud800 no")
    report = desk.take(bad, good)
    assert (report.accepted, report.given_up, desk.book.count()) == (1, 1, 0)
    assert any("RuntimeError: oh ? no" in one for one in desk.reasons())


def test_a_batch_that_cannot_be_written_goes_one_by_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uris = [desk.shelf.note(number) for number in (1, 2, 3)]
    take = VersionFold.take

    def picky(self: VersionFold, batch: Any) -> tuple[int, int, int]:
        if uris[1] in batch.posts["post_id"].to_pylist():
            raise OverflowError("too much")
        return take(self, batch)

    monkeypatch.setattr(VersionFold, "take", picky)
    report = desk.take(*uris)
    assert (report.accepted, report.given_up, desk.book.count()) == (2, 1, 0)
    assert {uris[0], uris[2]} <= desk.posts() and uris[1] not in desk.posts()


def test_a_404_is_no_farewell_of_an_account(desk: Desk) -> None:
    uri = desk.shelf.note(1)
    desk.take(uri)
    person = desk.shelf.objects.pop(ANN)
    report = desk.take(ANN, category="account")
    assert (report.failed, report.gone) == (1, 0) and uri in desk.posts()
    engine = desk.store.state.engine
    for _ in range(MOST_TRIES):
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE fasp_announcements SET next_try_at = 0"))
        Intake(desk.workspace, desk.store, desk.book, desk.shelf).run_once()
    assert (
        desk.book.count() == 0
        and uri in desk.posts()
        and any("is not there" in one for one in desk.reasons())
    )
    desk.shelf.objects[ANN] = person
    later = desk.shelf.note(2)
    desk.take(later)
    assert later in desk.posts()
    desk.shelf.objects[ANN] = None  # 410
    assert desk.take(ANN, category="account").gone == 1 and not {uri, later} & desk.posts()


def test_a_404_of_a_post_counts_from_its_own_server(desk: Desk) -> None:
    uri = desk.shelf.note(1)
    desk.take(uri)
    del desk.shelf.objects[uri]
    other = desk.server("https://other.example")
    assert desk.take(uri, server_id=other).failed == 1 and uri in desk.posts()
    assert desk.take(uri).gone == 1 and uri not in desk.posts()


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True), ("10.0.0.1", False), ("224.0.0.1", False), ("2606:4700::1", True), ("::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True),
        ("2002:a00:1::", False), ("2002:808:808::", True), ("::127.0.0.1", False), ("2001:0:a00:1::", False),
        ("64:ff9b:1::808:808", False), ("fec0::1", False), ("fe80::1", False),
    ],
)  # fmt: skip
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize(
    ("url", "resolves", "ok"),
    [
        ("https://m.example/x", "10.0.0.1", False),
        ("https://m.example/x", "127.0.0.1", False),
        ("http://m.example/x", "8.8.8.8", False),
        ("https://m.example/x", "8.8.8.8", True),
        ("http://localhost:3000/x", "127.0.0.1", True),
        ("http://localhost:3000/x", "10.0.0.1", False),
        ("http://localhost:3001/x", "127.0.0.1", False),
    ],
)
def test_a_registered_host_may_not_point_inside(
    monkeypatch: pytest.MonkeyPatch, url: str, resolves: str, ok: bool
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (resolves, 443))])
    trusted = frozenset({"m.example", "localhost:3000"})
    if ok:
        assert address_for(url, trusted_hosts=trusted) == resolves
    else:
        with pytest.raises(BadInput):
            address_for(url, trusted_hosts=trusted)


# --- what a server sends -----------------------------------------------------------------------------------------


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            answer(self)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def fails(url: str, *, final: bool) -> None:
    with pytest.raises(FetchFailed) as caught:
        HttpFetcher(lambda: frozenset({url.removeprefix("http://").partition("/")[0]})).fetch(url)
    assert caught.value.final == final


@pytest.mark.parametrize(
    "location", ["http://[", "https://\u00fc\ud800.example/", "https://a..b/", "//[::1", "https://x:99999/"]
)
def test_a_redirect_to_nowhere(location: str) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.wfile.write(b"")
        request._headers_buffer.append(b"Location: " + location.encode("utf-8", "surrogatepass") + b"\r\n")  # type: ignore[attr-defined]
        request.end_headers()

    with answering(answer) as url, pytest.raises(FetchFailed):
        HttpFetcher(lambda: frozenset({url.removeprefix("http://")})).fetch(url)


def test_only_identity_is_read() -> None:
    asked: list[str | None] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.headers["accept-encoding"])
        request.send_response(200)
        request.send_header("Content-Encoding", "gzip")
        request.end_headers()
        request.wfile.write(b"never read")

    with answering(answer) as url:
        fails(url, final=True)
        with pytest.raises(BadInput, match="compressed"):
            client.send("GET", url, headers={}, body=b"")
    assert asked == ["identity", "identity"]


def test_what_trickles_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"{}")

    for module in (fetcher, client):
        monkeypatch.setattr(module, "TOTAL_SECONDS", -1.0)
    with answering(answer) as url:
        fails(url, final=False)
        with pytest.raises(BadInput, match="took more than"):
            client.send("GET", url, headers={}, body=b"")


# --- registration, backfills, search -----------------------------------------------------------------------------


def test_node_info_may_not_name_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"links": [{"href": f"{HOST}/n"}], "metadata": {"faspBaseUrl": "https://inner.example/fasp"}}
    monkeypatch.setattr(registration, "_get", lambda url: said)
    with pytest.raises(BadInput, match=r"on another host; .* in full") as caught:
        find_base_url(HOST)
    assert "\n" not in str(caught.value)
    said["metadata"] = {"faspBaseUrl": f"{HOST}/api/fasp"}
    assert find_base_url(HOST) == f"{HOST}/api/fasp"


def test_a_dead_server_does_not_stop_the_backfills_of_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    alive = desk.server("https://alive.example")
    for server_id, source_id in ((desk.server_id, "1"), (alive, "2")):
        desk.servers.add_source(server_id, kind="backfillRequest", source_id=source_id, category="content")
        desk.servers.set_more(server_id, source_id, True)
    asked: list[str] = []

    def ask(workspace: Workspace, server: Any, *_: Any) -> None:
        asked.append(server.host)
        if server.host == "m.example":
            raise BadInput("cannot be reached")

    monkeypatch.setattr(registration, "ask_server", ask)
    backfills = Backfills(desk.workspace, desk.servers)
    backfills.go_on()
    backfills.go_on()  # too early for another try
    assert sorted(asked) == ["alive.example", "m.example"] and desk.servers.unfinished() == [
        (desk.server_id, "1")
    ]
    monkeypatch.setattr(registration, "SECONDS_BETWEEN_REFUSALS", 0.0)
    backfills = Backfills(desk.workspace, desk.servers)
    for _ in range(MOST_REFUSALS):
        assert desk.servers.unfinished()
        backfills.go_on()
    assert not desk.servers.unfinished() and "ends here" in caplog.text


def test_an_account_with_two_handles_is_named_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    search = AccountSearch(None, desk.store)  # type: ignore[arg-type]
    monkeypatch.setattr(search, "_known", lambda: [("ann", ANN), ("anna", ANN)])
    monkeypatch.setattr(search, "_may_be_found", lambda author_id: True)
    assert search.search({"term": "ann"}) == [ANN]
    assert is_web_address(ANN) and not is_web_address(ANN + "\x07") and not is_web_address(ANN + "\u202e")
