"""Fetches what waits and takes it in: the account first, with what it allows, and then its post.

Nothing is believed about a host but what that host says: an object must come from the host of its id, and its author
must live there too. Training on what comes this way is opt-in, as with every live network.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from linnet.doors.fasp.announcement_book import AnnouncementBook, Waiting
from linnet.doors.fasp.fetcher import Fetched, Fetcher, FetchFailed, NotFound
from linnet.doors.fasp.receive import delete_accounts
from linnet.doors.fasp.server_book import ServerBook, host_of
from linnet.errors import StorageFull, WorkspaceBusy
from linnet.posts.ingest import VersionFold, set_aside
from linnet.posts.live.config import ListenConfig
from linnet.posts.live.housekeeping import Housekeeping
from linnet.posts.live.values import LiveBatch
from linnet.posts.sources.activitypub import ACTOR_TYPES, POST_TYPES, ActivityPub
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.json_source import add_values
from linnet.posts.sources.json_values import clean_surrogates
from linnet.posts.store import PostStore
from linnet.records import Rejection
from linnet.workspace import Workspace

SOURCE = "activitypub-live"
BATCH = 50  # objects fetched before they are committed
LOCK_SECONDS = 60.0  # for another process that writes posts; what was fetched waits on after that
_NOT_OF_AN_OBJECT = (WorkspaceBusy, StorageFull, OSError, MemoryError, sa.exc.OperationalError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class IntakeReport:
    fetched: int = 0  # objects that were had
    accepted: int = 0  # posts that were not known
    updated: int = 0  # posts with another content, or taken away
    gone: int = 0  # objects that their server does not have any more
    failed: int = 0  # to be tried again
    given_up: int = 0  # set aside; `linnet quarantine` says why


class Intake:
    def __init__(
        self, workspace: Workspace, store: PostStore, book: AnnouncementBook, fetcher: Fetcher
    ) -> None:
        self._workspace, self._store, self._book, self._fetcher = workspace, store, book, fetcher
        self._servers = ServerBook(store.state)
        self._fold: VersionFold | None = (
            None  # made with the first batch: it reads the versions of every post
        )
        self._housekeeping = Housekeeping(store, ListenConfig().housekeeping_seconds)

    def run_once(self, *, limit: int = BATCH) -> IntakeReport:
        """Look at what is due. Raises WorkspaceBusy while another process writes posts for long."""
        now = time.time()
        had: dict[str, Fetched | None] = {}
        hosts = {server.server_id: server.host for server in self._servers.all()}
        work = _Work(self._fetcher, had, hosts)
        done: list[Waiting] = []
        failed = 0
        given_up: list[tuple[Waiting, str]] = []
        for one in self._book.due(limit, now=now):
            try:
                work.take(one)
                done.append(one)
            except FetchFailed as error:
                if not error.final and self._book.failed(one, now=now):
                    failed += 1
                else:
                    given_up.append((one, str(error)))
        try:
            accepted, updated = self._commit(work)
        except _NOT_OF_AN_OBJECT:
            raise
        except Exception as error:
            logger.warning("a batch could not be taken in at once: %s: %s", type(error).__name__, error)
            accepted, updated, refused = self._one_by_one(done, had, hosts)
            given_up += refused
        self._set_aside(given_up)
        self._book.done(list({one.uri: one for one in [*done, *(one for one, _ in given_up)]}.values()))
        return IntakeReport(
            fetched=work.fetched,
            accepted=accepted,
            updated=updated,
            gone=work.gone,
            failed=failed,
            given_up=len(given_up),
        )

    def _one_by_one(
        self, waiting: Sequence[Waiting], had: dict[str, Fetched | None], hosts: dict[str, str]
    ) -> tuple[int, int, list[tuple[Waiting, str]]]:
        """(accepted, updated, what cannot be taken in and why), from what was fetched already."""
        accepted = updated = 0
        refused: list[tuple[Waiting, str]] = []
        self._fold = None  # it may have half a batch
        for one in waiting:
            work = _Work(self._fetcher, had, hosts)
            try:
                work.take(one)
                new, changed = self._commit(work)
            except _NOT_OF_AN_OBJECT:
                raise
            except Exception as error:
                self._fold = None
                refused.append((one, _reason(error)))
            else:
                accepted, updated = accepted + new, updated + changed
        return accepted, updated, refused

    def keep_house(self) -> None:
        """Take out rows that were replaced or deleted, when that is due."""
        self._housekeeping.when_due(self._writing)

    def _writing(self) -> AbstractContextManager[None]:
        return self._workspace.writing("posts", wait_seconds=LOCK_SECONDS)

    def _commit(self, work: _Work) -> tuple[int, int]:
        batches = list(work.out.flush())
        accepted = updated = 0
        if batches:
            with self._writing():
                if self._fold is None:
                    self._fold = VersionFold(self._store, streaming=True)
                self._fold.follow()
                for batch in batches:
                    new, changed, _ = self._fold.take(batch)
                    accepted, updated = accepted + new, updated + changed
        if work.gone_accounts:
            delete_accounts(self._store, work.gone_accounts)
        return accepted, updated

    def _set_aside(self, given_up: Sequence[tuple[Waiting, str]]) -> None:
        rejections = [
            Rejection(file=f"fasp://{host_of(one.uri)}", line=None, reason=line[:300], excerpt=one.uri)
            for one, line in given_up
            if not self._store.forgotten.mentioned_in(one.uri)
        ]
        if rejections:
            set_aside(self._store, rejections)


class _Work:
    """The rows of one batch. `had` keeps what was fetched; `hosts` says where each server speaks for."""

    def __init__(self, fetcher: Fetcher, had: dict[str, Fetched | None], hosts: dict[str, str]) -> None:
        self._fetcher, self._had, self._hosts = fetcher, had, hosts
        self._form = ActivityPub()
        self._actors: set[str] = set()  # taken in this batch
        self.out = LiveBatch(file="fasp", source=SOURCE, platform="mastodon", config=SourceConfig())
        self.gone_accounts: list[str] = []
        self.fetched = self.gone = 0

    def take(self, one: Waiting) -> None:
        """Raises FetchFailed, whatever is wrong with the object: it must not keep the others waiting."""
        try:
            if one.author_id:
                self._take_actor(one.author_id)
            else:
                self._take_post(one)
        except (FetchFailed, MemoryError, sa.exc.OperationalError):
            raise
        except Exception as error:
            raise FetchFailed(_reason(error), final=True) from error

    def _take_post(self, one: Waiting) -> None:
        try:
            found = self._fetch(one.post_id, POST_TYPES)
        except NotFound:
            if host_of(one.post_id) != self._hosts.get(one.server_id):
                raise
            found = None  # its own server says so
        if found is None:
            self.gone += 1
            self.out.at(None, one.post_id)
            self.out.delete(one.post_id)
            return
        author = _author_of(found.value)
        if author is None or host_of(author) != host_of(found.value["id"]):
            raise FetchFailed("its author lives on another host", final=True)
        if not self._take_actor(author):
            return
        for _ in add_values(iter([(None, found.value["id"], found.value)]), self._form, self.out):
            pass  # a LiveBatch is never full

    def _take_actor(self, author_id: str) -> bool:
        """Whether the account is there. Its preferences are in the batch then."""
        if author_id in self._actors:
            return True
        found = self._fetch(author_id, ACTOR_TYPES)
        if found is None:
            self.gone += 1
            self.gone_accounts.append(author_id)
            return False
        if found.value["id"] != author_id:
            raise FetchFailed("the account has another id than its address says", final=True)
        self.out.at(None, author_id)
        self._form.add(found.value, self.out)  # if this fails, so do its posts: nobody knows what it allows
        self._actors.add(author_id)
        return True

    def _fetch(self, uri: str, types: set[str]) -> Fetched | None:
        if uri not in self._had:
            self._had[uri] = self._clean(self._fetcher.fetch(uri))
        found = self._had[uri]
        if found is None:
            return None
        kind, identity = found.value.get("type"), found.value.get("id")
        if not isinstance(kind, str) or kind not in types:
            raise FetchFailed(f"it is a {str(kind)[:40]}, not what was announced", final=True)
        if not isinstance(identity, str) or host_of(identity) != host_of(found.url):
            raise FetchFailed("its id names another host than the one it came from", final=True)
        return found

    def _clean(self, found: Fetched | None) -> Fetched | None:
        if found is None:
            return None
        self.fetched += 1
        return Fetched(url=found.url, value=clean_surrogates(found.value))


def _reason(error: Exception) -> str:
    line = f"it cannot be taken in: {type(error).__name__}: {str(error)[:200]}"
    return " ".join(line.encode("utf-8", "replace").decode("utf-8").split())


def _author_of(value: dict[str, Any]) -> str | None:
    author = value.get("attributedTo")
    if isinstance(author, list):
        author = author[0] if author else None
    if isinstance(author, dict):
        author = author.get("id")
    return author if isinstance(author, str) else None
