"""Mastodon API statuses: one, a list, or JSON Lines.

A boost becomes a post without text that points at the original, and the original is a post of its own. Ids are
those of the server that answered. `account.indexable: false` and `noindex: true` deny training, retrieval and
embedding; so may the words of the bio. `discoverable` is about profiles, not posts, and says nothing here.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bio_markers import prefer_by_bio
from linnet.posts.sources.html_text import plain_text
from linnet.posts.sources.media import kinds_of

INDEXED_USES = ("train", "retrieve", "embed")
VISIBILITY = {"public": "public", "unlisted": "unlisted", "private": "followers", "direct": "private"}


class Mastodon:
    name = "mastodon"
    platform = "mastodon"

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        if isinstance(value.get("statuses"), list):  # a search result, or descendants of a conversation
            for status in value["statuses"]:
                self._status(status, out)
        elif "ancestors" in value and "descendants" in value:
            for status in [*value["ancestors"], *value["descendants"]]:
                self._status(status, out)
        elif "account" in value and ("content" in value or "reblog" in value):
            self._status(value, out)
        elif "error" in value:
            out.reject(f"Mastodon API error: {str(value['error'])[:200]}")
        elif "username" in value and "acct" in value:
            self._preferences(value, None, out)
            out.other("account")
        else:
            out.reject("not a Mastodon status")

    def _status(self, status: dict[str, Any], out: BatchBuilder) -> None:
        account = status["account"]
        original: Any = status.get("reblog")
        is_boost = isinstance(original, dict)
        text, links = ("", []) if is_boost else plain_text(status.get("content") or "")
        warning = status.get("spoiler_text")
        if warning and not is_boost:
            text = f"{warning}\n\n{text}".strip()
        quoted, quote_of = None, None
        quote = status.get("quote")
        if isinstance(quote, dict) and not is_boost:
            quoted = quote.get("quoted_status")
            quote_of = quoted.get("id") if isinstance(quoted, dict) else quote.get("quoted_status_id")
        media = set() if is_boost else kinds_of(status.get("media_attachments"), "type")
        if status.get("poll") and not is_boost:
            media.add("poll")
        visibility = status.get("visibility")
        out.post(
            post_id=status.get("id"),
            author_id=account.get("id"),
            author_name=account.get("acct") or account.get("username"),
            created_at=status.get("created_at"),
            edited_at=status.get("edited_at"),
            text=text,
            language=status.get("language"),
            reply_to=status.get("in_reply_to_id"),
            repost_of=original["id"] if is_boost else None,
            quote_of=quote_of,
            urls=links,
            visibility=VISIBILITY.get(visibility, visibility) if isinstance(visibility, str) else None,
            like_count=status.get("favourites_count"),
            repost_count=status.get("reblogs_count"),
            reply_count=status.get("replies_count"),
            media=media,
            has_media=bool(status.get("media_attachments") or status.get("poll")),
        )
        self._preferences(account, status.get("created_at"), out)
        for nested in (original, quoted):
            if isinstance(nested, dict):
                self._status(nested, out)

    def _preferences(self, account: dict[str, Any], seen_at: Any, out: BatchBuilder) -> None:
        """A denial counts from now on. A consent is only known to be as old as the post that shows it."""
        for flag, denies in (
            ("indexable", account.get("indexable") is False),
            ("noindex", account.get("noindex") is True),
        ):
            if denies:
                for purpose in INDEXED_USES:
                    out.prefer(account.get("id"), purpose, "deny", None, f"mastodon:{flag}")
            elif flag in account and account[flag] is not None and seen_at is not None:
                for purpose in INDEXED_USES:
                    out.prefer(account.get("id"), purpose, "unset", seen_at, f"mastodon:{flag}")
        bio, fields = account.get("note"), account.get("fields")
        prefer_by_bio(out, account.get("id"), bio, fields=fields, seen_at=seen_at, source="mastodon:bio")
