"""The posts table's files. Some may be older than a column: what they lack is null.

A column that POST_SCHEMA gains is added to the table at the next write; the files that are there stay as they are
until something rewrites them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from linnet.records import POST_SCHEMA

if TYPE_CHECKING:
    from deltalake import DeltaTable

TABLE_SCHEMA = POST_SCHEMA.append(pa.field("digest", pa.int64(), nullable=False)).append(
    pa.field("seq", pa.int64(), nullable=False)
)
_COLUMNS = pl.DataFrame(TABLE_SCHEMA.empty_table()).schema


def scan_files(files: Sequence[str]) -> pl.LazyFrame:
    """The rows of these Parquet files, with the columns of TABLE_SCHEMA."""
    return pl.scan_parquet(
        list(files), glob=False, schema=_COLUMNS, missing_columns="insert", extra_columns="ignore"
    )


def add_missing_columns(table: DeltaTable) -> None:
    """Commit the columns of TABLE_SCHEMA that the table lacks, if any. They may be null, and stand last."""
    from deltalake import Schema

    there = {field.name for field in table.schema().fields}
    missing = [field for field in Schema.from_arrow(TABLE_SCHEMA).fields if field.name not in there]
    if missing:
        table.alter.add_columns(missing)
