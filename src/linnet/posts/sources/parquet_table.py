"""Parquet tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from linnet.errors import BadInput, WrongUse
from linnet.posts.sources.batches import TimeBounds
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.source import Source
from linnet.posts.sources.table_columns import ALIASES, map_columns, normal
from linnet.posts.sources.tables import frame_to_batch
from linnet.records import POST_SCHEMA, Rejection, SourceBatch


class ParquetTable(Source):
    name = "parquet"

    def __init__(self, path: Path, config: SourceConfig) -> None:
        super().__init__(path, config)
        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow
                columns = schema.names
                self._rows = file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise BadInput(f"{path} is no readable Parquet file: {_first_line(error)}") from error
        self._columns = map_columns(_takeable(schema, config), config.mapping, str(path))
        for field, column in self._columns.items():
            if columns.count(column) > 1:
                raise BadInput(f"{path} has {columns.count(column)} columns {column!r}; rename all but one")
            kind = schema.field(column).type
            if pa.types.is_nested(kind) and field != "urls":
                raise WrongUse(f"{path}: the column {column!r} holds {kind}; it cannot be {field}")

    def row_count_hint(self) -> int | None:
        return self._rows

    def read(self) -> Iterator[SourceBatch]:
        bounds = TimeBounds(self.config.max_future_seconds)
        wanted = list(dict.fromkeys(self._columns.values()))
        start = 1
        with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
            batches = file.iter_batches(batch_size=self.config.batch_rows, columns=wanted)
            while True:
                try:
                    batch = next(batches, None)
                except (pa.ArrowException, OSError) as error:
                    yield self._damaged(start, error)
                    return
                if batch is None:
                    return
                frame = pl.DataFrame(pl.from_arrow(batch))
                yield frame_to_batch(
                    frame.select(pl.col(column).alias(field) for field, column in self._columns.items()),
                    file=str(self.path),
                    lines=range(start, start + frame.height),
                    source=self.name,
                    bounds=bounds,
                )
                start += frame.height

    def _damaged(self, start: int, error: Exception) -> SourceBatch:
        """Rows from `start` on cannot be read: one rejection for all of them."""
        reason = f"the file is damaged; rows {start} to {self._rows} are lost: {_first_line(error)}"
        rejection = Rejection(file=str(self.path), line=start, reason=reason)
        return SourceBatch(posts=POST_SCHEMA.empty_table(), row_count=1, rejections=(rejection,))


def _takeable(schema: pa.Schema, config: SourceConfig) -> list[str]:
    """The columns that may be a field. What is nested is no id and no text, so it is not guessed, only mapped."""
    if config.mapping:
        return list(schema.names)
    return [
        column.name
        for column in schema
        if not pa.types.is_nested(column.type) or normal(column.name) in ("urls", *ALIASES["urls"])
    ]


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
