"""An at:// address for a post of any platform.

A post of Bluesky has one, which is its id. Any other post gets at://AUTHOR_ID/app.bsky.feed.post/POST_ID with both
ids percent-encoded: it looks like what clients expect, `unquote` gives the ids back, and it claims no account on
Bluesky, because an encoded id is no DID and no handle there.
"""

from __future__ import annotations

from urllib.parse import quote

from linnet.doors.bluesky.post_type import POST

AT_URI = "at://"


def at_uri(post_id: str, author_id: str) -> str:
    if post_id.startswith(AT_URI):
        return post_id
    return f"{AT_URI}{authority(author_id)}/{POST}/{quote(post_id, safe='')}"


def authority(author_id: str) -> str:
    """Who stands in an address: a DID as it is, any other id percent-encoded."""
    return author_id if author_id.startswith("did:") else quote(author_id, safe="")
