"""Several rankings become one, and the same text by the same author is shown once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from linnet.retrieval.lexical import IndexedPost
from linnet.retrieval.words import split_words

RRF_K = 60  # Cormack, Clarke and Buettcher 2009: how slowly a rank's weight falls


def reciprocal_rank_fusion(rankings: Sequence[tuple[float, Sequence[str]]]) -> dict[str, float]:
    """Score of each id: the sum of weight / (RRF_K + rank) over the rankings it stands in, rank from 1."""
    scores: dict[str, float] = {}
    for weight, ranking in rankings:
        for rank, post_id in enumerate(ranking, start=1):
            scores[post_id] = scores.get(post_id, 0.0) + weight / (RRF_K + rank)
    return scores


def fuse_columns(columns: Iterable[np.ndarray]) -> np.ndarray:
    """The same, unweighted, of arrays of values (candidates,), the highest first; equal values share their mean rank."""
    from scipy.stats import rankdata

    return np.sum([1.0 / (RRF_K + rankdata(-values)) for values in columns], axis=0)


def in_order(posts: Iterable[IndexedPost], scores: Mapping[str, float]) -> list[IndexedPost]:
    """Best first; equal scores go newer first, then by post_id, so that the order is always the same."""
    return sorted(
        posts, key=lambda post: (-scores.get(post.post_id, 0.0), -post.created_at.timestamp(), post.post_id)
    )


def same_text_key(text: str) -> str:
    """Equal for texts that differ only in links, mentions, case, accents, signs or spaces."""
    pieces = [piece for piece in text.split() if "://" not in piece and not piece.startswith("@")]
    body = split_words(" ".join(pieces)).body
    return " ".join(body or split_words(text).body) or text


def without_repeats(posts: Iterable[IndexedPost]) -> list[IndexedPost]:
    """Only the best of each author's near-identical posts, and no repost of a post that is shown."""
    shown: list[IndexedPost] = []
    texts: set[tuple[str, str]] = set()
    originals: set[str] = set()
    for post in posts:
        key = (post.author_id, same_text_key(post.text))
        original = post.repost_of or post.post_id
        if key in texts or original in originals:
            continue
        texts.add(key)
        originals.add(original)
        shown.append(post)
    return shown
