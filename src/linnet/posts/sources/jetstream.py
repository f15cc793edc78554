"""Bluesky Jetstream: one event a line.

The record's own createdAt is the client's claim; where it lies after the moment the server saw the event
(`time_us`), that moment is taken instead. An account that is not active denies everything until it is again.
"""

from __future__ import annotations

from typing import Any

from linnet.posts.sources import bluesky_preferences
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bluesky_posts import POST, REPOST, add_post, add_repost
from linnet.posts.sources.times import parse_time


class Jetstream:
    name = "jetstream"
    platform = "bluesky"

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        kind = value.get("kind")
        if kind == "commit":
            self._commit(value, out)
        elif kind == "account":
            account = value.get("account") or {}
            if not isinstance(account.get("active"), bool):
                out.reject("an account event that does not say whether the account is active")
                return
            state = "unset" if account["active"] else "deny"
            seen_at = value.get("time_us") or account.get("time")
            out.prefer(value.get("did") or account.get("did"), "*", state, seen_at, "bluesky:account")
            out.other("account")
        elif isinstance(kind, str):
            out.other(kind)
        else:
            out.reject("not a Jetstream event")

    def _commit(self, event: dict[str, Any], out: BatchBuilder) -> None:
        commit = event["commit"]
        collection, operation = commit["collection"], commit["operation"]
        if collection not in (POST, REPOST, *bluesky_preferences.COLLECTIONS):
            out.other(str(collection).rpartition(".")[2])
            return
        did, seen_at = event.get("did"), event.get("time_us")
        if not isinstance(did, str) or not did or not commit.get("rkey"):
            out.reject("a commit without its account or its key")
            return
        if collection in bluesky_preferences.COLLECTIONS:
            record = None if operation == "delete" else commit["record"]
            bluesky_preferences.read_preferences(
                out, collection, did=did, key=str(commit["rkey"]), record=record, seen_at=seen_at
            )
            return
        uri = f"at://{did}/{collection}/{commit['rkey']}"
        if operation == "delete":
            out.delete(uri, seen_at)
            return
        record = commit["record"]
        created_at = _claimed_or_seen(record.get("createdAt"), seen_at)
        if collection == REPOST:
            add_repost(out, record, uri=uri, author_id=did, created_at=created_at)
        elif operation in ("create", "update"):
            edited_at = seen_at if operation == "update" else None
            add_post(out, record, uri=uri, author_id=did, created_at=created_at, edited_at=edited_at)
        else:
            out.reject(f"unknown operation: {operation!r}")


def _claimed_or_seen(claimed: Any, seen_at: Any) -> Any:
    """The claimed time unless it lies after the event was seen; an unreadable claim stays, to be rejected."""
    if not isinstance(seen_at, int):
        return claimed
    moment = parse_time(claimed)
    return seen_at if moment is not None and moment > seen_at else claimed
