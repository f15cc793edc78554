"""Words and meaning together: BM25 and vectors, fused, then checked against the store's state of this moment.

Privacy is decided three times, and each time alone suffices: both searches ask only for public posts and the
reader's own, and the gate has the last word on every post that would be shown.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import regex

from linnet.protocols import Candidate, ChangeFeed, Embedder, PostGate, Retrieved
from linnet.records import Hit
from linnet.retrieval.fusion import in_order, reciprocal_rank_fusion, without_repeats
from linnet.retrieval.index import OpenIndex, share
from linnet.retrieval.lexical import IndexedPost, LexicalSnapshot
from linnet.retrieval.query import ParsedQuery, parse_query

NEWEST_LOOKED_AT = (20, 1_000)  # posts, for one that may be shown: almost always the first may

_LETTER = regex.compile(r"\p{L}")
_LATIN = regex.compile(r"\p{Latin}")


@dataclass(frozen=True, kw_only=True)
class HybridConfig:
    candidates: int = 100  # of each kind at least, per search
    candidates_per_hit: int = 3  # candidates of each kind for each hit asked for
    vector_weight: float = 0.9  # of a rank by meaning, against 1 by words: its best comes about eighth
    min_similarity: float = 0.45  # cosine below which a vector's neighbour is no candidate
    latin_vectors_only: bool = True  # a query in another script is matched by words: the embedder is English
    max_rounds: int = 5  # each asks for 4x the candidates when too many were withheld or repeats


class HybridRetriever:
    """Fulfils protocols.Retriever over one index folder. Safe to use from several threads."""

    def __init__(
        self,
        index: OpenIndex,
        *,
        embedder: Embedder,
        gate: PostGate,
        feed: ChangeFeed,
        config: HybridConfig | None = None,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._gate = gate
        self._feed = feed
        self._config = config or HybridConfig()
        self._vectors = index.vectors(embedder)
        self._lock = threading.Lock()
        self._totals: tuple[int, dict[str, int]] | None = None  # of the store, at a seq

    def retrieve(self, query: str, *, limit: int, reader: str | None, purpose: str = "retrieve") -> Retrieved:
        """Best hits first; the newest first when the query has operators only or says sort:newest."""
        parsed = parse_query(query)
        parsed.check_reader(reader)
        snapshot = self._index.lexical.snapshot()
        notes = list(parsed.notes)
        if snapshot is None:
            return Retrieved(
                hits=(),
                query=parsed.to_json(),
                coverage=self._coverage(0, 0),
                as_of=None,
                notes=(*notes, "nothing is indexed yet; run: linnet index"),
            )
        notes += snapshot.notes(parsed, reader=reader)
        vector_count = self._vectors.count()
        vector = None
        by_meaning = bool(parsed.text) and parsed.sort == "relevance"
        if by_meaning and not vector_count:
            notes.append("found by words only: no post has a vector yet")
        elif by_meaning and self._config.latin_vectors_only and not mostly_latin(parsed.text):
            notes.append("found by words only: the embedder does not know this script")
        elif by_meaning:
            vector = self._embedder.embed([parsed.text])[0]
        hits = self._hits(parsed, vector, snapshot, limit=limit, reader=reader, purpose=purpose)
        return Retrieved(
            hits=tuple(hits),
            query=parsed.to_json(),
            coverage=self._coverage(snapshot.post_count, vector_count),
            as_of=self._as_of(snapshot, reader=reader, purpose=purpose),
            notes=tuple(notes),
        )

    def _hits(
        self,
        query: ParsedQuery,
        vector: object | None,
        snapshot: LexicalSnapshot,
        *,
        limit: int,
        reader: str | None,
        purpose: str,
    ) -> list[Hit]:
        ranks = bool(query.text) and query.sort == "relevance"  # else the newest come first
        count = max(self._config.candidates, limit * self._config.candidates_per_hit)
        for round_number in range(1, self._config.max_rounds + 1):
            by_words = snapshot.search(query, limit=count, reader=reader)
            similarities = self._neighbours(query, vector, snapshot, limit=count, reader=reader)
            by_meaning = self._usable_by_meaning(
                snapshot.lookup(list(similarities), query=query, reader=reader), reader=reader
            )
            scores = reciprocal_rank_fusion(
                [
                    (1.0, [post.post_id for post in by_words] if ranks else []),
                    (
                        self._config.vector_weight,
                        [post_id for post_id in similarities if post_id in by_meaning],
                    ),
                ]
            )
            found = by_meaning | {post.post_id: post for post in by_words}
            allowed = self._allowed(list(found.values()), snapshot.seq, reader=reader, purpose=purpose)
            ranked = in_order((post for post in found.values() if post.post_id in allowed), scores)
            shown = without_repeats(ranked)
            exhausted = len(by_words) < count and len(similarities) < count
            if len(shown) >= limit or exhausted or round_number == self._config.max_rounds:
                break
            count *= 4
        similarities = {post_id: value for post_id, value in similarities.items() if post_id in by_meaning}
        return [_hit(post, scores, similarities) for post in shown[:limit]]

    def _neighbours(
        self,
        query: ParsedQuery,
        vector: object | None,
        snapshot: LexicalSnapshot,
        *,
        limit: int,
        reader: str | None,
    ) -> dict[str, float]:
        """post_id -> cosine, nearest first, of posts whose vector may still be used."""
        if vector is None:
            return {}
        author_ids = snapshot.author_ids(query.authors, reader=reader)
        near = self._vectors.search(vector, query=query, author_ids=author_ids, reader=reader, limit=limit)
        return {n.post_id: n.similarity for n in near if n.similarity >= self._config.min_similarity}

    def _usable_by_meaning(
        self, posts: Mapping[str, IndexedPost], *, reader: str | None
    ) -> dict[str, IndexedPost]:
        """Without the posts whose authors have, since the vectors were made, taken back the consent to embed."""
        seq = self._index.vector_seq()
        usable = self._allowed(list(posts.values()), seq, reader=reader, purpose="embed")
        return {post_id: post for post_id, post in posts.items() if post_id in usable}

    def _allowed(
        self, posts: Sequence[IndexedPost], index_seq: int, *, reader: str | None, purpose: str
    ) -> set[str]:
        """Those of `posts` that may be used: for an answer only what may also be found, since it quotes them."""
        candidates = [
            Candidate(
                post_id=post.post_id,
                author_id=post.author_id,
                visibility=post.visibility,
                repost_of=post.repost_of,
            )
            for post in posts
            if post.visibility == "public" or (reader is not None and post.author_id == reader)
        ]
        if not candidates:
            return set()
        purposes = ("retrieve", "generate") if purpose == "generate" else (purpose,)
        return set.intersection(
            *(
                self._gate.visible(candidates, purpose=each, reader=reader, index_seq=index_seq)
                for each in purposes
            )
        )

    def _as_of(self, snapshot: LexicalSnapshot, *, reader: str | None, purpose: str) -> datetime | None:
        """The time of the newest public post that could have been shown; that of a hidden one stays unsaid."""
        for count in NEWEST_LOOKED_AT:
            newest = snapshot.newest_public(count)
            allowed = self._allowed(newest, snapshot.seq, reader=reader, purpose=purpose)
            times = [post.created_at for post in newest if post.post_id in allowed]
            if times or len(newest) < count:
                break
        return max(times, default=None)

    def _coverage(self, lexical: int, vectors: int) -> Mapping[str, float]:
        seq = self._feed.current_seq()
        with self._lock:
            if self._totals is None or self._totals[0] != seq:
                totals = {purpose: self._feed.count(purpose=purpose) for purpose in ("retrieve", "embed")}
                self._totals = (seq, totals)
            totals = self._totals[1]
        return {"lexical": share(lexical, totals["retrieve"]), "vectors": share(vectors, totals["embed"])}


def mostly_latin(text: str) -> bool:
    """Whether at least half of the letters are Latin; also true without letters."""
    letters = len(_LETTER.findall(text))
    return letters == 0 or len(_LATIN.findall(text)) * 2 >= letters


def _hit(post: IndexedPost, scores: Mapping[str, float], similarities: Mapping[str, float]) -> Hit:
    parts: dict[str, float] = {}
    if post.score:
        parts["bm25"] = round(post.score, 4)
    if post.post_id in similarities:
        parts["cosine"] = round(similarities[post.post_id], 4)
    return Hit(
        post_id=post.post_id,
        author_id=post.author_id,
        author_name=post.author_name,
        created_at=post.created_at,
        text=post.text,
        language=post.language,
        score=round(scores.get(post.post_id, 0.0), 6),
        score_parts=parts,
    )
