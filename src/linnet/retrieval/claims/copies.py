"""Documents that say the same, letter for letter but for signs and case, are one: the first stands for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import regex

_SIGNS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def group_copies(texts: Sequence[str]) -> tuple[list[int], dict[int, list[int]]]:
    """(the places of the first of each kind, place of a first -> places of its later copies)"""
    firsts: dict[str, int] = {}
    leaders: list[int] = []
    copies: dict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        leader = firsts.setdefault(_SIGNS.sub(" ", text.lower()).strip(), place)
        if leader == place:
            leaders.append(place)
        else:
            copies[leader].append(place)
    return leaders, dict(copies)
