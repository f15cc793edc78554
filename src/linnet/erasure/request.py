"""What one request reaches: which posts and authors, under which names, and the words to look for afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from linnet.posts.store import PostStore
from linnet.workspace import Workspace

LEAST_TEXT_CHARACTERS = 20  # a shorter text may be anyone's
MOST_TEXTS = 2_000  # texts that are looked for afterwards, spread over all of them


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Everything that goes. It holds ids and texts, so on disk it is sealed, and gone once the request is done."""

    post_ids: tuple[str, ...]  # every post that goes, known here or not
    author_ids: tuple[str, ...]
    names: tuple[str, ...]  # handles of those authors
    texts: tuple[str, ...]  # of those posts, to look for in files
    known: int  # of post_ids, those that the store or the corpus held
    reposts: int  # of post_ids, those that only repeat one of the others
    in_corpus: int  # of post_ids, those that stand in a document

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Reach:
        lists: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in value.items()}
        return cls(**lists)


def reach_of(
    workspace: Workspace, store: PostStore, *, posts: Sequence[str], authors: Sequence[str]
) -> Reach:
    """Look the request up in the store and in the corpus, which may hold posts that the store has lost since."""
    documents = sorted(workspace.stage_path("corpus").glob("documents-*.parquet"))
    wanted = dict.fromkeys(posts)
    known: set[str] = set()
    names: set[str] = set()
    texts: list[str] = []
    reposts: set[str] = set()
    if store.exists():
        columns = ["post_id", "author_name", "text"]
        theirs = pl.col("author_id").is_in(list(authors)) | pl.col("post_id").is_in(list(posts))
        found = store.collect(lambda rows: rows.filter(theirs).select("author_id", *columns))
        wanted.update(dict.fromkeys(found["post_id"]))
        known.update(found["post_id"])
        names.update(found.filter(pl.col("author_id").is_in(list(authors)))["author_name"].drop_nulls())
        texts += found["text"].to_list()
        newest = set(wanted)
        while newest:  # a repost repeats the words of its original
            repeats = pl.col("repost_of").is_in(sorted(newest))
            found = store.collect(lambda rows, repeats=repeats: rows.filter(repeats).select(columns))  # type: ignore[misc]
            newest = set(found["post_id"]) - set(wanted)
            reposts |= newest
            known |= newest
            wanted.update(dict.fromkeys(sorted(newest)))
    in_corpus = 0
    for path in documents:
        for post_id, text in _in_documents(path, set(authors), set(wanted)):
            wanted[post_id] = None
            known.add(post_id)
            texts.append(text)
            in_corpus += 1
    return Reach(
        post_ids=tuple(wanted),
        author_ids=tuple(dict.fromkeys(authors)),
        names=tuple(sorted(names)),
        texts=_sample(texts),
        known=len(known),
        reposts=len(reposts),
        in_corpus=in_corpus,
    )


def _in_documents(path: Path, authors: set[str], posts: set[str]) -> list[tuple[str, str]]:
    columns = ["post_ids", "author_ids", "texts"]
    rows = pl.read_parquet(path, columns=columns, glob=False).explode(columns)
    theirs = pl.col("author_ids").is_in(list(authors)) | pl.col("post_ids").is_in(list(posts))
    return list(rows.filter(theirs).select("post_ids", "texts").iter_rows())


def _sample(texts: list[str]) -> tuple[str, ...]:
    """Whole texts where there are few; every n-th of the sorted ones otherwise."""
    long = sorted({text.strip() for text in texts if len(text.strip()) >= LEAST_TEXT_CHARACTERS})
    step = max(-(-len(long) // MOST_TEXTS), 1)
    return tuple(long[::step])
