"""The posts' own words: the answer without a model, or when the model's fails its checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linnet.apps.assistant.context import Evidence
from linnet.model.quotes import quotable
from linnet.records import Citation, CitedSentence
from linnet.retrieval.fusion import same_text_key

MAX_QUOTED = 4
SCORE_BELOW_BEST = 0.25  # a further quote scores at most this much less than the best one
SAME_MEANING = 0.9  # cosine above which two posts say the same
MAX_BY_AUTHOR = 2


def quote_best(evidence: Sequence[Evidence]) -> list[CitedSentence]:
    """One quote each from up to four posts that say different things, the best first."""
    chosen: list[Evidence] = []
    sentences: list[CitedSentence] = []
    for item in evidence:
        if chosen and (item.score < chosen[0].score - SCORE_BELOW_BEST or repeats(item, chosen)):
            continue
        quote = quotable(item.hit.text)
        if quote is None:
            continue
        chosen.append(item)
        sentences.append(
            CitedSentence(text=quote, citations=(Citation(post_id=item.hit.post_id, quote=quote),))
        )
        if len(sentences) == MAX_QUOTED:
            break
    return sentences


def repeats(item: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a post says again what a chosen one says, or its author was heard enough."""
    if sum(other.hit.author_id == item.hit.author_id for other in chosen) >= MAX_BY_AUTHOR:
        return True
    key = same_text_key(item.hit.text)
    return any(
        same_text_key(other.hit.text) == key or float(np.dot(other.vector, item.vector)) >= SAME_MEANING
        for other in chosen
    )
