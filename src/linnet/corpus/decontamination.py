"""Keeping evaluation sets out of the training data.

A post is contaminated when it shares a window of 40 normalised characters (about eight words) with an evaluation
text, or, being shorter, is one. GPT-3 used 13 words (Brown et al. 2020, appendix C) and PaLM 8 (Chowdhery et al. 2022,
section 8) on web pages; characters work in every script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.duplicates import normalised
from linnet.corpus.quality import own_words
from linnet.errors import BadInput

WINDOW = 40  # characters
SHORTEST = 15  # normalised characters: shorter evaluation texts ("yes", "thank you all") are everyone's words
TEXT_COLUMNS = ("text", "tweet", "question", "prompt", "claim", "content", "body")

# Odd, so that it has an inverse modulo 2^64: a window's hash is then the same wherever it stands.
_BASE = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class EvaluationWindows:
    """Sorted hashes of what must not be trained on."""

    hashes: np.ndarray  # uint64, sorted

    @classmethod
    def of_texts(cls, texts: Sequence[str]) -> EvaluationWindows:
        frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
        normal = frame.select(normalised(own_words(pl.col("text"))).alias("text"))["text"]
        hashes, _ = window_hashes([text for text in normal if len(text) >= SHORTEST])
        return cls(np.unique(hashes))

    @classmethod
    def read(cls, path: Path) -> EvaluationWindows:
        return cls(np.load(path))

    def write(self, path: Path) -> Path:
        temporary = path.with_name(path.name + ".part.npy")
        np.save(temporary, self.hashes)
        temporary.replace(path)
        return path

    def contains(self, normal: Sequence[str]) -> np.ndarray:
        """bool of shape (len(normal),): which normalised texts share a window with an evaluation text."""
        hashes, owners = window_hashes(normal)
        place = np.searchsorted(self.hashes, hashes)
        place[place == len(self.hashes)] = 0
        hit = self.hashes[place] == hashes if len(self.hashes) else np.zeros(len(hashes), dtype=bool)
        found = np.zeros(len(normal), dtype=bool)
        found[owners[hit]] = True
        return found


def window_hashes(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """(uint64 hashes of all windows, the row each belongs to). A text no longer than a window is one window."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    characters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    windows = np.maximum(lengths - WINDOW + 1, np.minimum(lengths, 1))
    owners = np.repeat(np.arange(len(texts)), windows)
    if not len(owners):
        return np.zeros(0, dtype=np.uint64), owners
    starts_of_texts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first_window = np.cumsum(windows) - windows
    start = starts_of_texts[owners] + np.arange(len(owners)) - first_window[owners]
    end = start + np.minimum(lengths[owners], WINDOW)
    powers = np.cumprod(np.full(len(characters) + 1, _BASE, dtype=np.uint64)) * np.uint64(
        pow(_BASE, -1, 2**64)
    )
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum((characters + np.uint64(1)) * powers[:-1])])
    inverse = np.cumprod(np.full(len(characters) + 1, pow(_BASE, -1, 2**64), dtype=np.uint64)) * np.uint64(
        _BASE
    )
    hashes = (sums[end] - sums[start]) * inverse[start]
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(32)
    return hashes, owners


def evaluation_texts(path: Path) -> list[str]:
    """The texts of one evaluation set: .txt (a text a line), .jsonl, .csv, .tsv or .parquet with a text column."""
    readers = {
        ".jsonl": pl.read_ndjson,
        ".parquet": pl.read_parquet,
        ".csv": pl.read_csv,
        ".tsv": lambda file: pl.read_csv(file, separator="\t", quote_char=None),
    }
    if not path.is_file():
        raise BadInput(
            f"the evaluation set {path} is not there: correct [corpus] decontaminate in linnet.toml"
        )
    if path.suffix == ".txt":
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    if path.suffix not in readers:
        raise BadInput(f"the evaluation set {path} is no .txt, .jsonl, .csv, .tsv or .parquet file")
    try:
        frame = readers[path.suffix](path)  # type: ignore[operator]
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput(f"the evaluation set {path} cannot be read: {error}") from error
    names = [name for name in TEXT_COLUMNS if name in frame.columns and frame.schema[name] == pl.String]
    if not names:
        raise BadInput(
            f"the evaluation set {path} has none of the columns {', '.join(TEXT_COLUMNS)}: rename one of its own"
        )
    return [text for name in names for text in frame[name].drop_nulls()]
