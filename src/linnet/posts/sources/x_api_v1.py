"""X API v1.1: tweet objects, search results, and the notices of its streams.

A retweet keeps the id of the original and no text of its own, because the words in it are another author's; the
original is a post of its own, and so is a quoted one.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bio_markers import prefer_by_bio
from linnet.posts.sources.x_posts import (
    COMPLIANCE_STATES,
    expanded_urls,
    first_message,
    first_of,
    media_kinds,
    unescaped,
)

_NOTICES = (
    "limit",
    "disconnect",
    "warning",
    "friends",
    "status_withheld",
    "user_withheld",
    "scrub_geo",
    "event",
)


class XApiV1:
    name = "x-api-v1"
    platform = "x"

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        if "user" in value and ("id" in value or "id_str" in value):
            self._tweet(value, out)
        elif isinstance(value.get("statuses"), list):
            for status in value["statuses"]:
                self._tweet(status, out)
        elif isinstance(value.get("delete"), dict):
            deleted = value["delete"].get("status") or {}
            out.delete(first_of(deleted, "id_str", "id"), value["delete"].get("timestamp_ms"))
        elif "errors" in value:
            out.reject(f"X API error: {first_message(value['errors'])}")
        elif notice := next((name for name in COMPLIANCE_STATES if name in value), None):
            user = value[notice]
            out.prefer(
                first_of(user, "id_str", "id"),
                "*",
                COMPLIANCE_STATES[notice],
                user.get("timestamp_ms"),
                "x:compliance",
            )
            out.other("compliance")
        elif notice := next((name for name in _NOTICES if name in value), None):
            out.other(notice)
        else:
            out.reject("neither a tweet nor a notice of the X API v1.1")

    def _tweet(self, tweet: dict[str, Any], out: BatchBuilder) -> None:
        user = tweet["user"]
        author_id = first_of(user, "id_str", "id")
        longer = tweet.get("extended_tweet") or {}
        text = first_of(longer, "full_text") or first_of(tweet, "full_text", "text")
        original: Any = tweet.get("retweeted_status")
        quoted: Any = tweet.get("quoted_status")
        entities = longer.get("entities") or tweet.get("entities") or {}
        extended = longer.get("extended_entities") or tweet.get("extended_entities")
        is_retweet = isinstance(original, dict)
        protected = user.get("protected") is True
        restricted = protected or (tweet.get("scopes") or {}).get("followers") is True
        post_id = out.post(
            post_id=first_of(tweet, "id_str", "id"),
            author_id=author_id,
            author_name=user.get("screen_name"),
            created_at=tweet.get("created_at"),
            text="" if is_retweet else unescaped(text) if isinstance(text, str) else text,
            language=tweet.get("lang"),
            reply_to=first_of(tweet, "in_reply_to_status_id_str", "in_reply_to_status_id"),
            repost_of=first_of(original, "id_str", "id") if is_retweet else None,
            quote_of=None if is_retweet else first_of(tweet, "quoted_status_id_str", "quoted_status_id"),
            urls=() if is_retweet else expanded_urls(entities),
            visibility="followers" if restricted else "public",
            # X gives a retweet the counts of its original
            like_count=None if is_retweet else tweet.get("favorite_count"),
            repost_count=None if is_retweet else tweet.get("retweet_count"),
            reply_count=None if is_retweet else tweet.get("reply_count"),
            media=() if is_retweet else media_kinds(entities, extended),
            has_media=bool(entities.get("media") or tweet.get("extended_entities")),
        )
        if protected and post_id is not None:
            out.prefer(author_id, "*", "deny", None, "x:protected")
        if post_id is not None:
            seen_at = tweet.get("created_at")
            prefer_by_bio(out, author_id, user.get("description"), seen_at=seen_at, source="x:bio")
        if is_retweet:
            self._tweet(original, out)
        elif isinstance(quoted, dict):
            self._tweet(quoted, out)
