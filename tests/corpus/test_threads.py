"""Conversations: roots, order, gaps, cycles, depth."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from linnet.corpus.hashing import hash64
from linnet.corpus.threads import conversation_roots, reply_order


def roots_of(post_ids: list[str], reply_to: list[str | None]) -> list[int]:
    parents = hash64(pl.Series(reply_to, dtype=pl.String))
    return conversation_roots(
        hash64(pl.Series(post_ids)).to_numpy(),
        parents.fill_null(0).to_numpy(),
        parents.is_not_null().to_numpy(),
    ).tolist()


def test_roots():
    assert roots_of(["a", "b", "c", "d", "x"], [None, "a", "b", "gone", "x"]) == [0, 0, 0, 3, 4]
    assert (
        conversation_roots(*(np.zeros(0, dtype=kind) for kind in (np.uint64, np.uint64, bool))).tolist() == []
    )


def test_a_cycle_is_cut_at_its_oldest_post():
    assert roots_of(["a", "b", "c"], ["c", "a", "b"]) == [0, 0, 0]
    assert reply_order(["a", "b", "c"], ["c", "a", "b"]) == [0, 1, 2]
    assert sorted(reply_order(["a", "b"], ["b", "a"])) == [0, 1]


def test_reply_order_is_depth_first():
    assert reply_order(["a", "b", "c", "d", "e"], [None, "a", "a", "b", "c"]) == [0, 1, 3, 2, 4]


def test_a_thread_of_a_thousand_replies():
    ids = [str(number) for number in range(1000)]
    parents = [None, *ids[:-1]]
    assert set(roots_of(ids, parents)) == {0}
    assert reply_order(ids, parents) == list(range(1000))


def test_a_parent_may_be_as_old_as_its_reply_or_younger():
    assert roots_of(["b", "a", "c"], ["a", None, "b"]) == [1, 1, 1]
    assert reply_order(["b", "a", "c"], ["a", None, "b"]) == [1, 0, 2]
    ids = [str(number) for number in range(999, -1, -1)]
    parents = [str(int(id) - 1) if id != "0" else None for id in ids]
    assert set(roots_of(ids, parents)) == {999}
    assert reply_order(ids, parents) == list(range(999, -1, -1))


@given(st.lists(st.integers(-1, 30), max_size=31), st.integers(0, 3))
def test_any_replies_make_whole_conversations(replies, copies):
    """Against walking up from each post: no post is lost, and no reply is torn from a parent but to cut a cycle."""
    replies = replies * (copies + 1)
    ids = [str(number) for number in range(len(replies))]
    parents = [str(parent) if 0 <= parent < len(ids) else None for parent in replies]
    roots = roots_of(ids, parents)
    for row in range(len(ids)):
        path = [row]
        while (parent := parents[path[-1]]) is not None and int(parent) not in path:
            path.append(int(parent))
        cycle = path[path.index(int(parent)) :] if parent is not None else path[-1:]
        assert roots[row] == min(cycle)
    for root in set(roots):
        rows = [row for row in range(len(ids)) if roots[row] == root]
        order = reply_order([ids[row] for row in rows], [parents[row] for row in rows])
        assert sorted(order) == list(range(len(rows))) and rows[order[0]] == root
        told = [ids[rows[position]] for position in order]
        for position, post_id in enumerate(told):
            parent = parents[int(post_id)]
            assert int(post_id) == root or (parent is not None and told.index(parent) < position)
