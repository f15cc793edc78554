"""Bluesky captures: getRecord, listRecords, feeds, threads, account captures, and single record files.

A bare record does not say who wrote it. Its author is taken from the path when the file lies in an unpacked
repository (.../did:plc:xyz/app.bsky.feed.post/3k...json); otherwise it is rejected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linnet.posts.sources import bluesky_preferences
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bluesky_posts import POST, REPOST, add_post, add_repost, author_of

_COLLECTIONS = (POST, REPOST, *bluesky_preferences.COLLECTIONS)


class BlueskyRecords:
    name = "bluesky-records"
    platform = "bluesky"

    def __init__(self, path: Path | None = None) -> None:
        self._uri_of_path = None if path is None else uri_from_path(path)
        self._handles: dict[str, str] = {}

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        if "postRecords" in value:
            self._capture(value, out)
        elif isinstance(value.get("records"), list):
            for item in value["records"]:
                self._record(item, out)
        elif isinstance(value.get("feed"), list):
            for item in value["feed"]:
                self._feed_item(item, out)
        elif isinstance(value.get("posts"), list):
            for item in value["posts"]:
                self._view(item, out)
        elif isinstance(value.get("thread"), dict):
            self._thread(value["thread"], out)
        elif "value" in value:
            self._record(value, out)
        elif "record" in value and "author" in value:
            self._view(value, out)
        elif isinstance(value.get("post"), dict):
            self._feed_item(value, out)
        elif str(value.get("$type", "")).startswith(("app.bsky.", *bluesky_preferences.COLLECTIONS)):
            self._bare(value, out)
        elif "error" in value:
            out.reject(f"Bluesky API error: {value.get('message') or value['error']}"[:200])
        else:
            out.reject("neither a Bluesky record nor a page of them")

    def _capture(self, capture: dict[str, Any], out: BatchBuilder) -> None:
        meta = capture.get("accountMeta") or {}
        identity = meta.get("Identity") or {}
        did, handle = identity.get("DID"), identity.get("Handle")
        if did and handle:
            self._handles[did] = handle
        if did and meta.get("Takendown") is True:
            out.prefer(did, "*", "deny", capture.get("capturedAt"), "bluesky:account")
        for item in capture["postRecords"]:
            self._record(item, out)

    def _record(self, item: dict[str, Any], out: BatchBuilder) -> None:
        out.raw = item
        record, uri = item["value"], item.get("uri")
        author = author_of(uri)
        if author is not None and record.get("$type") in bluesky_preferences.COLLECTIONS:
            self._declared(record, str(uri), out)
        elif record.get("$type") not in (POST, REPOST):
            out.other(str(record.get("$type") or "unknown record").rpartition(".")[2])
        elif author is None:
            out.reject("no author: the record's uri names no account")
        elif record["$type"] == REPOST:
            add_repost(out, record, uri=uri, author_id=author, author_name=self._handles.get(author))
        else:
            add_post(out, record, uri=str(uri), author_id=author, author_name=self._handles.get(author))

    @staticmethod
    def _declared(record: dict[str, Any], uri: str, out: BatchBuilder) -> None:
        """A record in which an account says what it allows."""
        _, _, did, collection, key = uri.split("/", 4)
        if collection != record["$type"]:
            out.reject(f"a {record['$type']} record in the collection {collection}")
        else:
            bluesky_preferences.read_preferences(out, collection, did=did, key=key, record=record)

    def _view(self, view: dict[str, Any], out: BatchBuilder) -> None:
        out.raw = view
        author = view.get("author") or {}
        bluesky_preferences.read_author_labels(out, author, view.get("indexedAt"))
        add_post(
            out,
            view["record"],
            uri=view["uri"],
            author_id=author.get("did") or author_of(view["uri"]),
            author_name=author.get("handle"),
            counts=view,
        )

    def _feed_item(self, item: dict[str, Any], out: BatchBuilder) -> None:
        reason = item.get("reason") or {}
        view = item["post"]
        if str(reason.get("$type")).endswith("#reasonRepost"):
            by = reason.get("by") or {}
            add_repost(
                out,
                {"subject": {"uri": view.get("uri")}, "createdAt": reason.get("indexedAt")},
                uri=reason.get("uri"),
                author_id=by.get("did"),
                author_name=by.get("handle"),
            )
        self._view(view, out)

    def _thread(self, thread: dict[str, Any], out: BatchBuilder) -> None:
        waiting = [thread]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node.get("post"), dict):
                self._view(node["post"], out)
            else:
                out.other("unavailable")
            waiting += [node["parent"]] if isinstance(node.get("parent"), dict) else []
            waiting += [reply for reply in node.get("replies") or () if isinstance(reply, dict)]

    def _bare(self, record: dict[str, Any], out: BatchBuilder) -> None:
        if record["$type"] in bluesky_preferences.COLLECTIONS and self._uri_of_path is not None:
            self._declared(record, self._uri_of_path, out)
        elif record["$type"] not in (POST, REPOST):
            out.other(record["$type"].rpartition(".")[2])
        elif self._uri_of_path is None:
            out.reject(
                "no author: a bare record does not say who wrote it; export with listRecords, or keep the file in"
                " the folders of its repository (did:plc:.../app.bsky.feed.post/)"
            )
        else:
            author = author_of(self._uri_of_path) or ""
            add = add_repost if record["$type"] == REPOST else add_post
            add(out, record, uri=self._uri_of_path, author_id=author)


def uri_from_path(path: Path) -> str | None:
    """at://did/collection/key for a file in an unpacked repository."""
    parts = path.absolute().parts
    if len(parts) < 3 or not parts[-3].startswith("did:") or parts[-2] not in _COLLECTIONS:
        return None
    return f"at://{parts[-3]}/{parts[-2]}/{path.stem}"
