"""Documents ranked for topics, by what the package ships for claims or by the plain ways beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from linnet.errors import BadInput, WrongUse
from linnet.evaluation.relevance.tables import Document, Qrels, Topic
from linnet.evaluation.relevance.trec import Run
from linnet.progress import SILENT, Progress
from linnet.retrieval.claims import ClaimIndex, Fusion
from linnet.retrieval.claims.features import FEATURES, DocumentScores
from linnet.retrieval.claims.fusion import learn_fusion
from linnet.retrieval.claims.said import said
from linnet.retrieval.fusion import fuse_columns

PLAIN = ("bm25", "minilm", "rrf")
RANKERS = ("learned", *PLAIN)


def rank_documents(
    documents: Sequence[Document],
    topics: Sequence[Topic],
    *,
    embedder: Any,
    fusion: Fusion,
    ranker: str = "learned",
    depth: int = 100,
    progress: Progress = SILENT,
) -> Run:
    """The best `depth` documents of each topic. `ranker`: RANKERS; the plain ones use the post as it stands."""
    if ranker not in RANKERS:
        raise WrongUse(f"there is no ranker {ranker!r}; there are {', '.join(RANKERS)}")
    if not documents or not topics:
        raise BadInput("there are no documents" if not documents else "there are no topics")
    ids = [document.id for document in documents]
    posts = [topic.text for topic in topics]
    if ranker == "learned":
        index = _index(documents, embedder, progress)
        ranking = index.rank(posts, fusion, limit=depth, progress=progress)
        return {
            topic.id: [(ids[hit.place], hit.score) for hit in hits]
            for topic, hits in zip(topics, ranking, strict=True)
        }
    progress.start("indexing", len(documents), "documents")
    scores = DocumentScores(*_columns(documents), embedder)
    progress.finish()
    run: Run = {}
    for topic, first in zip(topics, scores.first([said(post) for post in posts]), strict=True):
        words, meaning = first["bm25_both"], first["cosine_raw_text"]
        values = {"bm25": words, "minilm": meaning, "rrf": fuse_columns((words, meaning))}[ranker]
        best = np.argsort(-values, kind="stable")[:depth]
        run[topic.id] = [(ids[place], float(values[place])) for place in best]
    return run


def learn_from(
    documents: Sequence[Document],
    topics: Sequence[Topic],
    qrels: Qrels,
    *,
    embedder: Any,
    name: str,
    progress: Progress = SILENT,
) -> Fusion:
    """A fusion of all features, learnt from judged topics. A copy of a relevant document is as relevant."""
    index = _index(documents, embedder, progress)
    place = {document.id: index.leader_of(number) for number, document in enumerate(documents)}
    judged = [topic for topic in topics if any(r > 0 for r in qrels.get(topic.id, {}).values())]
    values, relevant = [], []
    found = index.candidates([topic.text for topic in judged], progress=progress)
    for topic, candidates in zip(judged, found, strict=True):
        wanted = {place[id_] for id_, r in qrels[topic.id].items() if r > 0 and id_ in place}
        values.append(candidates.values)
        relevant.append(np.isin(candidates.places, list(wanted)))
    return learn_fusion(
        values, relevant, features=FEATURES, learnt_from=f"{name}, {len(judged)} judged posts"
    )


def embedder_cache() -> Path:
    """Where the converted network is kept when there is no workspace."""
    import os

    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "linnet" / "models"


def _index(documents: Sequence[Document], embedder: Any, progress: Progress) -> ClaimIndex:
    progress.start("indexing", len(documents), "documents")
    index = ClaimIndex(*_columns(documents), embedder=embedder)
    progress.finish()
    return index


def _columns(documents: Sequence[Document]) -> tuple[list[str], list[str]]:
    return [document.title for document in documents], [document.text for document in documents]
