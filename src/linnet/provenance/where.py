"""For an author: in which places are their posts, and where were they used? Counts only, never a text.

The store alone does not know: a post deleted yesterday may still be in the corpus of last week and in the model
trained on it. So the posts asked for are those in the store and those that the corpus names as this author's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from linnet.errors import BadInput
from linnet.posts.store import PostStore
from linnet.provenance.index import open_provenance
from linnet.records import PURPOSES
from linnet.state import State, chunks, quarantine, uses

CountOf = Callable[[Sequence[str]], int]
"""How many of these post ids a place holds."""


def where_of(
    author_id: str,
    *,
    store: PostStore,
    corpus: Path,
    provenance: Path,
    models: Mapping[str, Path],
    learnt: Callable[[Path, Sequence[str]], set[str]],
    indexes: Mapping[str, CountOf],
) -> dict[str, Any]:
    """{"author_id", "posts": in the store now, "places": [{"place", "posts", "detail"}]} in the order of a post's life.

    Raises BadInput for an author of whom nothing is known at all, and for one who was erased.
    """
    if (erased_at := store.forgotten.when("author", author_id)) is not None:
        raise BadInput(f"{author_id} was erased on {erased_at[:10]}; nothing that names the author is kept")
    theirs = pl.col("author_id") == author_id
    stored = store.read(purpose="moderate", columns=["post_id"], where=theirs)["post_id"].to_list()
    trained = _in_corpus(corpus, author_id)
    set_aside = _in_quarantine(store.state, author_id)
    declared = store.preferences.of_author(author_id)
    if not stored and not len(trained) and not declared and not set_aside:
        raise BadInput(
            f'nothing is known of an author "{author_id}": give the author id as `linnet trace POST_ID` shows it'
        )
    ids = sorted({*stored, *trained["post_id"]})
    gone = len(ids) - len(stored)
    places = [_place("store", len(stored), "in the table of posts")]
    if gone:
        places.append(
            _place(
                "gone from the store", gone, "deleted or replaced, and in the corpus until it is built anew"
            )
        )
    for purpose in PURPOSES:
        allowed = len(store.read(purpose=purpose, columns=["post_id"], where=theirs))
        stated = sorted({row["state"] for row in declared if row["purpose"] in (purpose, "*")})
        says = f"the author declared {' and '.join(stated)}" if stated else "the author declared nothing"
        detail = "may always be looked at" if purpose == "moderate" else f"may be used for anyone; {says}"
        places.append(_place(f"consent: {purpose}", allowed, detail))
    for split, posts in trained.group_by("split", maintain_order=True):
        documents = posts["document_id"].n_unique()
        places.append(_place(f"corpus: {split[0]}", len(posts), f"in {documents:,} document{_s(documents)}"))
    places += [
        _place("corpus: dropped", count, f"left out of training: {reason}")
        for reason, count in _dropped(corpus, ids)
    ]
    places += [
        _place(f"model: {name}", count, "in what it learnt from")
        for name, folder in models.items()
        if (count := len(learnt(folder, ids)))
    ]
    places += [_place(f"index: {name}", held(ids), "can be found there") for name, held in indexes.items()]
    index = open_provenance(provenance)
    if index is not None:
        places.append(_place("provenance", index.count_posts(ids), "text in the provenance index"))
    places += _in_uses(store.state, ids)
    if set_aside:
        places.append(_place("quarantine", set_aside, "rows that could not be read and name this author"))
    return {"author_id": author_id, "posts": len(stored), "places": places}


def _place(place: str, posts: int, detail: str) -> dict[str, Any]:
    return {"place": place, "posts": posts, "detail": detail}


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def _in_corpus(corpus: Path, author_id: str) -> pl.DataFrame:
    """post_id, document_id, split of the posts that the corpus has from this author."""
    files = sorted(corpus.glob("documents-*.parquet"))
    if not files:
        return pl.DataFrame(schema={"post_id": pl.String, "document_id": pl.String, "split": pl.String})
    return (
        pl.scan_parquet(files)
        .filter(pl.col("author_ids").list.contains(author_id))
        .select("document_id", "split", pl.col("post_ids").alias("post_id"), "author_ids")
        .explode("post_id", "author_ids")
        .filter(pl.col("author_ids") == author_id)
        .select("post_id", "document_id", "split")
        .sort("split", "post_id", descending=[True, False])
        .collect()
    )


def _dropped(corpus: Path, post_ids: Sequence[str]) -> list[tuple[str, int]]:
    files = sorted(corpus.glob("dropped*.parquet"))
    if not files:
        return []
    theirs = pl.scan_parquet(files).filter(pl.col("post_id").is_in(post_ids))
    return list(theirs.group_by("reason").len().sort("reason").collect().iter_rows())


def _in_uses(state: State, post_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Answers and other outputs that were made of these posts."""
    posts: dict[str, set[str]] = {}
    references: dict[str, set[str]] = {}
    with state.engine.connect() as connection:
        for some in chunks(list(post_ids)):
            for row in connection.execute(sa.select(uses).where(uses.c.post_id.in_(some))):
                posts.setdefault(row.place, set()).add(row.post_id)
                references.setdefault(row.place, set()).add(row.reference)
    return [
        _place(
            f"used: {place}",
            len(posts[place]),
            f"{len(references[place]):,} {place}{_s(len(references[place]))}",
        )
        for place in sorted(posts)
    ]


def _in_quarantine(state: State, author_id: str) -> int:
    """Rows whose kept excerpt names the author as a whole word; an unread row says no more than that."""
    named = re.compile(rf"(?<!\w){re.escape(author_id)}(?!\w)")
    query = sa.select(quarantine.c.excerpt).where(quarantine.c.excerpt.contains(author_id, autoescape=True))
    with state.engine.connect() as connection:
        return sum(1 for excerpt in connection.execute(query).scalars() if named.search(excerpt))
