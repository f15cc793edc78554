"""A document is a conversation in reply order: a post, its first reply with all that follows from it, the next.

A reply whose parent is missing (withdrawn, filtered, never collected) begins a document of its own: a gap is
never bridged. A reply may carry the same time as its parent or an earlier one: clocks differ, and tables may know
days only. Cycles, which broken sources contain, are cut at their oldest post.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def conversation_roots(posts: np.ndarray, parents: np.ndarray, has_parent: np.ndarray) -> np.ndarray:
    """Row of each post's root, int64 of shape (n,), for posts in order of time.

    `posts` and `parents` are uint64 hashes of ids. Where two ids share a hash, two conversations stand in one
    document at worst: `reply_order` compares the ids themselves.
    """
    own = np.arange(len(posts))
    if not len(posts):
        return own
    order = np.argsort(posts, kind="stable")
    place = np.minimum(np.searchsorted(posts[order], parents), len(posts) - 1)
    found = order[place]
    parent = np.where(has_parent & (posts[found] == parents), found, own)
    parent = _without_cycles(parent)
    while True:  # pointer jumping: the depth halves each time
        grandparent = parent[parent]
        if np.array_equal(grandparent, parent):
            return parent
        parent = grandparent


def _without_cycles(parent: np.ndarray) -> np.ndarray:
    """Parents (own row: none) with the oldest post of each cycle made a root."""
    if not (parent > np.arange(len(parent))).any():
        return parent  # a cycle goes at least once to a younger post
    ends = parent
    for _ in range(len(parent).bit_length()):  # so many steps up that all but roots and cycles is behind
        ends = ends[ends]
    parent = parent.copy()
    seen: set[int] = set()
    for oldest in np.unique(ends).tolist():
        if oldest in seen:
            continue
        row = int(parent[oldest])
        while row != oldest:
            seen.add(row)
            row = int(parent[row])
        parent[oldest] = oldest
    return parent


def reply_order(post_ids: Sequence[str], reply_to: Sequence[str | None]) -> list[int]:
    """Indices of one conversation's posts (given in order of time), depth first."""
    children: dict[int, list[int]] = {}
    index = {post_id: position for position, post_id in enumerate(post_ids)}
    parents = [
        position if parent_id is None else index.get(parent_id, position)
        for position, parent_id in enumerate(reply_to)
    ]
    roots = []
    for position, parent in enumerate(_without_cycles(np.array(parents, dtype=np.int64)).tolist()):
        if parent == position:
            roots.append(position)
        else:
            children.setdefault(parent, []).append(position)
    order: list[int] = []
    waiting = roots[::-1]
    while waiting:
        position = waiting.pop()
        order.append(position)
        waiting.extend(reversed(children.get(position, [])))
    return order
