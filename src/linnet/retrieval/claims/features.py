"""The scores of a post's candidates, one column a feature.

bm25_title, bm25_text, bm25_both   BM25 of stems against title, text, both
bm25_characters                    BM25 of runs of four characters against both
query_coverage                     the share of what the post says that the document has
characters_coverage                the share of the document's runs that the post has
author_coverage                    the same for the name in the post's signature
cosine_title, cosine_text          meaning of what is said against title, text
cosine_text_author                 with the author's name in front
cosine_raw_title, cosine_raw_text  the post as it stands
late_query, late_document          token by token, both ways (late interaction, Khattab and Zaharia 2020),
                                   weighted by rarity
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from linnet.retrieval.claims.lexical import Bm25, character_runs, stems
from linnet.retrieval.claims.said import Said

FIRST = (
    "bm25_title", "bm25_text", "bm25_both", "bm25_characters", "query_coverage", "characters_coverage",
    "author_coverage", "cosine_title", "cosine_text", "cosine_text_author", "cosine_raw_title", "cosine_raw_text",
)  # fmt: skip
LATE = ("late_query", "late_document")
FEATURES = (*FIRST, *LATE)
# What a candidate has to be among the best of, by one of these, and what puts the candidates in their first order.
CANDIDATE_FEATURES = (
    "bm25_both", "bm25_characters", "query_coverage", "cosine_title", "cosine_text", "cosine_text_author",
    "cosine_raw_title", "cosine_raw_text",
)  # fmt: skip


class TokenEmbedder(Protocol):
    def embed(self, texts: Sequence[str]) -> Any: ...

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]: ...

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]: ...


class DocumentScores:
    """Everything that is made once of the documents: titles and texts, of equal number."""

    def __init__(self, titles: Sequence[str], texts: Sequence[str], embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self.both = [f"{title} {text}".strip() for title, text in zip(titles, texts, strict=True)]
        words = stems()
        self._title = Bm25(titles, words)
        self._text = Bm25(texts, words)
        self._both = Bm25(self.both, words)
        self._characters = Bm25(self.both, character_runs)
        self._title_vectors = embedder.embed(titles)
        self._text_vectors = embedder.embed(texts)
        self._rarity: np.ndarray | None = None
        self._tokens: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def first(self, posts: Sequence[Said]) -> list[dict[str, np.ndarray]]:
        """FIRST of every document, for each post."""
        texts = [post.text or post.raw for post in posts]
        vectors = self._embedder.embed(texts)
        with_author = self._embedder.embed(
            [
                f"{post.author}: {text}" if post.author else text
                for post, text in zip(posts, texts, strict=True)
            ]
        )
        raw = self._embedder.embed([post.raw for post in posts])
        return [
            {
                "bm25_title": self._title.scores(text),
                "bm25_text": self._text.scores(text),
                "bm25_both": self._both.scores(text),
                "bm25_characters": self._characters.scores(text),
                "query_coverage": self._both.query_coverage(text),
                "characters_coverage": self._characters.document_coverage(text),
                "author_coverage": self._both.query_coverage(post.author),
                "cosine_title": self._title_vectors @ vectors[row],
                "cosine_text": self._text_vectors @ vectors[row],
                "cosine_text_author": self._text_vectors @ with_author[row],
                "cosine_raw_title": self._title_vectors @ raw[row],
                "cosine_raw_text": self._text_vectors @ raw[row],
            }
            for row, (post, text) in enumerate(zip(posts, texts, strict=True))
        ]

    def late(self, post: Said, places: Sequence[int]) -> dict[str, np.ndarray]:
        """LATE of the documents at `places`."""
        ((pieces, vectors),) = self._embedder.embed_tokens([post.text or post.raw])
        missing = [place for place in places if place not in self._tokens]
        tokens = self._embedder.embed_tokens([self.both[place] for place in missing])
        self._tokens.update(zip(missing, tokens, strict=True))
        by_query, by_document = np.zeros(len(places)), np.zeros(len(places))
        for row, place in enumerate(places):
            document_pieces, document_vectors = self._tokens[place]
            if not len(pieces) or not len(document_pieces):
                continue
            cosines = vectors.astype(np.float32) @ document_vectors.astype(np.float32).T
            by_query[row] = _mean(cosines.max(axis=1), self._weights(pieces))
            by_document[row] = _mean(cosines.max(axis=0), self._weights(document_pieces))
        return {"late_query": by_query, "late_document": by_document}

    def _weights(self, pieces: np.ndarray) -> np.ndarray:
        """The rarity of word pieces: the log of one over the share of documents that have it."""
        if self._rarity is None:
            share = np.zeros(1)
            for found in map(np.unique, self._embedder.pieces(self.both)):
                if found.size:
                    share = np.pad(share, (0, max(0, int(found.max()) + 1 - len(share))))
                    share[found] += 1
            self._rarity = np.log(1 + (len(self.both) - share + 0.5) / (share + 0.5))
        rarity = self._rarity
        unknown = np.log(1 + 2 * len(self.both))
        return np.where(pieces < len(rarity), rarity[np.minimum(pieces, len(rarity) - 1)], unknown)


def _mean(values: np.ndarray, weights: np.ndarray) -> float:
    return float((values * weights).sum() / max(weights.sum(), 1e-9))
