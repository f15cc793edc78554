"""Stable hashes of ids and texts (XXH3): the same on every machine and in every version."""

from __future__ import annotations

import polars as pl
import xxhash


def hash64(values: pl.Series) -> pl.Series:
    """64 bits of each value, uint64; null stays null."""
    return pl.Series(
        values.name,
        [None if value is None else xxhash.xxh3_64_intdigest(value) for value in values.cast(pl.Binary)],
        dtype=pl.UInt64,
    )


def hash128(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """128 bits of each value as two columns of uint64: high and low."""
    digests = [xxhash.xxh3_128_intdigest(value) for value in values.cast(pl.Binary)]
    low = (1 << 64) - 1
    return (
        pl.Series([digest >> 64 for digest in digests], dtype=pl.UInt64),
        pl.Series([digest & low for digest in digests], dtype=pl.UInt64),
    )


def drawn(values: pl.Series, *, seed: int) -> pl.Series:
    """A number in [0, 1) for each value, always the same for the same one."""
    return pl.Series(
        [xxhash.xxh3_64_intdigest(value, seed=seed) / 2**64 for value in values.cast(pl.Binary)],
        dtype=pl.Float64,
    )
