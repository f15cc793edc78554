"""The writer: messages -> batches -> the store -> the cursor, in this order.

A batch is committed first and its cursor afterwards, so whatever a cursor acknowledges is in the store. After a
kill the next run starts a little before the cursor and reads some events again; the versions fold knows them.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import polars as pl

from linnet.errors import BadInput, WorkspaceBusy
from linnet.posts.ingest import VersionFold
from linnet.posts.live.config import ListenConfig
from linnet.posts.live.cursors import CursorBook
from linnet.posts.live.housekeeping import Housekeeping
from linnet.posts.live.intake import Intake
from linnet.posts.live.stream import Message, Stream
from linnet.posts.live.values import LiveBatch
from linnet.posts.sources.config import SourceConfig
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.records import POST_SCHEMA, REPEATED, Deletion, SourceBatch
from linnet.workspace import Workspace

FEW_MESSAGES, GATHER_SECONDS = 100, 0.03  # taking them one by one would cost a switch of threads each
LOCK_SECONDS = 5.0  # what a listener that was told to stop still waits for another writer


@dataclass(frozen=True, kw_only=True)
class ListenReport:
    """accepted + updated + duplicates + rejected + the sum of other == events.

    An event is a row of input: a message is one, except that a boost or a quote brings its original as another.
    """

    events: int = 0
    accepted: int = 0
    updated: int = 0
    duplicates: int = 0
    rejected: int = 0
    other: dict[str, int] = field(default_factory=dict)
    deleted: int = 0  # posts that a deletion took away, or keeps out from now on
    reconnects: int = 0
    cursor: str | None = None
    lag_seconds: float | None = None  # when the newest batch was committed: its newest event was so old
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0


def listen(
    stream: Stream,
    workspace: Workspace,
    *,
    config: ListenConfig,
    stop: threading.Event | None = None,
    say: Callable[[str], None] = lambda line: None,
    progress: Progress = SILENT,
    committed: Callable[[], None] = lambda: None,
) -> ListenReport:
    """Follow `stream` until `stop` is set, or as `config` says. `committed` is called after each batch.

    Raises BadInput when the stream could never be reached.
    """
    return _Listener(stream, workspace, config, stop or threading.Event(), say, progress, committed).run()


class _Listener:
    def __init__(
        self,
        stream: Stream,
        workspace: Workspace,
        config: ListenConfig,
        stop: threading.Event,
        say: Callable[[str], None],
        progress: Progress,
        committed: Callable[[], None],
    ) -> None:
        self.stream, self.workspace, self.config, self.stop = stream, workspace, config, stop
        self.say, self.progress, self.committed = say, progress, committed
        self.store = PostStore(workspace)
        self.cursors = CursorBook(self.store.state)
        self.cursor = self.cursors.get(stream.key)
        self.intake = Intake(stream, self.cursor, config, say)
        self.counts: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self.lag: float | None = None
        self.notes_said = 0
        self.newest_event_at = 0  # sorted so far
        self.last_came = time.monotonic()  # the last message that was not sent before
        self._clear()

    def _clear(self) -> None:
        """A new batch: its own builder, so that "the future" moves on and no memory of old batches grows."""
        source = SourceConfig(batch_rows=self.config.commit_rows)
        protocol = "jsonl" if self.stream.protocol == "lines" else self.stream.protocol
        self.out = LiveBatch(
            file=self.stream.key,
            source=f"{protocol}-live",
            platform={"jetstream": "bluesky", "mastodon": "mastodon"}.get(protocol, "file"),
            config=source,
        )
        self.began: float | None = None  # when the first message of this batch was sorted
        self.next_cursor: str | None = None

    def run(self) -> ListenReport:
        started, cpu_started = time.monotonic(), time.process_time()
        self.progress.start(f"listen to {self.stream.key}", None, "events")
        self.intake.start()
        try:
            with self._writing():
                self.fold = VersionFold(self.store, streaming=True)
                self.housekeeping = Housekeeping(self.store, self.config.housekeeping_seconds)
            self._follow(started)
        finally:
            self.intake.stop()
        if self.intake.error is not None:
            raise self.intake.error
        self._drain()
        if not self.intake.connections and self.config.until_idle_seconds is not None:
            raise BadInput(
                f"{self.stream.key} could not be reached in {self.config.until_idle_seconds:g} s: "
                f"{self.intake.trouble or 'no answer'}; check the URL, and that the server runs"
            )
        with self._writing():
            self.housekeeping.finish()
        self._say_notes()
        self.progress.finish()
        return ListenReport(
            events=self.counts["events"],
            accepted=self.counts["accepted"],
            updated=self.counts["updated"],
            duplicates=self.counts["duplicates"],
            rejected=self.counts["rejected"],
            other=dict(self.other),
            deleted=self.fold.deleted,
            reconnects=max(self.intake.connections - 1, 0),
            cursor=self.cursor,
            lag_seconds=None if self.lag is None else round(self.lag, 3),
            notes=tuple(self.stream.notes),
            seconds=round(time.monotonic() - started, 3),
            cpu_seconds=round(time.process_time() - cpu_started, 3),
        )

    def _follow(self, started: float) -> None:
        """Sort and commit until it is time to end."""
        while not self.stop.is_set() and self.intake.error is None:
            now = time.monotonic()
            due = (
                now + self.config.commit_seconds
                if self.began is None
                else self.began + self.config.commit_seconds
            )
            messages = self.intake.buffer.take(self.config.commit_rows, min(due - now, 0.25))
            self._sort(messages)
            now = time.monotonic()
            if messages:
                self.began = self.began or now
                if len(messages) < FEW_MESSAGES:
                    self.stop.wait(GATHER_SECONDS)
            if self.began is not None and (
                now >= self.began + self.config.commit_seconds
                or self.out.rows_added >= self.config.commit_rows
            ):
                self._commit()
            elif self.began is None:
                self.housekeeping.when_due(self._writing)
            idle, longest = self.config.until_idle_seconds, self.config.max_seconds
            if idle is not None and now - self.last_came >= idle:
                return
            if longest is not None and now - started >= longest:
                return

    def _drain(self) -> None:
        """What was read before the end goes in as well."""
        while messages := self.intake.buffer.take(self.config.commit_rows, 0.0):
            self._sort(messages)
            self._commit()
        if self.out.rows_added:
            self._commit()

    def _sort(self, messages: list[Message]) -> None:
        for message in messages:
            taken = self.stream.sort(message, self.out)
            if taken.event_at is None:
                self.last_came = time.monotonic()
            elif taken.event_at > self.newest_event_at:  # what a reconnection repeats is older
                self.last_came = time.monotonic()
                self.newest_event_at = taken.event_at
                self.next_cursor = taken.cursor

    def _commit(self) -> None:
        batches = list(self.out.flush())
        with self._writing():
            self.fold.follow()
            for batch in batches:
                self._take(batch)
            self._delete_authors()
            if self.next_cursor is not None:
                self.lag = self.cursors.put(self.stream.key, self.next_cursor, event_at=self.newest_event_at)
                self.cursor = self.next_cursor
        self.progress.advance(
            self.out.rows_added, "" if self.lag is None else f"{self.lag:.1f} s behind the network"
        )
        self._clear()
        self._say_notes()
        self.committed()
        self.housekeeping.when_due(self._writing)

    def _take(self, batch: SourceBatch) -> None:
        refused = self.fold.forgotten
        accepted, updated, duplicates = self.fold.take(batch)
        self.counts.update(
            events=batch.row_count,
            accepted=accepted,
            updated=updated,
            duplicates=duplicates,
            rejected=len(batch.rejections),
        )
        self.other.update({kind: count for kind, count in batch.other.items() if kind != REPEATED})
        if self.fold.forgotten > refused:
            self.other["forgotten"] += self.fold.forgotten - refused

    def _delete_authors(self) -> None:
        """Take away every post of an account that is gone; its denial holds for what comes late."""
        if not self.stream.deleted_authors:
            return
        authors = list(dict.fromkeys(self.stream.deleted_authors))
        theirs = self.store.read(
            purpose="moderate", columns=["post_id"], where=pl.col("author_id").is_in(authors)
        )
        deletions = tuple(Deletion(post_id=one, reason="account deleted") for one in theirs["post_id"])
        self.fold.take(SourceBatch(posts=POST_SCHEMA.empty_table(), row_count=0, deletions=deletions))
        self.stream.deleted_authors.clear()

    def _say_notes(self) -> None:
        for note in self.stream.notes[self.notes_said :]:
            self.say(note)
        self.notes_said = len(self.stream.notes)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The lock for posts, waited for while another process writes; the buffer fills up meanwhile."""
        said, told_to_stop = False, None
        while True:
            lock = self.workspace.writing("posts")
            try:
                lock.__enter__()
                break
            except WorkspaceBusy:
                if self.stop.is_set():
                    told_to_stop = told_to_stop or time.monotonic()
                    if time.monotonic() - told_to_stop > LOCK_SECONDS:
                        raise
                if not said:
                    said = True
                    self.say("another process is writing posts; waiting for it, nothing is lost")
        try:
            yield
        finally:
            lock.__exit__(None, None, None)
