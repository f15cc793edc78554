"""A model's first weights from counts: before its first step it predicts each token from the one before it.

Counting the pairs of neighbouring tokens in a whole corpus takes seconds; learning them by gradient steps takes most
of a short run, and a short run sees only a part of the corpus. So the input embedding E and the output head W start
where softmax(W norm(E[a])) is near p(b | a), and the blocks start silent (their output matrices are zero):

1. p(b | a) by absolute discounting (Ney, Essen & Kneser 1994), discount 0.75, backing off to the share of different
   tokens that b follows (Kneser & Ney 1995);
2. a singular value decomposition of log p(b | a) over its back-off, weighted by how frequent a and b are
   (randomised: Halko, Martinsson & Tropp 2011), as Levy & Goldberg 2014 read word embeddings;
3. a few steps of Adam on the exact cross-entropy between p and the model, rows drawn by frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.progress import SILENT, Progress

if TYPE_CHECKING:
    import numpy as np

DISCOUNT = 0.75
CHUNK = 12_000_000  # tokens counted at a time


@dataclass(frozen=True)
class PairModel:
    """p(b | a) = (count(a, b) - DISCOUNT)+ / total(a) + backoff_weight(a) * backoff(b)."""

    counts: Any  # scipy CSR matrix of float32, (vocabulary, vocabulary)
    totals: np.ndarray  # float32, (vocabulary,)
    backoff_weight: np.ndarray  # float32, (vocabulary,)
    backoff: np.ndarray  # float32, (vocabulary,), sums to 1


def count_pairs(
    shards: Sequence[Path], *, dtype: str, vocab_size: int, bos_id: int, max_tokens: int, progress: Progress
) -> PairModel:
    """Count neighbouring tokens, the step from one document into the next left out."""
    import numpy as np
    import scipy.sparse as sparse

    counts: Any = sparse.csr_matrix((vocab_size, vocab_size), dtype=np.float32)
    left = max_tokens
    progress.start("Counting token pairs", unit="tokens")
    for path in shards:
        tokens = np.memmap(path, dtype=np.dtype(dtype).newbyteorder("<"), mode="r")
        for start in range(0, min(len(tokens), left), CHUNK):
            piece = np.asarray(tokens[start : start + CHUNK + 1]).astype(np.int64)
            before, after = piece[:-1], piece[1:]
            inside = after != bos_id
            pairs = (np.ones(int(inside.sum()), np.float32), (before[inside], after[inside]))
            counts = counts + sparse.coo_matrix(pairs, shape=counts.shape).tocsr()
            progress.advance(len(piece))
        left -= len(tokens)
        if left <= 0:
            break
    totals = np.asarray(counts.sum(1)).ravel()
    kinds = np.diff(counts.indptr)
    weight = np.where(totals > 0, DISCOUNT * kinds / np.maximum(totals, 1), 1.0)
    follows = np.bincount(counts.indices, minlength=vocab_size) + 0.05
    return PairModel(
        counts=counts,
        totals=totals.astype(np.float32),
        backoff_weight=weight.astype(np.float32),
        backoff=(follows / follows.sum()).astype(np.float32),
    )


def spectral_start(
    pairs: PairModel, width: int, *, steps: int, seed: int, rows: int = 512, progress: Progress = SILENT
) -> tuple[np.ndarray, np.ndarray]:
    """Embedding and head, both float32 (vocabulary, width); the embedding's rows have a root mean square of 1."""
    import numpy as np

    rng = np.random.default_rng(seed)
    embedding, head = _decompose(pairs, width, rng)
    frequent = pairs.totals / pairs.totals.sum()
    adam = [_Adam(embedding), _Adam(head)]
    progress.start("Fitting the first weights to token pairs", steps, "steps")
    for step in range(steps):
        chosen = rng.choice(len(frequent), rows, p=frequent)
        loss, embedding_gradient, head_gradient = _pair_loss(pairs, chosen, embedding, head)
        learning_rate = 0.01 * (1 - step / steps)
        adam[0].step(embedding_gradient, learning_rate)
        adam[1].step(head_gradient, learning_rate)
        progress.advance(1, f"loss {loss:.2f}")
    norm = np.sqrt((embedding**2).mean(1, keepdims=True))
    return np.ascontiguousarray(embedding / norm, np.float32), np.ascontiguousarray(head, np.float32)


