from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from linnet.progress import SILENT
from linnet.training.spectral_start import PairModel, _pair_loss, count_pairs, spectral_start

VOCABULARY = 60
BOS = 0


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> PairModel:
    """A chain in which every token has three likely successors."""
    rng = np.random.default_rng(0)
    tokens = [BOS]
    for _ in range(40_000):
        tokens.append(
            BOS if rng.random() < 0.05 else 1 + (tokens[-1] * 7 + int(rng.integers(3))) % (VOCABULARY - 1)
        )
    path = tmp_path_factory.mktemp("tokens") / "a.bin"
    np.array(tokens, "<u2").tofile(path)
    return count_pairs(
        [path], dtype="uint16", vocab_size=VOCABULARY, bos_id=BOS, max_tokens=10**9, progress=SILENT
    )


def probabilities(pairs: PairModel) -> np.ndarray:
    counts = pairs.counts.toarray()
    seen = np.where(counts > 0, counts - 0.75, 0) / np.maximum(pairs.totals, 1)[:, None]
    return seen + pairs.backoff_weight[:, None] * pairs.backoff


def test_the_pair_model_is_a_distribution_and_never_steps_into_the_next_document(pairs: PairModel) -> None:
    assert probabilities(pairs).sum(1) == pytest.approx(np.ones(VOCABULARY), abs=1e-4)
    assert pairs.counts[:, BOS].sum() == 0
    assert pairs.counts.sum() == pytest.approx(38_000, rel=0.02)


def test_the_first_weights_predict_the_next_token(pairs: PairModel) -> None:
    embedding, head = spectral_start(pairs, 32, steps=80, seed=1, rows=64)
    assert embedding.shape == head.shape == (VOCABULARY, 32)
    assert (embedding**2).mean(1) == pytest.approx(np.ones(VOCABULARY), abs=1e-3)
    everything = np.arange(VOCABULARY)
    loss, _, _ = _pair_loss(pairs, everything, embedding, head)
    target = probabilities(pairs)
    entropy = -(target * np.log(target)).sum(1).mean()
    assert entropy <= loss < entropy + 0.1 < np.log(VOCABULARY) - 1


def test_a_vocabulary_smaller_than_the_width(pairs: PairModel) -> None:
    embedding, head = spectral_start(pairs, 2 * VOCABULARY, steps=5, seed=1, rows=32)
    assert embedding.shape == head.shape == (VOCABULARY, 2 * VOCABULARY)
    assert np.isfinite(embedding).all() and np.isfinite(head).all()


def test_the_same_seed_gives_the_same_weights(pairs: PairModel) -> None:
    first, again, other = (spectral_start(pairs, 16, steps=5, seed=seed, rows=32) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[1], other[1])


def test_gradients_are_those_of_the_loss(pairs: PairModel) -> None:
    rng = np.random.default_rng(2)
    embedding, head = rng.standard_normal((2, VOCABULARY, 8))
    chosen = np.arange(1, 12)
    loss, of_embedding, of_head = _pair_loss(pairs, chosen, embedding, head)
    for values, gradient, place in ((embedding, of_embedding, (5, 3)), (head, of_head, (17, 2))):
        values[place] += 1e-5
        moved, _, _ = _pair_loss(pairs, chosen, embedding, head)
        values[place] -= 1e-5
        assert (moved - loss) / 1e-5 == pytest.approx(gradient[place], rel=1e-3, abs=1e-6)


def test_no_more_tokens_are_counted_than_asked(tmp_path: Path) -> None:
    np.arange(1, 101, dtype="<u2").tofile(tmp_path / "a.bin")
    np.arange(1, 101, dtype="<u2").tofile(tmp_path / "b.bin")
    counted = count_pairs(
        [tmp_path / "a.bin", tmp_path / "b.bin"],
        dtype="uint16", vocab_size=120, bos_id=0, max_tokens=100, progress=SILENT,
    )  # fmt: skip
    assert counted.counts.sum() == 99
