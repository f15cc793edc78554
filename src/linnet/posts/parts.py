"""The posts of a store piece by piece, for work that never holds them all in memory, on any machine that sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from linnet.posts.consent_filter import COLUMNS as CONSENT_COLUMNS
from linnet.posts.consent_filter import ConsentSnapshot
from linnet.posts.table_files import scan_files


@dataclass(frozen=True)
class StorePart:
    """Some rows of one file of the posts table."""

    path: str
    start: int
    rows: int
    stale: frozenset[int]  # digests of rows that newer ones replaced

    def scan(self, columns: Sequence[str]) -> pl.DataFrame:
        rows = scan_files([self.path]).slice(self.start, self.rows)
        if self.stale:
            rows = rows.filter(~pl.col("digest").is_in(list(self.stale)))
        return rows.select(columns).collect()


def cut(files: Sequence[tuple[str, int]], rows_a_part: int, *, stale: frozenset[int]) -> list[StorePart]:
    """Files (path, rows) as parts of `rows_a_part` rows at most."""
    return [
        StorePart(path, start, min(rows_a_part, rows - start), stale)
        for path, rows in files
        for start in range(0, rows, rows_a_part)
    ]


def read_part(part: StorePart, columns: Sequence[str], consent: ConsentSnapshot) -> pl.DataFrame:
    """The posts of this part that the snapshot's purpose may touch, with `columns` and `basis`."""
    rows = part.scan(list(dict.fromkeys([*columns, *CONSENT_COLUMNS])))
    return consent.allowed(rows, with_basis=True).select(*columns, "basis")
