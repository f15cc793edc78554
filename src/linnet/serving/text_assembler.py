"""Token bytes to text that is safe to show at once: no half characters, nothing of a stop string."""

from __future__ import annotations

import codecs
from collections.abc import Sequence


class TextAssembler:
    """Feed it the bytes of each token; it returns the text that is certain by then."""

    def __init__(self, stop: Sequence[str] = (), *, drop_first: str = "") -> None:
        """`drop_first` is left out where the text begins with it."""
        self._stop = tuple(stop)
        self._drop_first = drop_first
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""  # may be the beginning of a stop string
        self.stopped = False  # a stop string was met; what follows it is dropped

    def feed(self, data: bytes) -> str:
        if self.stopped:
            return ""
        new = self._decoder.decode(data)
        if new and self._drop_first:
            new, self._drop_first = new.removeprefix(self._drop_first), ""
        text = self._held + new
        found = [place for stop in self._stop if (place := text.find(stop)) >= 0]
        if found:
            self.stopped, self._held = True, ""
            return text[: min(found)]
        safe = len(text) - max((_overlap(text, stop) for stop in self._stop), default=0)
        self._held = text[safe:]
        return text[:safe]

    def finish(self) -> str:
        """The text held back. A character of which only some bytes came is dropped."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that is a proper beginning of `stop`."""
    for length in range(min(len(stop) - 1, len(text)), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
