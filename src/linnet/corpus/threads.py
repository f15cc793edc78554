"""A document is a conversation in reply order: a post, its first reply with all that follows from it, the next.

A reply whose parent is missing (withdrawn, filtered, never collected) begins a document of its own: a gap is
never bridged. Cycles, which broken sources contain, are cut at their oldest post.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl


def conversation_roots(post_ids: pl.Series, reply_to: pl.Series) -> np.ndarray:
    """Row of each post's root, for posts in order of time. Shape (n,)."""
    rows = pl.DataFrame({"post_id": post_ids, "row": np.arange(len(post_ids))})
    parents = pl.DataFrame({"post_id": reply_to}).join(rows, on="post_id", how="left", maintain_order="left")[
        "row"
    ]
    parent = parents.fill_null(-1).to_numpy().astype(np.int64)
    own = np.arange(len(parent))
    parent = np.where((parent < 0) | (parent >= own), own, parent)  # a parent that is not older is no parent
    while True:  # pointer jumping: the depth halves each time, and parents are older, so it ends
        grandparent = parent[parent]
        if np.array_equal(grandparent, parent):
            return parent
        parent = grandparent


def reply_order(post_ids: Sequence[str], reply_to: Sequence[str | None]) -> list[int]:
    """Indices of one conversation's posts (given in order of time), depth first."""
    children: dict[int, list[int]] = {}
    index = {post_id: position for position, post_id in enumerate(post_ids)}
    roots = []
    for position, parent_id in enumerate(reply_to):
        parent = index.get(parent_id) if parent_id is not None else None
        if parent is None or parent >= position:
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


def split_long(order: list[int], max_posts: int) -> Iterator[list[int]]:
    """Long conversations become several documents."""
    for start in range(0, len(order), max_posts):
        yield order[start : start + max_posts]
