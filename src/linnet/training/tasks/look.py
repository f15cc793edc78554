"""A few examples of every task to look at; whoever withdrew or edited a post since curation is not in them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from linnet.errors import NotReady
from linnet.lineage import read_manifest
from linnet.model.documents import document_files, read_documents
from linnet.posts.store import PostStore
from linnet.protocols import Candidate
from linnet.training.sft_data import sample_documents
from linnet.training.tasks.catalogue import all_tasks
from linnet.training.tasks.task import TaskExample

SPARE = 5  # examples made for each one shown
MAX_DOCUMENTS = 20_000


def look_at(
    corpus: Path, store: PostStore, *, count: int, brief: bool, corpus_seq: int, seed: int
) -> dict[str, list[TaskExample]]:
    """At most `count` of each task from the train split, as the corpus of sequence number `corpus_seq` makes them."""
    rng = random.Random(f"{seed}:train")
    documents = sample_documents(read_documents(document_files(corpus), "train"), MAX_DOCUMENTS, rng)
    if not documents:
        raise NotReady(f"the corpus in {corpus} has no document to train on; ingest posts and curate again")
    made = {
        task.name: task.examples(documents, SPARE * count, random.Random(f"{seed}:train:{task.name}"))
        for task in all_tasks(brief=brief)
    }
    used = {post_id for examples in made.values() for one in examples for post_id in one.post_ids}
    shown = still_shown(store, sorted(used), corpus_seq=corpus_seq)
    return {
        name: [one for one in examples if shown.issuperset(one.post_ids)][:count]
        for name, examples in made.items()
    }


def corpus_seq_of(corpus: Path) -> int:
    """The sequence number of the posts that the corpus was made of; 0 where it does not say."""
    curated = read_manifest(corpus)
    return int(curated.inputs.get("posts") or 0) if curated else 0


def still_shown(
    store: PostStore, post_ids: Sequence[str], *, corpus_seq: int, purpose: str = "train"
) -> set[str]:
    """Those of the posts that may still be used for `purpose` and are as they were when the corpus was made."""
    columns = ["post_id", "author_id", "visibility", "repost_of"]
    rows = store.read(purpose=purpose, columns=columns, where=pl.col("post_id").is_in(list(post_ids)))
    candidates = [Candidate(**row) for row in rows.iter_rows(named=True)]
    return store.visible(candidates, purpose=purpose, reader=None, index_seq=corpus_seq)
