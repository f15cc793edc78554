"""The doors of a running service, and the commands around them."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from mcp.client.client import Client
from typer.testing import CliRunner

from linnet.cli.main import app
from linnet.doors.fasp.server_book import ServerBook
from linnet.state import State
from tests.doors.fake_mastodon import FakeMastodon
from tests.doors.own_thread import run_async
from tests.doors.workspaces import PUBLIC, free_port, make_workspace


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    workspace, _ = make_workspace(tmp_path)
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "linnet.cli.main", "-w", str(workspace.root), "serve", "--no-embed"]
    process = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 90
    while True:
        try:
            httpx.get(f"{url}/healthz", timeout=60)
            break
        except httpx.TransportError:
            assert process.poll() is None and time.monotonic() < end, "the service did not start"
            time.sleep(0.2)
    yield url
    process.terminate()
    process.communicate(timeout=30)


def test_every_door_of_the_service(service: str) -> None:
    found = httpx.get(
        f"{service}/xrpc/app.bsky.feed.searchPosts", params={"q": "harbour", "sort": "top"}, timeout=60
    )
    assert len(found.json()["posts"]) == len(PUBLIC)
    feed = httpx.get(f"{service}/search.rss", params={"q": "harbour"}, timeout=60)
    assert {item.findtext("guid") for item in ET.fromstring(feed.content).iter("item")} == PUBLIC
    assert httpx.get(f"{service}/fasp/provider_info", timeout=60).status_code == 401
    assert (
        httpx.get(f"{service}/", follow_redirects=True, timeout=60).status_code == 200
    )  # the console keeps its place

    async def talk() -> None:
        async with Client(f"{service}/mcp") as client:
            result = await client.call_tool("search_posts", {"query": "harbour"})
            assert {post["post_id"] for post in result.structured_content["posts"]} == PUBLIC

    run_async(talk)
    for path in ("/mcp", "/search.rss?q=a", "/xrpc/app.bsky.feed.searchPosts?q=a", "/fasp/provider_info"):
        assert httpx.get(service + path, headers={"Host": "evil.example"}, timeout=60).status_code == 400
        assert (
            httpx.get(service + path, headers={"Origin": "https://evil.example"}, timeout=60).status_code
            == 403
        )


def test_fasp_commands(tmp_path: Path) -> None:
    workspace, _ = make_workspace(tmp_path)
    mastodon = FakeMastodon()

    def linnet(*arguments: str) -> dict:
        done = CliRunner().invoke(app, ["-w", str(workspace.root), "fasp", *arguments, "--json"])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return json.loads(done.output)

    try:
        made = linnet("register", mastodon.url, "--url", "https://ai.example/fasp")
        assert made["base_url"] == f"{mastodon.url}/api/fasp" and made["completion_uri"].startswith(
            mastodon.url
        )
        (listed,) = linnet("list")["servers"]
        assert listed["id"] == made["server_id"] and listed["capabilities"] == []
        with pytest.raises(Exception, match="has not switched data_sharing on"):
            linnet("subscribe", mastodon.url)
        with pytest.raises(Exception, match="is no server that we are registered at"):
            linnet("subscribe", "https://other.example")
        ServerBook(State(workspace)).activate(made["server_id"], "data_sharing")
        assert linnet("subscribe", mastodon.url) == {"subscription": "17", "category": "content"}
        assert linnet("backfill", mastodon.url, "--count", "5")["backfill_request"] == "23"
        assert linnet("fetch")["fetched"] == 0
        assert linnet("remove", made["server_id"])["removed"] == f"{mastodon.url}/api/fasp"
        assert linnet("list")["servers"] == []
    finally:
        mastodon.close()
