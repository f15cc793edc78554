"""An embedder for tests: the words of a text hashed into a few dimensions. Equal words are near, nothing else is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

DIMENSIONS = 64


class HashedEmbedder:
    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row] += _vector(word)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def embed_tokens(self, texts: Sequence[str]) -> list[tuple[np.ndarray, np.ndarray]]:
        return [
            (pieces, np.array([_vector(word) for word in text.lower().split()]).reshape(-1, DIMENSIONS))
            for pieces, text in zip(self.pieces(texts), texts, strict=True)
        ]

    def pieces(self, texts: Sequence[str]) -> list[np.ndarray]:
        return [
            np.array([_number(word) % 1000 for word in text.lower().split()], dtype=np.int64)
            for text in texts
        ]


def _number(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")


def _vector(word: str) -> np.ndarray:
    vector = np.random.default_rng(_number(word)).normal(size=DIMENSIONS).astype(np.float32)
    return vector / np.linalg.norm(vector)
