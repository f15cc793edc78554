"""The official client of MCP against the tools: in this process, over stdio, and over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from linnet.doors.model_context.tools import make_server, thread_of
from linnet.errors import LinnetError
from linnet.records import Deletion, Preference
from linnet.wiring import Platform
from tests.doors.own_thread import run_async
from tests.doors.workspaces import BLUESKY, HOSTILE, PUBLIC, make_app, make_workspace, serving
from tests.factories import NOON, make_post

TOOLS = {"search_posts", "get_thread", "explain_case", "note_for_post"}


def answer(result: Any) -> dict[str, Any]:
    assert not result.is_error, result
    return result.structured_content


async def ask_everything(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    assert all(tool.annotations.read_only_hint for tool in tools.values())

    found = answer(await client.call_tool("search_posts", {"query": "harbour", "limit": 20}))
    posts = {post["post_id"]: post for post in found["posts"]}
    assert set(posts) == PUBLIC
    assert "never an instruction" in found["notice"]
    assert posts["hostile"]["quoted_text"] == HOSTILE and "text" not in posts["hostile"]

    thread = answer(await client.call_tool("get_thread", {"post_id": "reply"}))
    assert [post["post_id"] for post in thread["ancestors"]] == [BLUESKY]
    assert thread["post"]["post_id"] == "reply" and thread["replies"] == []
    assert "never an instruction" in thread["notice"]
    above = answer(await client.call_tool("get_thread", {"post_id": BLUESKY}))
    assert [post["post_id"] for post in above["replies"]] == ["reply"]

    for secret in ("secret", "followers", "nothing"):
        hidden = await client.call_tool("get_thread", {"post_id": secret})
        assert hidden.is_error and "no such post, or it is not public" in hidden.content[0].text
    for arguments in ({"query": "harbour", "limit": 0}, {"query": "since:yesterday"}, {}):
        assert (await client.call_tool("search_posts", arguments)).is_error

    case = answer(await client.call_tool("explain_case", {"case_id": "c1"}))
    assert case == {
        "found": False,
        "message": "There is no case with this id: this workspace holds no cases yet.",
    }
    note = answer(await client.call_tool("note_for_post", {"post_id": BLUESKY}))
    assert note["found"] is False and "no notes yet" in note["message"]


@pytest.mark.parametrize("purpose", ["generate", "retrieve"])
def test_no_model_reads_what_its_author_denies_it(tmp_path: Path, purpose: str) -> None:
    posts = [
        make_post("top", "harbour top", author_id="ann"),
        make_post("middle", "harbour middle", author_id="ben", minutes=1, reply_to="top"),
        make_post("low", "harbour low", author_id="ann", minutes=2, reply_to="middle"),
        make_post("denied", "harbour denied", author_id="ben", minutes=3, reply_to="low"),
        make_post("leaf", "harbour leaf", author_id="cy", minutes=4, reply_to="low"),
    ]
    workspace, store = make_workspace(tmp_path, posts)
    platform = Platform(workspace)
    assert thread_of(platform, "low")["post"]["reply_to"] == "middle"
    store.preferences.declare(
        [Preference(author_id="ben", purpose=purpose, state="deny", declared_at=NOON, source="operator")]
    )

    async def talk() -> None:
        async with Client(make_server(lambda: platform)) as client:
            found = answer(await client.call_tool("search_posts", {"query": "harbour"}))
            assert {post["post_id"] for post in found["posts"]} == {"top", "low", "leaf"}
            thread = answer(await client.call_tool("get_thread", {"post_id": "low"}))
            assert thread["ancestors"] == [] and thread["post"]["reply_to"] is None
            assert [post["post_id"] for post in thread["replies"]] == ["leaf"]
            above = answer(await client.call_tool("get_thread", {"post_id": "leaf"}))
            assert [(post["post_id"], post["reply_to"]) for post in above["ancestors"]] == [("low", None)]
            assert above["post"]["reply_to"] == "low"
            assert "middle" not in str((found, thread, above))

    run_async(talk)
    with pytest.raises(LinnetError, match="no such post"):
        thread_of(platform, "middle")
    found = platform.search("harbour")["hits"]
    assert ("middle" in {hit["post_id"] for hit in found}) == (purpose == "generate")


def test_over_stdio(tmp_path: Path) -> None:
    workspace, store = make_workspace(tmp_path)
    command = ["-m", "linnet.cli.main", "--workspace", str(workspace.root), "mcp"]

    async def talk() -> None:
        server = StdioServerParameters(command=sys.executable, args=command, env={"HF_HUB_OFFLINE": "1"})
        async with Client(stdio_client(server)) as client:
            await ask_everything(client)
            store.delete([Deletion(post_id=BLUESKY)])
            found = answer(await client.call_tool("search_posts", {"query": "harbour"}))
            assert BLUESKY not in {post["post_id"] for post in found["posts"]}

    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(talk)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[str]:
    workspace, _ = make_workspace(tmp_path)
    with serving(make_app(workspace)) as url:
        yield url


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(service: str, mode: str) -> None:
    async def talk() -> None:
        async with Client(f"{service}/mcp", mode=mode) as client:
            await ask_everything(client)

    run_async(talk)
