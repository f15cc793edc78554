"""Progress of long work: what, how much, how long still. On standard error, so that --json stays clean.

`Progress` is what stages receive. `terminal_progress()` draws with rich on a terminal and prints a plain
line every few seconds elsewhere; `SILENT` does nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Progress(Protocol):
    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        """Begin a piece of work; ends the one before it."""

    def advance(self, amount: int = 1, note: str = "") -> None:
        """Some of it is done; `note` is a short live figure such as "loss 4.21"."""

    def finish(self) -> None:
        """The piece of work is over."""


class SilentProgress:
    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        pass

    def advance(self, amount: int = 1, note: str = "") -> None:
        pass

    def finish(self) -> None:
        pass


SILENT = SilentProgress()


def format_seconds(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


class LineProgress:
    """One line on standard error at the start, every `every_seconds`, and at the end."""

    def __init__(self, every_seconds: float = 5.0) -> None:
        self.every_seconds = every_seconds
        self._what = ""
        self._total: int | None = None
        self._unit = ""
        self._done = 0
        self._note = ""
        self._started = self._printed = 0.0

    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        self.finish()
        self._what, self._total, self._unit, self._done, self._note = what, total, unit, 0, ""
        self._started = self._printed = time.monotonic()
        amount = f" {total:,} {unit}".rstrip() if total is not None else ""
        self._print(f"{what}{amount} ...")

    def advance(self, amount: int = 1, note: str = "") -> None:
        self._done += amount
        self._note = note or self._note
        now = time.monotonic()
        if now - self._printed >= self.every_seconds:
            self._printed = now
            self._print(self._line(now))

    def finish(self) -> None:
        if self._what:
            self._print(
                f"{self._what}: done in {format_seconds(time.monotonic() - self._started)}{self._suffix()}"
            )
        self._what = ""

    def _line(self, now: float) -> str:
        spent = now - self._started
        if self._total:
            left = spent / max(self._done, 1) * max(self._total - self._done, 0)
            share = f"{self._done:,} of {self._total:,} {self._unit}".rstrip()
            return f"{self._what}: {share}, {format_seconds(left)} left{self._suffix()}"
        return f"{self._what}: {self._done:,} {self._unit}".rstrip() + self._suffix()

    def _suffix(self) -> str:
        return f" ({self._note})" if self._note else ""

    def _print(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)


class TerminalProgress:
    """A live bar on a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[unit]}"),
            TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=Console(stderr=True),
        )  # fmt: skip
        self._task: int | None = None
        self._bar.start()

    def start(self, what: str, total: int | None = None, unit: str = "") -> None:
        self.finish()
        self._task = self._bar.add_task(what, total=total, unit=unit, note="")

    def advance(self, amount: int = 1, note: str = "") -> None:
        if self._task is not None:
            if note:
                self._bar.update(self._task, advance=amount, note=note)  # type: ignore[arg-type]
            else:
                self._bar.update(self._task, advance=amount)  # type: ignore[arg-type]

    def finish(self) -> None:
        if self._task is not None:
            self._bar.stop_task(self._task)  # type: ignore[arg-type]
        self._task = None

    def close(self) -> None:
        self._bar.stop()


@contextmanager
def terminal_progress(quiet: bool = False) -> Iterator[Progress]:
    """The progress display that suits standard error."""
    if quiet:
        yield SILENT
    elif sys.stderr.isatty():
        display = TerminalProgress()
        try:
            yield display
        finally:
            display.close()
    else:
        lines = LineProgress()
        try:
            yield lines
        finally:
            lines.finish()
