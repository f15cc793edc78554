"""What the three X formats share: escaped text, ids that carry their time, links, edited posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from linnet.posts.sources.media import kind_of

SNOWFLAKE_EPOCH_MILLISECONDS = 1_288_834_974_657
FIRST_SNOWFLAKE = 29_700_859_247  # ids from November 2010 on carry their time
COMPLIANCE_STATES = {
    "user_delete": "deny",
    "user_undelete": "unset",
    "user_protect": "deny",
    "user_unprotect": "unset",
    "user_suspend": "deny",
    "user_unsuspend": "unset",
}


def unescaped(text: str) -> str:
    """X escapes exactly these three characters."""
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def id_milliseconds(post_id: str) -> int | None:
    """The time an id was made, in milliseconds since 1970; None for the older ids, which do not say."""
    if not post_id.isdecimal() or len(post_id) > 19 or int(post_id) < FIRST_SNOWFLAKE:
        return None
    return (int(post_id) >> 22) + SNOWFLAKE_EPOCH_MILLISECONDS


def expanded_urls(entities: Any) -> Iterator[str]:
    """The links of a post as they lead, not as t.co shortens them; pictures and videos are no links."""
    for url in (entities or {}).get("urls") or ():
        if url.get("media_key"):
            continue
        target = url.get("unwound_url") or url.get("expanded_url") or url.get("url")
        if isinstance(target, str) and target:
            yield target


def media_kinds(entities: Any, extended: Any) -> set[str]:
    """What a tweet of an archive or of the API v1 carries, from its `entities` and its `extended_entities`.

    Only the latter tell a video: `entities` call it a photo, whose address is that of a still of the video.
    """
    entities = entities or {}
    kinds = set()
    for item in (extended or {}).get("media") or entities.get("media") or ():
        kind = kind_of(item.get("type"))
        is_still = "video_thumb" in str(first_of(item, "media_url_https", "media_url"))
        is_video = is_still or "/video/" in str(item.get("expanded_url"))
        if kind is not None:
            kinds.add("video" if kind == "image" and is_video else kind)
    if entities.get("polls"):
        kinds.add("poll")
    return kinds


def versions(history: Sequence[Any] | None, post_id: str) -> tuple[str, bool]:
    """(post_id of the first version, whether this is a later one) from the ids of all versions, oldest first."""
    if history and len(history) > 1 and str(history[0]) != post_id:
        return str(history[0]), True
    return post_id, False


def first_of(mapping: Mapping[str, Any], *names: str) -> Any:
    """The first of these keys that holds something."""
    for name in names:
        value = mapping.get(name)
        if value is not None and value != "":
            return value
    return None


def first_message(errors: Any) -> str:
    first = errors[0] if isinstance(errors, list) and errors else errors
    if isinstance(first, dict):
        return str(first_of(first, "detail", "message", "title") or first)[:200]
    return str(first)[:200]
