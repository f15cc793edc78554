"""The longest spans of a text that stand word for word in training posts.

As in OLMoTrace (Liu et al. 2025, "OLMoTrace: Tracing Language Model Outputs Back to Trillions of Training Tokens"):
the longest match at each word, only spans that lie in no longer one, and of these the rarest. There rarity is the
product of the tokens' unigram probabilities; here it is the same sum in bits, over words.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from linnet.errors import BadInput
from linnet.provenance.index import ProvenanceIndex
from linnet.provenance.units import byte_offsets, code_points, split_units

MAX_TEXT_CHARACTERS = 200_000
MAX_POSTS = 20  # posts named for one span


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`start` and `end` count characters of the text; spans may overlap, but none lies in another."""

    start: int
    end: int
    text: str
    count: int  # how often it occurs in training posts
    rarity_bits: float  # sum over its words of -log2(share of the word among all words)
    posts: tuple[tuple[str, str], ...]  # (post_id, document_id), the oldest first, MAX_POSTS at most


def find_spans(
    index: ProvenanceIndex, text: str, *, min_words: int = 5, min_characters: int = 12, max_spans: int = 20
) -> list[Span]:
    """The rarest spans first. `text` is in the form that `compared_form` gives.

    A span has `min_words` words, or `min_characters` characters of scripts without spaces, or a mix of both
    (3 of 5 words and 5 of 12 characters are enough). Raises BadInput for a text beyond MAX_TEXT_CHARACTERS.
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise BadInput(f"the text has {len(text):,} characters; give at most {MAX_TEXT_CHARACTERS:,} at once")
    if min_words < 1 or min_characters < 1 or max_spans < 1:
        raise ValueError("min_words, min_characters and max_spans must be 1 or more")
    units = split_units(text)
    offsets = byte_offsets(code_points(text))
    starts, ends = offsets[units.starts].tolist(), offsets[units.ends].tolist()
    data = text.encode("utf-8")
    # In whole numbers, so that 5 words of 5 are never a hair less than enough.
    worth = units.is_word * min_characters + units.is_character * min_words
    worth_before = np.concatenate(([0], np.cumsum(worth))).tolist()
    candidates: list[tuple[int, int]] = []  # first unit, one past the last unit
    reached = 0
    for first, start in enumerate(starts):
        length = index.longest_match(data[start : start + index.longest_post_bytes])
        past = bisect_right(ends, start + length)
        if past > max(reached, first):
            reached = past
            if worth_before[past] - worth_before[first] >= min_words * min_characters:
                candidates.append((first, past))
    words = {data[starts[unit] : ends[unit]] for first, past in candidates for unit in range(first, past)}
    bits = {word: math.log2(index.unit_count / max(index.count(word), 1)) for word in words}
    ranked = sorted(
        (-sum(bits[data[starts[unit] : ends[unit]]] for unit in range(first, past)), first, past)
        for first, past in candidates
    )
    spans = []
    for negative_bits, first, past in ranked[:max_spans]:
        start, end = int(units.starts[first]), int(units.ends[past - 1])
        pattern = data[starts[first] : ends[past - 1]]
        spans.append(
            Span(
                start=start,
                end=end,
                text=text[start:end],
                count=index.count(pattern),
                rarity_bits=round(-negative_bits, 1),
                posts=tuple(index.posts_with(pattern, limit=MAX_POSTS)),
            )
        )
    return spans
