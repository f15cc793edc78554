"""BM25 (Robertson and Zaragoza 2009) of all documents at once, over stems or over runs of four characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import regex

K1 = 1.2

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[.,]\p{N}+)?")
_POSSESSIVE = regex.compile(r"['’]s\b")
# Words that are in nearly every sentence; English, as the shipped fusion is.
_COMMON = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "just",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "rt",
        "s",
        "she",
        "so",
        "t",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "u",
        "us",
        "via",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
        "re",
    ]
)

Terms = Callable[[str], list[str]]


def stems(language: str = "english") -> Terms:
    """Words of a text without the commonest, as Snowball stems."""
    import Stemmer

    stemmer = Stemmer.Stemmer(language)

    def terms(text: str) -> list[str]:
        found = _WORD.findall(_POSSESSIVE.sub("", text.lower()))
        return stemmer.stemWords([word for word in found if word not in _COMMON])

    return terms


def character_runs(text: str, length: int = 4) -> list[str]:
    spaced = f" {' '.join(_WORD.findall(text.lower()))} "
    return [spaced[start : start + length] for start in range(len(spaced) - length + 1)]


class Bm25:
    """Scores every document for a query. `b` is how much the length of a document counts."""

    def __init__(self, texts: Sequence[str], terms: Terms, *, b: float = 0.5) -> None:
        from scipy import sparse

        self._terms = terms
        self._vocabulary: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        lengths = np.ones(len(texts))
        for row, text in enumerate(texts):
            found = Counter(terms(text))
            lengths[row] = max(found.total(), 1)
            for term, count in found.items():
                rows.append(row)
                columns.append(self._vocabulary.setdefault(term, len(self._vocabulary)))
                counts.append(count)
        self._count = len(texts)
        shape = (len(texts), max(len(self._vocabulary), 1))
        share = np.bincount(columns, minlength=shape[1])
        self._idf = np.log(1 + (len(texts) - share + 0.5) / (share + 0.5))
        norm = K1 * (1 - b + b * lengths / lengths.mean()) if len(texts) else lengths
        tf = np.asarray(counts, dtype=float)
        values = tf * (K1 + 1) / (tf + norm[rows]) if rows else tf
        by_document = sparse.csr_matrix((values * self._idf[columns], (rows, columns)), shape=shape)
        presence = sparse.csr_matrix((self._idf[columns], (rows, columns)), shape=shape)
        self._scores = by_document.T.tocsr()  # term -> documents
        self._presence = presence.T.tocsr()
        self._weight = np.maximum(
            np.asarray(presence.sum(axis=1)).ravel(), 1e-9
        )  # of all terms of a document

    def scores(self, query: str) -> np.ndarray:
        """float (documents,)"""
        return self._sum(self._scores, self._terms(query))

    def query_coverage(self, query: str) -> np.ndarray:
        """The share of the query's terms, weighted by rarity, that each document has. (documents,)"""
        terms = set(self._terms(query))
        unknown = math.log(max(self._count, 2))
        total = sum(
            self._idf[self._vocabulary[term]] if term in self._vocabulary else unknown for term in terms
        )
        return self._sum(self._presence, terms) / max(total, 1e-9)

    def document_coverage(self, query: str) -> np.ndarray:
        """The share of each document's terms, weighted by rarity, that the query has. (documents,)"""
        return self._sum(self._presence, self._terms(query)) / self._weight

    def _sum(self, matrix: object, terms: Sequence[str] | set[str]) -> np.ndarray:
        known = sorted({self._vocabulary[term] for term in terms if term in self._vocabulary})
        if not known:
            return np.zeros(self._count)
        return np.asarray(matrix[known].sum(axis=0)).ravel()  # type: ignore[index]