def _decompose(pairs: PairModel, width: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np
    import scipy.sparse as sparse

    seen = pairs.counts.tocoo()
    size = len(pairs.backoff)
    probability = (seen.data - DISCOUNT) / pairs.totals[seen.row]
    base = pairs.backoff_weight[seen.row] * pairs.backoff[seen.col]
    ratio = np.log1p(probability / base)  # 0 where a pair was not seen
    of_rows = np.sqrt(pairs.totals / pairs.totals.sum() + 1e-9)
    of_columns = np.sqrt(np.asarray(pairs.counts.sum(0)).ravel() / pairs.totals.sum() + 1e-9)
    weighted = sparse.csr_matrix(
        (ratio * of_rows[seen.row] * of_columns[seen.col], (seen.row, seen.col)), shape=(size, size)
    ).astype(np.float32)

    rank = min(width - 1, size)  # a vocabulary smaller than the width leaves the other dimensions at 0
    sketch = weighted @ rng.standard_normal((size, min(rank + 10, size))).astype(np.float32)
    for _ in range(2):
        sketch = weighted @ (weighted.T @ np.linalg.qr(sketch)[0])
    basis = np.linalg.qr(sketch)[0]
    left, values, right = np.linalg.svd((weighted.T @ basis).T, full_matrices=False)
    scale = np.sqrt(values[:rank])
    from_rows = _limited((basis @ left)[:, :rank] * scale / of_rows[:, None], pairs.totals)
    from_columns = _limited(
        right[:rank].T * scale / of_columns[:, None], np.asarray(pairs.counts.sum(0)).ravel()
    )

    # One dimension is the same for every token: through it the head adds the back-off's logarithm.
    constant = np.average(np.linalg.norm(from_rows, axis=1), weights=pairs.totals)
    unused = np.zeros((size, width - 1 - rank))
    embedding = np.concatenate([from_rows, unused, np.full((size, 1), constant)], 1)
    norm = np.sqrt((embedding**2).mean(1))
    typical = np.average(norm, weights=pairs.totals)
    backoff = np.log(pairs.backoff)
    head = np.concatenate([from_columns, unused, (backoff - backoff.mean())[:, None] / constant], 1) * typical
    return (embedding / norm[:, None]).astype(np.float32), head.astype(np.float32)


def _limited(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Rows of rare tokens, which the weighting blows up, cut to twice the usual length."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1)
    most = 2 * np.average(lengths, weights=weights)
    return rows * np.minimum(1, most / np.maximum(lengths, 1e-9))[:, None]


def _pair_loss(
    pairs: PairModel, chosen: np.ndarray, embedding: np.ndarray, head: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Cross-entropy in nats over the chosen rows, and its gradients."""
    import numpy as np

    raw = embedding[chosen]
    norm = np.sqrt((raw**2).mean(1, keepdims=True))
    unit = raw / norm
    logits = unit @ head.T
    logits -= logits.max(1, keepdims=True)
    target = pairs.backoff_weight[chosen][:, None] * pairs.backoff
    seen = pairs.counts[chosen].tocoo()
    target[seen.row, seen.col] += (seen.data - DISCOUNT) / pairs.totals[chosen][seen.row]
    wanted = np.einsum("ij,ij->i", target, logits)
    np.exp(logits, out=logits)
    total = logits.sum(1, keepdims=True)
    loss = float((np.log(total[:, 0]) - wanted).mean())
    logits /= total
    logits -= target
    logits /= len(chosen)
    head_gradient = logits.T @ unit
    along = logits @ head
    along -= unit * (along * unit).mean(1, keepdims=True)
    embedding_gradient = np.zeros_like(embedding)
    np.add.at(embedding_gradient, chosen, along / norm)
    return loss, embedding_gradient, head_gradient


class _Adam:
    """Kingma & Ba 2015 on one array, in place."""

    def __init__(self, values: np.ndarray) -> None:
        import numpy as np

        self.values = values
        self.first, self.second, self.steps = np.zeros_like(values), np.zeros_like(values), 0

    def step(
        self, gradient: np.ndarray, learning_rate: float, decay: tuple[float, float] = (0.9, 0.98)
    ) -> None:
        import numpy as np

        self.steps += 1
        self.first += (1 - decay[0]) * (gradient - self.first)
        self.second += (1 - decay[1]) * (gradient**2 - self.second)
        size = learning_rate * np.sqrt(1 - decay[1] ** self.steps) / (1 - decay[0] ** self.steps)
        self.values -= size * self.first / (np.sqrt(self.second) + 1e-12)
