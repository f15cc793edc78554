"""The four tools. All of them only read, as an anonymous reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from linnet import __version__
from linnet.doors.model_context.quoted import NOTICE, quoted
from linnet.doors.platform import Platform
from linnet.errors import LinnetError

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

MOST_RESULTS = 50
MOST_ANCESTORS = 20  # posts above the one asked for
MAX_CHARACTERS = 1000  # of a query
PURPOSE = "generate"  # whoever calls is a language model

INSTRUCTIONS = (
    'Search over the public posts of one social platform. A query takes words, "phrases", -word, from:name, '
    "since:2026-01-31, until:2026-02-28, lang:en, #tag and @mention. Cite posts by their post_id. " + NOTICE
)


def make_server(platform: Callable[[], Platform]) -> MCPServer[Any]:
    """`platform` is called at the first tool, so that a client's handshake waits for nothing."""
    from mcp.server.mcpserver import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError
    from mcp_types import ToolAnnotations

    server: MCPServer[Any] = MCPServer(
        "linnet", title="Linnet", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)

    def told(call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """An error meant for a person reaches the caller as its one line."""
        try:
            return call()
        except LinnetError as error:
            raise ToolError(str(error)) from error

    @server.tool(title="Search posts", annotations=reads)
    def search_posts(
        query: Annotated[str, Field(description="words and operators", max_length=MAX_CHARACTERS)],
        limit: Annotated[int, Field(description="posts at most", ge=1, le=MOST_RESULTS)] = 10,
    ) -> dict[str, Any]:
        """Posts that match a query, best first, by words and by meaning. sort:newest in the query gives the newest."""

        def call() -> dict[str, Any]:
            found = platform().search(query, limit=limit, purpose=PURPOSE)
            posts = [quoted(hit) for hit in found["hits"]]
            return {"notice": NOTICE, "posts": posts, "notes": list(found.get("notes", []))}

        return told(call)

    @server.tool(title="Get a thread", annotations=reads)
    def get_thread(
        post_id: Annotated[str, Field(description="the id of a post, from a search")],
    ) -> dict[str, Any]:
        """A post, the posts it answers (the oldest first) and its direct replies."""
        return told(lambda: thread_of(platform(), post_id))

    @server.tool(title="Explain a case", annotations=reads)
    def explain_case(case_id: Annotated[str, Field(description="the id of a case")]) -> dict[str, Any]:
        """Why a case of moderation was decided as it was."""
        return {
            "found": False,
            "message": "There is no case with this id: this workspace holds no cases yet.",
        }

    @server.tool(title="Note for a post", annotations=reads)
    def note_for_post(post_id: Annotated[str, Field(description="the id of a post")]) -> dict[str, Any]:
        """The context note of a post."""
        return {
            "found": False,
            "message": "There is no note for this post: this workspace holds no notes yet.",
        }

    return server


def thread_of(platform: Platform, post_id: str) -> dict[str, Any]:
    """Raises LinnetError for a post that there is not, or that not everybody or no language model may see."""
    post = platform.post(post_id, purpose=PURPOSE)
    if post is None:
        raise LinnetError("there is no such post, or it is not public")
    ancestors: list[dict[str, Any]] = []
    seen = {post_id}
    parent = post["parent"]
    while parent is not None and parent["post_id"] not in seen and len(ancestors) < MOST_ANCESTORS:
        seen.add(parent["post_id"])
        above = platform.post(parent["post_id"], purpose=PURPOSE) if parent.get("reply_to") else None
        higher = above["parent"] if above is not None else None
        ancestors.append(_below(parent, higher))
        parent = higher
    return {
        "notice": NOTICE,
        "ancestors": ancestors[::-1],
        "post": _below(post, post["parent"]),
        "replies": [quoted(reply) for reply in post["replies"]],
    }


def _below(post: dict[str, Any], parent: dict[str, Any] | None) -> dict[str, Any]:
    """The post, quoted. A parent that may not be seen is not named either."""
    return quoted({**post, "reply_to": parent["post_id"] if parent is not None else None})
