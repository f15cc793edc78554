from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from email.utils import parsedate_to_datetime
from pathlib import Path

import fastapi
import pytest
from starlette.testclient import TestClient

from linnet.doors.feed.routes import mount_feed
from linnet.doors.query_text import newest_first
from linnet.records import Deletion
from tests.doors.workspaces import BLUESKY, PUBLIC, AskedPlatform, make_app, make_workspace
from tests.factories import NOON

DC = "{http://purl.org/dc/elements/1.1/}"


def items(body: bytes) -> list[ET.Element]:
    root = ET.fromstring(body)
    assert root.tag == "rss" and root.get("version") == "2.0"
    channel = root.find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    return channel.findall("item")


def test_newest_first_for_anybody() -> None:
    asked = AskedPlatform(count=3)
    app = fastapi.FastAPI()
    mount_feed(app, asked)
    found = items(TestClient(app).get("/search.rss", params={"q": "bus", "limit": "2"}).content)
    assert asked.queries == [("sort:newest bus", 2, None)]
    times = [parsedate_to_datetime(item.findtext("pubDate")) for item in found]
    assert times == sorted(times, reverse=True) and len(times) == 2


@pytest.mark.parametrize("query", ["bus sort:relevance", "sort:relevance bus", "Sort:Newest bus", "bus"])
def test_the_newest_come_first_whatever_order_is_named(query: str) -> None:
    asked = AskedPlatform()
    app = fastapi.FastAPI()
    mount_feed(app, asked)
    assert TestClient(app).get("/search.rss", params={"q": query}).status_code == 200
    assert asked.queries == [("sort:newest bus", 50, None)]


def test_a_phrase_names_no_order() -> None:
    assert newest_first('"a sort:relevance"') == 'sort:newest "a sort:relevance"'
    assert newest_first("sort:relevance") == "sort:newest in:all"


@pytest.mark.parametrize(
    ("parameters", "line"),
    [
        ({}, "q is empty"),
        ({"q": "x" * 1001}, "1001"),
        ({"q": "a since:soon"}, "is no date"),
        *[
            ({"q": "a", "limit": limit}, "from 1 to 100")
            for limit in ("0", "101", "0" * 5000, "0001", "²", "-1", "")
        ],
    ],
)
def test_wrong_requests_are_one_line(parameters: dict[str, str], line: str) -> None:
    app = fastapi.FastAPI()
    mount_feed(app, AskedPlatform())
    answer = TestClient(app).get("/search.rss", params=parameters)
    assert answer.status_code == 400 and line in answer.text and "\n" not in answer.text


def test_a_real_workspace(tmp_path: Path) -> None:
    workspace, store = make_workspace(tmp_path)
    client = TestClient(make_app(workspace))
    answer = client.get("/search.rss", params={"q": "harbour"})
    assert answer.headers["content-type"].startswith("application/rss+xml")
    found = {item.findtext("guid"): item for item in items(answer.content)}
    assert set(found) == PUBLIC
    assert list(found) == [
        "reply",
        "hostile",
        *[i for i in found if i not in ("reply", "hostile", BLUESKY)],
        BLUESKY,
    ]

    # Untrusted text survives as text: neither markup of the feed nor of the page that a reader makes of it.
    hostile = found["hostile"]
    shown = hostile.findtext("description")
    assert shown is not None and "<b>" not in shown and "&lt;b&gt;" in shown and "\x0b" not in shown
    assert "everything" in html.unescape(shown) and len(hostile) == 5
    assert found[BLUESKY].findtext(f"{DC}creator") == "ada.example"
    assert (
        found[BLUESKY]
        .findtext("link", "")
        .endswith("at%3A%2F%2Fdid%3Aplc%3Aada%2Fapp.bsky.feed.post%2F3kharbour")
    )
    assert found[BLUESKY].find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]

    assert (parsedate_to_datetime(answer.headers["last-modified"]) - NOON).total_seconds() == 30 * 60
    again = {"If-None-Match": f'"other", W/{answer.headers["etag"]}'}
    unchanged = client.get("/search.rss", params={"q": "harbour"}, headers=again)
    assert unchanged.status_code == 304 and not unchanged.content

    # A deletion makes nothing newer, and yet the reader must hear of it.
    store.delete([Deletion(post_id=BLUESKY)])
    changed = client.get(
        "/search.rss",
        params={"q": "harbour"},
        headers={**again, "If-Modified-Since": answer.headers["last-modified"]},
    )
    assert changed.status_code == 200
    assert BLUESKY not in {item.findtext("guid") for item in items(changed.content)}
