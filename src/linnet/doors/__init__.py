"""The doors through which others use the search: other programs speak their own protocol, and get what anybody may see.

bluesky/        GET /xrpc/app.bsky.feed.searchPosts, for clients of Bluesky
model_context/  MCP, for assistants: `linnet mcp` over stdio, /mcp over HTTP
feed/           GET /search.rss, for feed readers
fasp/           a Fediverse Auxiliary Service Provider, for Mastodon and others
query_text.py   what they send, as pieces of a query
mount.py        joins them to the service

Every answer comes through `Platform.search` or `Platform.post` as an anonymous reader.
"""

from linnet.doors.mount import mount_doors

__all__ = ["mount_doors"]
