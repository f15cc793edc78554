"""Accepts an announcement: deletions take effect before the answer, everything else waits on disk to be fetched.

A server speaks for its own host. What it says is gone elsewhere is fetched like the rest, and hidden when its own
server says so: nobody can make another's posts disappear.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import polars as pl

from linnet.doors.fasp.access import NotHere
from linnet.doors.fasp.announcement import Announcement
from linnet.doors.fasp.announcement_book import MOST_WAITING, AnnouncementBook
from linnet.doors.fasp.server_book import Server, ServerBook, host_of
from linnet.errors import LinnetError
from linnet.posts.store import PostStore
from linnet.records import Deletion, Preference

ACCOUNT_GONE = "activitypub:delete"  # where the denial of a deleted account was declared


def receive(
    announcement: Announcement,
    server: Server,
    *,
    servers: ServerBook,
    waiting: AnnouncementBook,
    store: PostStore,
) -> None:
    """Raises NotHere for a source that we never asked this server for."""
    asked = {(one["kind"], one["source_id"], one["category"]) for one in servers.sources(server.server_id)}
    if (announcement.kind, announcement.source_id, announcement.category) not in asked:
        raise NotHere(f"there is no such {announcement.kind} for {announcement.category}")
    content = announcement.category == "content"
    # What was erased here must not be written down again, not even as something to fetch.
    erased = store.forgotten.among("post" if content else "author", announcement.uris)
    uris = [uri for uri in announcement.uris if uri not in erased]
    gone = [uri for uri in uris if announcement.event == "delete" and host_of(uri) == server.host]
    if gone and content:
        delete_posts(store, gone)
    elif gone:
        delete_accounts(store, gone)
    waiting.drop(gone)
    rest = [uri for uri in uris if uri not in set(gone)]
    if rest and waiting.count() + len(rest) > MOST_WAITING:
        raise LinnetError("too many announcements wait to be fetched; announce it again later")
    waiting.add(rest, category=announcement.category, server_id=server.server_id)
    if announcement.kind == "backfillRequest":
        servers.set_more(server.server_id, announcement.source_id, announcement.more)


def delete_posts(store: PostStore, post_ids: Sequence[str]) -> None:
    """Hidden from this instant. Their rows go with the next purge, which costs the same for many."""
    known = store.tombstoned(post_ids)
    store.delete([Deletion(post_id=one) for one in post_ids if one not in known], purge=False)


def delete_accounts(store: PostStore, author_ids: Sequence[str]) -> None:
    """Nothing of them is used any more, what is here goes, and their denial holds for what comes late."""
    now = datetime.now(UTC)
    store.preferences.declare(
        [
            Preference(author_id=one, purpose="*", state="deny", declared_at=now, source=ACCOUNT_GONE)
            for one in author_ids
        ]
    )
    theirs = store.read(
        purpose="moderate", columns=["post_id"], where=pl.col("author_id").is_in(list(author_ids))
    )
    delete_posts(store, theirs["post_id"].to_list())
