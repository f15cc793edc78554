"""Pairs from answers that readers rated.

An answer's ratings are added up; a sum of 0 says nothing. Of two answers to one question, the one above 0 is chosen and
the one below 0 rejected. An answer above 0 with no such counterpart is chosen over saying that the posts do not answer.
An answer below 0 alone makes no pair: what would have been better is not known.

A rating by a named reader counts only while that reader lets posts be trained on: the question may be the reader's own
words. An answer of which an erasure took a sentence is in no pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from linnet.lineage import digest_of
from linnet.model.prompts import ABSTENTION, DraftSentence, ShownPost, answer_prompt, write_reply
from linnet.posts.store import PostStore
from linnet.records import to_json
from linnet.state import REMOVED, outputs, ratings
from linnet.training.preferences.pair import PreferencePair

SOURCE = "ratings"
Body = Mapping[str, Any]  # an Answer as JSON


def rating_pairs(
    store: PostStore, files: list[Path], split: str, fits: Callable[[PreferencePair], bool]
) -> Iterator[PreferencePair]:
    """Pairs whose posts all stand in this split of the corpus."""
    rated = rated_answers(store)
    shown = _shown_posts(store, files, split, {id_ for body, _, _ in rated for id_ in cited_posts(body)})
    by_question: dict[str, list[tuple[Body, int, str]]] = defaultdict(list)
    for body, rating, made_at in rated:
        if all(post_id in shown for post_id in cited_posts(body)):
            by_question[" ".join(body["question"].split()).casefold()].append((body, rating, made_at))
    for answers in by_question.values():
        worse: list[Body | None] = [body for body, rating, _ in answers if rating < 0]
        for body, rating, made_at in answers:
            for other in (worse or [None]) if rating > 0 else ():
                for brief in (False, True):  # the short instructions where the full ones do not fit
                    pair = _pair(body, other, shown, made_at, brief=brief)
                    if fits(pair):
                        yield pair
                        break


def rated_answers(store: PostStore) -> list[tuple[Body, int, str]]:
    """(answer, sum of its ratings, when it was made), whole answers of the posts alone."""
    with store.state.engine.connect() as connection:
        rows = connection.execute(
            sa.select(
                ratings.c.reference, ratings.c.author_id, ratings.c.rating, outputs.c.made_at, outputs.c.body
            )
            .join(outputs, outputs.c.reference == ratings.c.reference)
            .order_by(ratings.c.reference, ratings.c.author_id)
        ).all()
    if not rows:
        return []
    consent = store.consent_snapshot(
        "train", authors=sorted({row.author_id for row in rows if row.author_id})
    )
    sums: dict[str, int] = defaultdict(int)
    answers: dict[str, tuple[Body, str]] = {}
    for row in rows:
        if row.author_id and not _may_train(consent, row.author_id):
            continue
        if not _is_whole(row.body):
            continue
        sums[row.reference] += row.rating
        answers[row.reference] = (row.body, row.made_at)
    return [
        (answers[reference][0], total, answers[reference][1]) for reference, total in sums.items() if total
    ]


def ratings_digest(store: PostStore) -> str:
    """Names what training would see of ratings, consent considered; "" where it would see none."""
    rated = rated_answers(store)
    return digest_of(rated) if rated else ""


def cited_posts(body: Body) -> list[str]:
    """In the order of their numbers."""
    return list(
        dict.fromkeys(
            citation["post_id"] for sentence in body["sentences"] for citation in sentence["citations"]
        )
    )


def _may_train(consent: Any, author_id: str) -> bool:
    verdict = consent.verdict(post_id="", author_id=author_id, visibility="public", source="rating")
    return bool(verdict.allowed)


def _is_whole(body: Body) -> bool:
    """An erasure leaves sentences without citations, and may take the question."""
    return (
        not body.get("abstained", False)
        and bool(body.get("sentences"))
        and all(sentence["citations"] for sentence in body["sentences"])
        and bool(body.get("question", "").strip())
        and REMOVED not in body["question"]
    )


def _shown_posts(store: PostStore, files: list[Path], split: str, post_ids: set[str]) -> dict[str, ShownPost]:
    """Posts as the assistant shows them: text and author from the corpus, time from the store."""
    import polars as pl

    if not post_ids:
        return {}
    columns = ["post_ids", "texts"]
    rows = pl.scan_parquet(files).filter(pl.col("split") == split).select(columns).explode(columns)
    texts = dict(rows.filter(pl.col("post_ids").is_in(sorted(post_ids))).collect().iter_rows())
    found = store.get(sorted(texts), purpose="train")
    return {
        post.post_id: ShownPost(
            author=post.author_name or post.author_id,
            time=str(to_json(post.created_at)),
            text=texts[post.post_id],
        )
        for post in found
    }


def _pair(
    better: Body, worse: Body | None, shown: Mapping[str, ShownPost], made_at: str, *, brief: bool
) -> PreferencePair:
    post_ids = list(dict.fromkeys([*cited_posts(better), *(cited_posts(worse) if worse is not None else ())]))
    numbers = {post_id: number for number, post_id in enumerate(post_ids, start=1)}
    posts = [shown[post_id] for post_id in post_ids]
    return PreferencePair(
        prompt=tuple(answer_prompt(better["question"], posts, now=made_at, brief=brief)),
        chosen=_reply(better, numbers),
        rejected=ABSTENTION if worse is None else _reply(worse, numbers),
        source=SOURCE,
        reason="readers liked it" if worse is None else "readers liked it more",
        post_ids=tuple(post_ids),
    )


def _reply(body: Body, numbers: Mapping[str, int]) -> str:
    sentences: Sequence[DraftSentence] = [
        DraftSentence(
            text=sentence["text"],
            citations=tuple((numbers[one["post_id"]], one["quote"]) for one in sentence["citations"]),
        )
        for sentence in body["sentences"]
    ]
    return write_reply(sentences)
