"""The files of a simulated platform. Each is written as NAME.part and renamed when the whole run is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from linnet.records import POST_SCHEMA

AUTHOR_SCHEMA = pa.schema(
    [
        pa.field("author_id", pa.string(), nullable=False),
        pa.field("author_name", pa.string(), nullable=False),
        pa.field("display_name", pa.string()),
        pa.field("bio", pa.string()),
        pa.field("language", pa.string()),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("topics", pa.list_(pa.string())),
        pa.field("follower_count", pa.int64()),
        pa.field("post_count", pa.int64()),
    ]
)

ENGAGEMENT_SCHEMA = pa.schema(
    [
        pa.field("author_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),  # like or repost
        pa.field("post_id", pa.string(), nullable=False),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
    ]
)

PARQUET_FILES = {
    "posts.parquet": POST_SCHEMA,
    "authors.parquet": AUTHOR_SCHEMA,
    "engagements.parquet": ENGAGEMENT_SCHEMA,
}


class PlatformFiles:
    """All output files of one run. Leaving the block without an error renames them; with one, removes the parts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._texts: dict[str, bytes] = {}

    def __enter__(self) -> PlatformFiles:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, schema in PARQUET_FILES.items():
            self._writers[name] = pq.ParquetWriter(self._part(name), schema, compression="zstd")
        return self

    def add_rows(self, name: str, columns: Mapping[str, Sequence[Any] | pa.Array]) -> None:
        """One row group, in the schema's column order whatever the mapping's."""
        schema = PARQUET_FILES[name]
        arrays = [_array(columns[field.name], field.type) for field in schema]
        self._writers[name].write_table(pa.Table.from_arrays(arrays, schema=schema))

    def set_json(self, name: str, value: Any) -> None:
        self._texts[name] = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    def set_json_lines(self, name: str, values: Sequence[Any]) -> None:
        self._texts[name] = b"".join(
            orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE) for value in values
        )

    @property
    def names(self) -> tuple[str, ...]:
        return (*PARQUET_FILES, *self._texts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._writers.values():
            writer.close()
        if kind is not None:
            for name in self.names:
                self._part(name).unlink(missing_ok=True)
            return
        for name, content in self._texts.items():
            self._part(name).write_bytes(content)
        for name in self.names:
            self._part(name).replace(self.folder / name)

    def _part(self, name: str) -> Path:
        return self.folder / f"{name}.part"


def _array(values: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    if pa.types.is_timestamp(kind):
        return pa.array(values, type=pa.int64()).cast(kind)  # microseconds since 1970
    return pa.array(values, type=kind)
