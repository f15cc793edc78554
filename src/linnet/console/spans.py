"""Cuts a text at the borders of its spans, so that overlapping spans can be drawn as one row of pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

MAX_SPANS = 200  # a page with more would be unreadable; the JSON twin has them all


@dataclass(frozen=True, kw_only=True)
class Span:
    """A part of the text that stands in posts, numbered from 1 in reading order."""

    number: int
    start: int  # characters into the text; end is behind the last one
    end: int
    count: int  # how often the words occur in the corpus
    posts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of the text that lies in the same spans; `ending` are the numbers of those that end with it."""

    text: str
    inside: tuple[int, ...]
    ending: tuple[int, ...]


def numbered_spans(text: str, spans: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    """The spans in reading order, the longer first where two begin together; those outside the text are left out."""
    kept = [span for span in spans if 0 <= int(span["start"]) < int(span["end"]) <= len(text)]
    ordered = sorted(kept, key=lambda span: (int(span["start"]), -int(span["end"])))[:MAX_SPANS]
    return tuple(
        Span(
            number=number,
            start=int(span["start"]),
            end=int(span["end"]),
            count=int(span.get("count") or 0),
            posts=tuple(span.get("posts") or ()),
        )
        for number, span in enumerate(ordered, start=1)
    )


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The text whole, in pieces: joining them gives the text back."""
    borders = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    return [
        Piece(
            text=text[start:end],
            inside=tuple(span.number for span in spans if span.start <= start and end <= span.end),
            ending=tuple(span.number for span in spans if span.end == end),
        )
        for start, end in pairwise(borders)
    ]
