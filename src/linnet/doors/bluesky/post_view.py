"""A hit as an app.bsky.feed.defs#postView."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from linnet.doors.bluesky.at_uri import at_uri, authority
from linnet.doors.bluesky.cid import cid_of
from linnet.doors.bluesky.post_type import POST

NO_HANDLE = "handle.invalid"  # the protocol's own word for an account whose handle is not known
_HANDLE = re.compile(
    r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
)


def post_view(hit: Mapping[str, Any]) -> dict[str, Any]:
    """`indexedAt` is the time of the post: when we took it in is not part of a hit."""
    record = {"$type": POST, "text": hit["text"], "createdAt": hit["created_at"]}
    if hit.get("language"):
        record["langs"] = [hit["language"]]
    return {
        "uri": at_uri(hit["post_id"], hit["author_id"]),
        "cid": cid_of(record),
        "author": _author(hit["author_id"], hit.get("author_name")),
        "record": record,
        "indexedAt": hit["created_at"],
        "labels": [],
    }


def _author(author_id: str, name: str | None) -> dict[str, str]:
    """A name that is no domain is shown as a name, never as a handle: it would belong to somebody else."""
    shown = {"did": authority(author_id), "handle": NO_HANDLE}
    if name and _HANDLE.fullmatch(name):
        shown["handle"] = name
    elif name:
        shown["displayName"] = name
    return shown
