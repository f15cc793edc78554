"""Conversations: roots, order, gaps, cycles, depth."""

from __future__ import annotations

import numpy as np
import polars as pl

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
