from __future__ import annotations

from pathlib import Path

import pytest

from linnet.model.tokenizer import TokenizerConfig, train_tokenizer
from tests.model.corpora import random_posts, random_threads, write_corpus


@pytest.fixture(scope="session", autouse=True)
def offline() -> None:
    import os

    os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 8,000 tokens in two files: single posts and reply threads, a tenth held out."""
    documents = [*random_posts(300), *random_threads(60, seed=1)]
    return write_corpus(tmp_path_factory.mktemp("corpus"), documents, heldout_every=10, files=2)


@pytest.fixture(scope="session")
def tokenizer(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tokenizer")
    train_tokenizer(corpus, out, config=TokenizerConfig(vocab_size=400))
    return out
