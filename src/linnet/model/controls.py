"""Control tokens: what a platform knows about a document besides its words, each fact one token.

`<|month:2016-03|>` `<|language:en|>` `<|platform:x|>` stand behind `<|bos|>`. The model learns what was said when,
where and in which language; a prompt can then name a month ("as of"), and a part of the training documents come
without them, so that it also speaks when nobody tells.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

KINDS = ("month", "language", "platform")
CONTROL_TOKEN = re.compile(r"<\|(month|language|platform):([^|<>\s]{1,40})\|>")
UNKNOWN = ("", "und")  # no token stands for what is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The facts of one document; None where one is not known or not told."""

    month: str | None = None  # "YYYY-MM"
    language: str | None = None  # ISO 639 code
    platform: str | None = None

    def tokens(self) -> Iterator[str]:
        for kind in KINDS:
            if (value := getattr(self, kind)) and value not in UNKNOWN:
                yield f"<|{kind}:{value}|>"


NO_CONTROLS = Controls()


def control_tokens(controls: Iterable[Controls]) -> list[str]:
    """The tokens that a vocabulary needs for these documents, in a fixed order. A single platform needs none."""
    controls = list(controls)
    several = len({one.platform for one in controls if one.platform}) > 1
    found = {
        token
        for one in controls
        for token in (one if several else dataclasses.replace(one, platform=None)).tokens()
    }
    return sorted(token for token in found if CONTROL_TOKEN.fullmatch(token))


class ControlIds:
    """The control tokens of one vocabulary."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.ids = ids
        matches = (CONTROL_TOKEN.fullmatch(token) for token in ids)
        self.months = sorted(match[2] for match in matches if match and match[1] == "month")
        self._encoded: dict[Controls, list[int]] = {}  # there are few different ones

    @classmethod
    def of_vocabulary(cls, vocabulary: Mapping[str, int]) -> ControlIds:
        return cls({token: index for token, index in vocabulary.items() if CONTROL_TOKEN.fullmatch(token)})

    def encode(self, controls: Controls) -> list[int]:
        """The ids of the facts that the vocabulary knows. A month after the last known one counts as that one."""
        if controls not in self._encoded:
            facts = dataclasses.replace(controls, month=self.known_month(controls.month))
            self._encoded[controls] = [self.ids[token] for token in facts.tokens() if token in self.ids]
        return self._encoded[controls]

    def known_month(self, month: str | None) -> str | None:
        """The latest month of the vocabulary that is not after `month`; None when all are, or none is asked."""
        place = bisect.bisect_right(self.months, month or "")
        return self.months[place - 1] if place else None
