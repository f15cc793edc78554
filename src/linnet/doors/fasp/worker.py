"""The thread of the service that takes in what was announced, and asks for more when all of it is in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from linnet.doors.fasp.announcement_book import AnnouncementBook
from linnet.doors.fasp.intake import Intake

LONGEST_WAIT_SECONDS = 300.0  # between two looks at what may be tried again
AFTER_AN_ERROR_SECONDS = 30.0

logger = logging.getLogger(__name__)


class Worker:
    def __init__(self, intake: Intake, book: AnnouncementBook, ask_for_more: Callable[[], None]) -> None:
        self._intake, self._book, self._ask_for_more = intake, book, ask_for_more
        self._wake, self._end = threading.Event(), threading.Event()

    def wake(self) -> None:
        self._wake.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._end.clear()
        self._wake.set()  # what an earlier run left
        thread = threading.Thread(target=self._run, name="fasp", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._end.set()
            self._wake.set()

    def _run(self) -> None:
        wait = 0.0
        while not self._end.is_set():
            self._wake.wait(wait)
            self._wake.clear()
            if self._end.is_set():
                return
            try:
                wait = self._look()
            except Exception as error:  # said, and tried again: the service goes on without it
                logger.error("what was announced could not be taken in: %s: %s", type(error).__name__, error)
                wait = AFTER_AN_ERROR_SECONDS

    def _look(self) -> float:
        """Seconds until the next look."""
        next_due = self._book.next_due()
        if next_due is not None and next_due <= time.time():
            self._intake.run_once()
            return 0.0
        self._intake.keep_house()
        self._ask_for_more()
        return LONGEST_WAIT_SECONDS if next_due is None else min(next_due - time.time(), LONGEST_WAIT_SECONDS)
