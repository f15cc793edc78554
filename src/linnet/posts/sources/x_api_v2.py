"""X API v2: pages and stream lines as the API or twarc write them, flattened tweets, and compliance files.

An edited tweet gets a new id with every version. We keep one post: its post_id is the id of the first version,
its text that of the newest version in the page, edited_at the time of that version. References to a later
version are turned to the first one. A repost has no text of its own; included originals are posts as well.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bio_markers import prefer_by_bio
from linnet.posts.sources.media import kind_of
from linnet.posts.sources.x_posts import (
    COMPLIANCE_STATES,
    expanded_urls,
    first_message,
    first_of,
    id_milliseconds,
    unescaped,
    versions,
)

_DENYING_REASONS = {"deleted", "deactivated", "protected", "suspended"}
_DELETION_REASONS = _DENYING_REASONS | {"bounced", "bounce"}
_KIND_OF_KEY = {"3": "image", "7": "video", "13": "video", "16": "video"}  # the number before a media key


class XApiV2:
    name = "x-api-v2"
    platform = "x"

    def __init__(self, file_name: str = "") -> None:
        self._file_name = file_name.lower()
        self._first_version: dict[str, str] = {}  # id of a later version -> id of the first one

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        data = value.get("data")
        if data is None and "action" in value and "id" in value:
            self._compliance_result(value, out)
        elif data is None and ("author_id" in value or "edit_history_tweet_ids" in value) and "id" in value:
            self._page([value], _flattened_includes(value), value, out)
        elif isinstance(data, list):
            self._page(data, value.get("includes") or {}, value, out)
        elif isinstance(data, dict) and "id" in data:
            self._page([data], value.get("includes") or {}, value, out)
        elif isinstance(data, dict):
            self._compliance_event(data, out)
        elif "errors" in value or "title" in value or "detail" in value:
            out.reject(f"X API error: {first_message(value.get('errors') or value)}")
        elif set(value) <= {"meta", "__twarc", "includes"}:
            out.other("empty page")
        else:
            out.reject("neither a page nor a tweet of the X API v2")

    def _page(
        self, data: list[Any], includes: dict[str, Any], page: dict[str, Any], out: BatchBuilder
    ) -> None:
        users = {str(user["id"]): user for user in includes.get("users") or () if "id" in user}
        media = {
            str(item.get("media_key")): kind_of(item.get("type")) for item in includes.get("media") or ()
        }
        seen_at = (page.get("__twarc") or {}).get("retrieved_at")
        tweets = []
        for item in [*data, *(includes.get("tweets") or ())]:
            if "tweet_count" in item and "id" not in item:
                out.other("count")
            elif "owner_id" in item or "member_count" in item:
                out.other("list")
            elif "username" in item and "text" not in item:
                users[str(item["id"])] = item
                out.other("user")
            else:
                tweets.append(item)
                for later in (item.get("edit_history_tweet_ids") or ())[1:]:
                    self._first_version[str(later)] = str(item["edit_history_tweet_ids"][0])
        for tweet in tweets:
            self._tweet(tweet, users, media, out)
        for error in page.get("errors") or ():
            if tweets:
                out.other("unavailable")
            else:
                out.reject(f"X API error: {first_message(error)}")
        for user in users.values():
            if user.get("protected") is True:
                out.prefer(user["id"], "*", "deny", seen_at, "x:protected")
            bio = user.get("description")
            prefer_by_bio(out, user["id"], bio, seen_at=seen_at, denied_at=seen_at, source="x:bio")

    def _tweet(
        self,
        tweet: dict[str, Any],
        users: dict[str, Any],
        media: dict[str, str | None],
        out: BatchBuilder,
    ) -> None:
        own_id = str(tweet["id"]) if "id" in tweet else ""
        post_id, is_later = versions(tweet.get("edit_history_tweet_ids"), own_id)
        references = {item["type"]: item["id"] for item in tweet.get("referenced_tweets") or ()}
        repost_of = self._first(references.get("retweeted"))
        user = users.get(str(tweet.get("author_id"))) or {}
        long_text = tweet.get("note_tweet") or {}
        text = first_of(long_text, "text") or tweet.get("text")
        created_at = edited_at = tweet.get("created_at") or id_milliseconds(own_id)
        if is_later:
            created_at = id_milliseconds(post_id) or created_at
        metrics = (
            {} if repost_of else tweet.get("public_metrics") or {}
        )  # a repost shows those of its original
        out.post(
            post_id=post_id,
            author_id=tweet.get("author_id"),
            author_name=user.get("username"),
            created_at=created_at,
            edited_at=edited_at if is_later else None,
            text="" if repost_of else unescaped(text) if isinstance(text, str) else text,
            language=tweet.get("lang"),
            reply_to=self._first(references.get("replied_to")),
            repost_of=repost_of,
            quote_of=None if repost_of else self._first(references.get("quoted")),
            conversation_id=self._first(tweet.get("conversation_id")),
            urls=() if repost_of else expanded_urls(long_text.get("entities") or tweet.get("entities")),
            visibility="followers" if user.get("protected") is True else "public",
            like_count=metrics.get("like_count"),
            repost_count=metrics.get("retweet_count"),
            reply_count=metrics.get("reply_count"),
            media=() if repost_of else _media_kinds(tweet.get("attachments") or {}, media),
            has_media=bool((tweet.get("attachments") or {}).get("media_keys")),
        )

    def _first(self, post_id: Any) -> Any:
        return self._first_version.get(post_id, post_id) if isinstance(post_id, str) else post_id

    def _compliance_result(self, line: dict[str, Any], out: BatchBuilder) -> None:
        """A line of a batch compliance job. Lines about tweets and about users look the same."""
        reason = str(line.get("reason") or "deleted")
        about = self._subject(str(line["id"]), line.get("created_at"))
        when = line.get("redacted_at")
        if about != "tweet" and line["action"] == "delete" and reason in _DENYING_REASONS:
            out.prefer(line["id"], "*", "deny", when, "x:compliance")
        if about != "user" and line["action"] == "delete" and reason in _DELETION_REASONS:
            out.delete(line["id"], when, reason)
        else:
            out.other("compliance")

    def _subject(self, subject_id: str, created_at: Any) -> str:
        """ "tweet", "user", or "" where neither the name of the file nor the id tells."""
        if "user" in self._file_name:
            return "user"
        if "tweet" in self._file_name or "status" in self._file_name:
            return "tweet"
        if id_milliseconds(subject_id) is None and str(created_at)[:4] > "2010":
            return "user"  # tweet ids have carried their time since November 2010
        return ""

    def _compliance_event(self, data: dict[str, Any], out: BatchBuilder) -> None:
        for kind, event in data.items():
            if kind == "delete":
                out.delete((event.get("tweet") or {}).get("id"), event.get("event_at"))
            elif kind in COMPLIANCE_STATES:
                user = event.get("user") or {}
                out.prefer(
                    user.get("id") or user.get("user_id"),
                    "*",
                    COMPLIANCE_STATES[kind],
                    event.get("event_at"),
                    "x:compliance",
                )
                out.other("compliance")
            else:
                out.other(str(kind))


def _flattened_includes(tweet: dict[str, Any]) -> dict[str, Any]:
    """What twarc's flatten wrote into the tweet itself."""
    author = tweet.get("author")
    media = (tweet.get("attachments") or {}).get("media")
    return {
        "users": [author] if isinstance(author, dict) and "id" in author else [],
        "media": media if isinstance(media, list) else [],
    }


def _media_kinds(attachments: dict[str, Any], media: dict[str, str | None]) -> set[str]:
    """`media` says what the page includes, by media_key; pages do not include what their included tweets carry."""
    keys = [str(key) for key in attachments.get("media_keys") or ()]
    kinds = {media.get(key) or _KIND_OF_KEY.get(key.partition("_")[0]) for key in keys}
    if attachments.get("poll_ids"):
        kinds.add("poll")
    return {kind for kind in kinds if kind is not None}
