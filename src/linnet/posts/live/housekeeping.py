"""Keeping the tables in shape while posts stream in: a little and often, and never more than a share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from linnet.posts.store import PostStore

TIDY_SECONDS = 4.0  # between two looks at the number of small files
MANY_WAITING = 1_000  # rows to take out; so many do not wait for the time
SHARE = 20  # a clean-up that took a second is followed by 20 s without one


class Housekeeping:
    def __init__(self, store: PostStore, every_seconds: float) -> None:
        self._store = store
        self._every_seconds = every_seconds
        self._next_purge = time.monotonic() + every_seconds
        self._next_look = (
            time.monotonic() + TIDY_SECONDS / 2
        )  # a listener that is often killed gets to it too
        self._rest_until = 0.0

    def when_due(self, writing: Callable[[], AbstractContextManager[None]]) -> None:
        """At most one piece of work, so that no batch waits for several."""
        now = time.monotonic()
        if now < min(self._next_purge, self._next_look) or now < self._rest_until:
            return
        waiting = self._store.waiting()
        if waiting and (now >= self._next_purge or waiting >= MANY_WAITING):
            with writing():
                self._store.purge()
            self._next_purge = now + self._every_seconds
        elif now >= self._next_look:
            with writing():
                self._store.tidy_often()
            self._next_look = now + TIDY_SECONDS
        else:
            self._next_purge = now + self._every_seconds
        self._rest_until = now + (time.monotonic() - now) * SHARE

    def finish(self) -> None:
        """At the end everything that waits is carried out."""
        self._store.purge()
        self._store.tidy_often()
