from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from linnet.evaluation.heldout import HeldoutConfig, evaluate_heldout
from linnet.model.tokenizer import load_tokenizer
from tests.evaluation.tiny_models import make_tokenizer, uniform, with_second_platform
from tests.model.corpora import WORDS, random_posts, random_threads, write_corpus


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(corpus of posts and threads in two languages, a uniform model)."""
    root = tmp_path_factory.mktemp("heldout")
    threads = [*random_posts(60), *random_threads(20)]
    languages = ["en" if number % 3 else "de" for number in range(len(threads))]
    corpus = write_corpus(root / "corpus", threads, languages=languages, heldout_every=4)
    with_second_platform(corpus)
    return corpus, uniform(root / "base", make_tokenizer(corpus, root / "tokenizer"))


def test_held_out_posts_are_scored_with_their_facts(parts: tuple[Path, Path], tmp_path: Path) -> None:
    import polars as pl

    corpus, model = parts
    rows = pl.read_parquet(corpus / "documents-*.parquet").filter(pl.col("split") == "heldout")
    texts = [text for document in rows["texts"] for text in document]
    tokenizer = load_tokenizer(model)
    bits = math.log2(tokenizer.vocab_size) * sum(len(tokenizer.encode_text(text)) + 1 for text in texts)
    report = evaluate_heldout(corpus, model, tmp_path, config=HeldoutConfig())
    assert report.posts == len(texts)
    assert report.bytes == sum(len(text.encode()) for text in texts)
    assert report.bits_per_byte == pytest.approx(bits / report.bytes, abs=1e-4)
    assert report.bits_per_byte_without_controls == report.bits_per_byte  # of a uniform model
    assert report.controls == {"month": len(texts), "language": len(texts), "platform": len(texts)}
    assert set(report.by["language"]) == {"de", "en"}
    assert set(report.by["month"]) == {"2026-01"}
    assert set(report.by["source"]) == {"test"}
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["bits_per_byte"] == report.bits_per_byte
    assert written["by"]["source"]["test"]["posts"] == report.posts


def test_what_is_written_holds_no_text(parts: tuple[Path, Path], tmp_path: Path) -> None:
    corpus, model = parts
    evaluate_heldout(corpus, model, tmp_path, config=HeldoutConfig(max_posts=5))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert written
    assert not [word for word in WORDS if len(word) > 4 and word.encode() in written]


def test_a_corpus_that_holds_nothing_out_has_no_figure(parts: tuple[Path, Path], tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus", random_posts(5))
    report = evaluate_heldout(corpus, parts[1], tmp_path / "out", config=HeldoutConfig())
    assert (report.bits_per_byte, report.posts) == (None, 0)
    assert json.loads((tmp_path / "out" / "report.json").read_text())["bits_per_byte"] is None


def test_the_same_posts_are_drawn_every_time(parts: tuple[Path, Path], tmp_path: Path) -> None:
    some = HeldoutConfig(max_posts=7)
    first, second = (evaluate_heldout(*parts, tmp_path / name, config=some) for name in ("a", "b"))
    assert first == second
    assert first.posts == 7
