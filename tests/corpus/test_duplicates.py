"""Shingles, signatures, candidates, similarity."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.corpus.duplicates import (
    BANDS,
    band_hashes,
    band_pairs,
    exact_copies,
    jaccard,
    normalised,
    shingle_hashes,
    signatures,
)


def plain_jaccard(left: str, right: str) -> float:
    def shingles(text: str) -> set[str]:
        text = text.ljust(5)
        return {text[i : i + 5] for i in range(len(text) - 4)}

    first, second = shingles(left), shingles(right)
    return len(first & second) / len(first | second)


def test_shingles_do_not_cross_texts():
    together, offsets = shingle_hashes(["harbour", "ab", "ferry boat"])
    assert offsets.tolist() == [0, 3, 4, 10]
    alone = [shingle_hashes([text])[0].tolist() for text in ("harbour", "ab", "ferry boat")]
    assert together.tolist() == [value for values in alone for value in values]


@given(st.lists(st.text(min_size=0, max_size=40), min_size=1, max_size=8))
def test_shingle_counts(texts):
    hashes, offsets = shingle_hashes(texts)
    assert len(hashes) == offsets[-1] == sum(max(len(text) - 4, 1) for text in texts)


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=6))
def test_similarity_is_that_of_the_sets(pairs):
    left, right = zip(*pairs, strict=True)
    expected = [plain_jaccard(one, other) for one, other in pairs]
    assert jaccard(left, right).tolist() == pytest.approx(expected)


def test_normalised_sees_through_case_and_punctuation():
    frame = pl.DataFrame({"text": ["Hello,   WORLD!!", "hello world"]})
    assert frame.select(normalised(pl.col("text")))["text"].n_unique() == 1


@pytest.mark.parametrize(
    ("text", "copy", "other"),
    [
        (
            "the old harbour ferry runs again from monday morning at eight",
            "the old harbour ferry runs again from monday morning at nine",
            "something else entirely about the football match on sunday",
        ),
        (
            "港の古いフェリーは月曜日の朝から再び運航しますので皆さんどうぞ",
            "港の古いフェリーは月曜日の朝から再び運航しますので皆さんぜひ",
            "日曜日のサッカーの試合については全く別の話をしましょう",
        ),
        (
            "تعود العبارة القديمة في الميناء إلى العمل صباح يوم الاثنين القادم",
            "تعود العبارة القديمة في الميناء إلى العمل صباح يوم الاثنين",
            "مباراة كرة القدم يوم الأحد شيء آخر تماما لا علاقة له بالبحر",
        ),
    ],
)
def test_copies_share_a_band_in_any_script(text, copy, other):
    bands = band_hashes([text, copy, other])
    assert (bands[0] == bands[1]).any()
    assert not (bands[0] == bands[2]).any()


def test_candidates_are_the_oldest_and_the_next_older():
    rows = np.array([3, 5, 8, 9])
    pairs = band_pairs(np.array([7, 7, 1, 7], dtype=np.uint64), rows)
    assert sorted(pairs.iter_rows()) == [(5, 3), (9, 3), (9, 5)]
    assert not len(band_pairs(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)))


def test_an_exact_copy_names_the_first_good_row():
    high = pl.Series([1, 1, 1, 2, 1], dtype=pl.UInt64)
    low = pl.Series([5, 5, 5, 5, 6], dtype=pl.UInt64)
    good = np.array([False, True, True, True, True])
    assert exact_copies(high, low, good).tolist() == [-1, -1, 1, -1, -1]


def test_no_texts_have_no_bands():
    assert band_hashes([]).shape == (0, BANDS)


def test_signatures_estimate_the_similarity():
    """Equal entries are drawn with the similarity as their probability: the error is that of 128 draws."""
    words = [
        f"{place} {number} ferry at the pier" for number in range(200) for place in ("north", "old", "south")
    ]
    cut = [text[: len(text) * 3 // 4] for text in words]
    similar = jaccard(words, cut)
    estimated = (signatures(words) == signatures(cut)).mean(axis=0)
    assert abs((estimated - similar).mean()) < 0.01
    assert (estimated - similar).std() < 1.5 * np.sqrt(similar * (1 - similar) / 128).mean()


def test_a_signature_does_not_depend_on_the_other_texts():
    texts = ["harbour", "ab", "", "the ferry " * 40_000, "the ferry runs"]
    together = signatures(texts)
    assert all((signatures([text])[:, 0] == together[:, row]).all() for row, text in enumerate(texts))
