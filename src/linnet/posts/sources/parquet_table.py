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
from linnet.posts.sources.media import UnknownMedia
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
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{path} is no readable Parquet file: {_first_line(error)}") from error
        self._columns = map_columns(_takeable(schema, config), config.mapping, str(path))
        for field, column in self._columns.items():
            if columns.count(column) > 1:
                raise BadInput(f"{path} has {columns.count(column)} columns {column!r}; rename all but one")
            kind = schema.field(column).type
            may_be_list = field == "urls" or (field == "media" and _is_word_list(kind))
            if pa.types.is_nested(kind) and not may_be_list:
                raise WrongUse(f"{path}: the column {column!r} holds {kind}; it cannot be {field}")

    def row_count_hint(self) -> int | None:
        return self._rows

    def read(self) -> Iterator[SourceBatch]:
        bounds = TimeBounds(self.config.max_future_seconds)
        unknown_media = UnknownMedia()
        wanted = list(dict.fromkeys(self._columns.values()))
        start = 1
        with pq.ParquetFile(self.path, page_checksum_verification=True) as file:
            batches = file.iter_batches(batch_size=self.config.batch_rows, columns=wanted)
            while True:
                try:
                    batch = next(batches, None)
                    if batch is None:
                        self.note(unknown_media.note())
                        return
                    broken = _rows_not_utf_8(batch)
                except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
                    yield self._damaged(start, error)
                    return
                lines: list[int] | range = range(start, start + batch.num_rows)
                start += batch.num_rows
                rejections = [
                    Rejection(file=str(self.path), line=lines[row], reason="not UTF-8")
                    for row in sorted(broken)
                ]
                if broken:
                    whole = [row for row in range(batch.num_rows) if row not in broken]
                    batch, lines = batch.take(pa.array(whole, pa.int64())), [lines[row] for row in whole]
                # a writer's notes about the file may be of any bytes, which polars does not survive
                frame = pl.DataFrame(pl.from_arrow(batch.replace_schema_metadata(None)))
                yield frame_to_batch(
                    frame.select(pl.col(column).alias(field) for field, column in self._columns.items()),
                    file=str(self.path),
                    lines=lines,
                    source=self.name,
                    bounds=bounds,
                    extra_rejections=rejections,
                    unknown_media=unknown_media,
                )

    def _damaged(self, start: int, error: Exception) -> SourceBatch:
        """Rows from `start` on cannot be read: one rejection for all of them."""
        reason = f"the file is damaged; rows {start} to {self._rows} are lost: {_first_line(error)}"
        rejection = Rejection(file=str(self.path), line=start, reason=reason)
        return SourceBatch(posts=POST_SCHEMA.empty_table(), row_count=1, rejections=(rejection,))


def _takeable(schema: pa.Schema, config: SourceConfig) -> list[str]:
    """The columns that may be a field. What is nested is no id and no text, so it is not guessed, only mapped."""
    return [column.name for column in schema if _is_takeable(column, config)]


def _is_takeable(column: pa.Field, config: SourceConfig) -> bool:
    if not pa.types.is_nested(column.type) or column.name in config.mapping.values():
        return True
    if normal(column.name) == "media":  # often objects with addresses and sizes
        return _is_word_list(column.type)
    return bool(config.mapping) or normal(column.name) in ("urls", *ALIASES["urls"])


def _is_word_list(kind: pa.DataType) -> bool:
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return is_list and (pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type))


def _rows_not_utf_8(batch: pa.RecordBatch) -> set[int]:
    """Rows with a text that is not UTF-8. Neither the file's reader nor polars looks, and polars dies of it later."""
    broken: set[int] = set()
    for column in batch.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            texts = column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
            if not (pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)):
                raise
            for row, raw in enumerate(texts.cast(pa.large_binary()).to_pylist()):
                if raw is not None and raw.decode("utf-8", "ignore").encode() != raw:
                    broken.add(row)
    return broken


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200]
