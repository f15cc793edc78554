"""Exact and near duplicates. The oldest copy stays; each later one names the copy it repeats.

Near duplicates: MinHash (Broder 1997) over shingles of five characters, so that scripts without spaces work
too, in 16 bands of 8 rows. A text is compared with the oldest and with the next older text that share a band
with it, and is a duplicate only when the Jaccard similarity of their shingles really reaches the threshold. A pair
with similarity s shares a band with probability 1 - (1 - s^8)^16: 0.95 at 0.8, 0.99 at 0.85.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

SHINGLE_CHARACTERS = 5
BANDS = 16
ROWS_A_BAND = 8
TEXTS_AT_ONCE = 512  # with the next: what stays in the processor's cache, found by trying
SHINGLES_AT_ONCE = 131_072

_RANDOM = np.random.Generator(np.random.PCG64(42))  # the same numbers in every version of NumPy
_FACTORS = (_RANDOM.integers(0, 2**31, BANDS * ROWS_A_BAND, dtype=np.uint32) << 1) | np.uint32(1)
_SHIFTS = _RANDOM.integers(0, 2**32, BANDS * ROWS_A_BAND, dtype=np.uint32)

# Odd multipliers of the polynomial shingle hash (arithmetic is modulo 2^64).
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD],
    dtype=np.uint64,
)


def normalised(words: pl.Expr) -> pl.Expr:
    """What copies of a text have in common: letters, marks and digits in lower case, one space between words."""
    return words.str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}\p{N}]+", " ").str.strip_chars()


def shingle_hashes(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of all five-character windows: a flat uint64 array and the row offsets (len(texts) + 1).

    A text shorter than a window counts as one shingle.
    """
    padded = [text if len(text) >= SHINGLE_CHARACTERS else text.ljust(SHINGLE_CHARACTERS) for text in texts]
    characters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    windows = lengths - (SHINGLE_CHARACTERS - 1)
    offsets = np.concatenate([[0], np.cumsum(windows)])
    hashes = np.zeros(max(len(characters) - SHINGLE_CHARACTERS + 1, 0), dtype=np.uint64)
    for position, multiplier in enumerate(_MULTIPLIERS):
        window = characters[position : position + len(hashes)].astype(np.uint64)
        hashes += (window + np.uint64(position + 1)) * multiplier
    hashes ^= hashes >> np.uint64(29)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(32)
    ends = np.cumsum(lengths)
    inside = np.ones(len(hashes), dtype=bool)  # windows that do not cross from one text into the next
    for back in range(1, SHINGLE_CHARACTERS):
        crossing = ends[:-1] - back
        inside[crossing] = False
    return hashes[inside], offsets


