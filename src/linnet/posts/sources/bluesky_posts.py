"""A Bluesky post record as a post: shared by the Jetstream and by captures of repositories and feeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linnet.posts.sources.batches import BatchBuilder

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
_QUOTING = "app.bsky.embed.record"
_MEDIA = {"app.bsky.embed.images": "image", "app.bsky.embed.video": "video"}


def _links(record: dict[str, Any]) -> Iterator[str]:
    for facet in record.get("facets") or ():
        for feature in facet.get("features") or ():
            if str(feature.get("$type")).endswith("#link") and feature.get("uri"):
                yield feature["uri"]
    embed = record.get("embed") or {}
    for part in (embed, embed.get("media") or {}):
        external = part.get("external")
        if isinstance(external, dict) and external.get("uri"):
            yield external["uri"]


def _quoted(record: dict[str, Any]) -> str | None:
    """The uri of a quoted post. Feeds and lists are embedded in the same way and are no quotes."""
    embed = record.get("embed") or {}
    inner = embed.get("record")
    if not isinstance(inner, dict):
        return None
    if isinstance(inner.get("record"), dict):  # recordWithMedia wraps it once more
        inner = inner["record"]
    uri = inner.get("uri")
    return uri if isinstance(uri, str) and f"/{POST}/" in uri else None


def _media_kinds(record: dict[str, Any]) -> Iterator[str]:
    """What is embedded, also beside a quoted post. The picture of a link's card is none of the post's."""
    embed = record.get("embed") or {}
    for part in (embed, embed.get("media") or {}):
        kind = _MEDIA.get(str(part.get("$type")).partition("#")[0])
        if kind is not None:
            yield kind


def add_post(
    out: BatchBuilder,
    record: dict[str, Any],
    *,
    uri: str,
    author_id: str | None,
    created_at: Any = None,
    edited_at: Any = None,
    author_name: str | None = None,
    counts: dict[str, Any] | None = None,
) -> None:
    """Add the post of a record. `created_at` takes the place of the record's own time."""
    reply = record.get("reply") or {}
    languages = record.get("langs") or (None,)
    counts = counts or {}
    embed = record.get("embed")
    out.post(
        post_id=uri,
        author_id=author_id,
        author_name=author_name,
        created_at=record.get("createdAt") if created_at is None else created_at,
        edited_at=edited_at,
        text=record.get("text"),
        language=languages[0],
        reply_to=(reply.get("parent") or {}).get("uri"),
        conversation_id=(reply.get("root") or {}).get("uri"),
        quote_of=_quoted(record),
        urls=_links(record),
        like_count=counts.get("likeCount"),
        repost_count=counts.get("repostCount"),
        reply_count=counts.get("replyCount"),
        media=set(_media_kinds(record)),
        has_media=isinstance(embed, dict),
    )


def add_repost(
    out: BatchBuilder,
    record: dict[str, Any],
    *,
    uri: str | None,
    author_id: str | None,
    created_at: Any = None,
    author_name: str | None = None,
) -> None:
    """A repost is a post without text that points at the original."""
    original = (record.get("subject") or {}).get("uri")
    if not original:
        out.reject("a repost that names no post")
        return
    out.post(
        post_id=uri,
        author_id=author_id,
        author_name=author_name,
        created_at=record.get("createdAt") if created_at is None else created_at,
        text="",
        repost_of=original,
        media=(),
    )


def author_of(uri: Any) -> str | None:
    """The account in at://ACCOUNT/collection/key, where it is given by its DID."""
    if not isinstance(uri, str) or not uri.startswith("at://did:"):
        return None
    return uri.removeprefix("at://").partition("/")[0]