def signatures(texts: Sequence[str]) -> np.ndarray:
    """MinHash signatures, uint32 of shape (BANDS * ROWS_A_BAND, len(texts)).

    The permutations are linear, h -> a h + b modulo 2^32 with odd a (Bohman, Cooper and Frieze 2000), over the upper
    halves of the shingle hashes. Texts of like length go through together, one permutation at a time over all of
    them, which the processor does eight at once; a shorter text is filled up with its own last shingle.
    """
    hashes, offsets = shingle_hashes(texts)
    short = (hashes >> np.uint64(32)).astype(np.uint32)
    counts = np.diff(offsets)
    order = np.argsort(counts, kind="stable")
    found = np.empty((len(_FACTORS), len(texts)), dtype=np.uint32)
    start = 0
    while start < len(order):
        rows = order[start : start + TEXTS_AT_ONCE]
        rows = rows[: max(SHINGLES_AT_ONCE // int(counts[rows[-1]]), 1)]
        longest = counts[rows[-1]]
        places = np.minimum(np.arange(longest)[:, None], counts[rows] - 1) + offsets[rows]
        shingles = short[places]
        permuted = np.empty_like(shingles)
        least = np.empty((len(_FACTORS), len(rows)), dtype=np.uint32)
        for number, (factor, shift) in enumerate(zip(_FACTORS, _SHIFTS, strict=True)):
            np.multiply(shingles, factor, out=permuted)
            np.add(permuted, shift, out=permuted)
            np.minimum.reduce(permuted, axis=0, out=least[number])
        found[:, rows] = least
        start += len(rows)
    return found


def band_hashes(texts: Sequence[str]) -> np.ndarray:
    """uint64 array of shape (len(texts), BANDS); equal values in one column make two texts candidates."""
    if not texts:
        return np.zeros((0, BANDS), dtype=np.uint64)
    rows = signatures(texts).reshape(BANDS, ROWS_A_BAND, len(texts)).astype(np.uint64)
    bands = np.zeros((BANDS, len(texts)), dtype=np.uint64)
    for row in range(ROWS_A_BAND):
        bands = (bands ^ rows[:, row]) * np.uint64(0x9E3779B97F4A7C15)
        bands ^= bands >> np.uint64(31)
    return bands.T


def exact_copies(high: pl.Series, low: pl.Series, good: np.ndarray) -> np.ndarray:
    """For each row (in order of age) the first good row with the same 128-bit digest; -1 where that is itself.

    int64 of shape (n,); rows that are not good are nobody's copy and have none.
    """
    rows = pl.DataFrame({"row": np.arange(len(good)), "high": high, "low": low}).filter(pl.Series(good))
    first = rows.select("row", pl.col("row").first().over("high", "low").alias("first"))
    repeats = np.full(len(good), -1, dtype=np.int64)
    copies = first.filter(pl.col("row") != pl.col("first"))
    repeats[copies["row"].to_numpy()] = copies["first"].to_numpy()
    return repeats


def band_pairs(hashes: np.ndarray, rows: np.ndarray) -> pl.DataFrame:
    """Candidates in one band: (row, older) for the oldest and for the next older row with the same hash.

    `hashes` uint64 and `rows` int64 ascending, both of shape (n,).
    """
    order = np.argsort(hashes, kind="stable")
    sorted_hashes, sorted_rows = hashes[order], rows[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = sorted_hashes[1:] != sorted_hashes[:-1]
    first = sorted_rows[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))]
    later = np.flatnonzero(~begins)
    row, oldest, previous = sorted_rows[later], first[later], sorted_rows[later - 1]
    apart = previous != oldest
    return pl.DataFrame(
        {
            "row": np.concatenate([row, row[apart]]),
            "older": np.concatenate([oldest, previous[apart]]),
        }
    )


PAIRS_AT_ONCE = 2_000  # small enough for the cache


def jaccard(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    """Jaccard similarity of the shingles of each pair of texts, float64 of shape (n,).

    Shingles are compared by 32 bits of their hashes: two of a pair's few hundred meet by chance once in 100,000 pairs.
    """
    similar = np.empty(len(left))
    for start in range(0, len(left), PAIRS_AT_ONCE):
        some = slice(start, start + PAIRS_AT_ONCE)
        similar[some] = _jaccard(left[some], right[some])
    return similar


def _jaccard(left: Sequence[str], right: Sequence[str]) -> np.ndarray:
    first, second = _shingle_sets(left), _shingle_sets(right)
    both = np.concatenate([first, second])
    both.sort()
    shared = both[1:][both[1:] == both[:-1]]
    common = _count_pairs(shared, len(left))
    return common / (_count_pairs(first, len(left)) + _count_pairs(second, len(left)) - common)


def _shingle_sets(texts: Sequence[str]) -> np.ndarray:
    """The distinct shingles of all texts: pair number in the upper half, hash in the lower; sorted."""
    hashes, offsets = shingle_hashes(texts)
    pair = np.repeat(np.arange(len(texts), dtype=np.uint64), np.diff(offsets))
    shingles = (pair << np.uint64(32)) | (hashes & np.uint64(0xFFFFFFFF))
    shingles.sort()
    return shingles[np.concatenate([[True], shingles[1:] != shingles[:-1]])]


def _count_pairs(shingles: np.ndarray, pairs: int) -> np.ndarray:
    return np.bincount((shingles >> np.uint64(32)).astype(np.int64), minlength=pairs)
