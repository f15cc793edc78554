"""What stands inside a file: its raw bytes, and the values in containers that compress or encode them.

Every function yields (where, bytes); the values of a column stand one after another between two zero bytes.
What cannot be looked into raises `Unreadable`, which is reported and never taken for empty.
"""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from linnet.erasure.needles import SEPARATOR

CHUNK_BYTES = 4_000_000
BATCH_ROWS = 50_000
Parts = Iterator[tuple[str, bytes]]


class Unreadable(Exception):
    """A container whose content cannot be looked into."""


def raw_parts(path: Path, overlap: int) -> Parts:
    """The bytes as they lie on disk, in overlapping chunks."""
    with path.open("rb") as file:
        start, kept = 0, b""
        while chunk := file.read(CHUNK_BYTES):
            data = kept + chunk
            yield f"byte {start - len(kept):,}", data
            start += len(chunk)
            kept = data[-overlap:] if overlap else b""


def inner_parts(path: Path, overlap: int) -> Parts:
    """The content of a known container; nothing for any other file."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PAR1"):
        yield from _parquet(path)
    elif head.startswith(b"SQLite format 3\0"):
        yield from _sqlite(path)
    elif head.startswith(b"ARROW1"):
        yield from _arrow(path)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.open(path, "rb") as stream:
            yield from _stream(stream, "gzip", overlap)
    elif head.startswith(b"\x28\xb5\x2f\xfd"):
        with pa.input_stream(str(path), compression="zstd") as stream:
            yield from _stream(stream, "zstd", overlap)
    elif head.startswith(b"PK\x03\x04"):
        yield from _zip(path, overlap)
    elif path.suffix == ".store" and (path.parent / "meta.json").exists():
        yield from tantivy_documents(path)


def _stream(stream: Any, where: str, overlap: int) -> Parts:
    kept, start = b"", 0
    try:
        while chunk := stream.read(CHUNK_BYTES):
            data = kept + chunk
            yield f"{where}, byte {start - len(kept):,} of its content", data
            start += len(chunk)
            kept = data[-overlap:] if overlap else b""
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{where} that cannot be unpacked: {error}") from error


def _zip(path: Path, overlap: int) -> Parts:
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    yield from _stream(stream, f"zip member {member.filename}", overlap)
    except (zipfile.BadZipFile, RuntimeError) as error:
        raise Unreadable(f"zip that cannot be unpacked: {error}") from error


def values(items: Iterable[Any]) -> bytes:
    """Strings and bytes as one piece of bytes, each a whole value."""
    encoded = (
        item if isinstance(item, bytes) else str(item).encode("utf-8", "surrogatepass")
        for item in items
        if item is not None
    )
    return SEPARATOR + SEPARATOR.join(encoded) + SEPARATOR


def _parquet(path: Path) -> Parts:
    """Every column that can hold bytes, of every row group, whether or not any table still names the file."""
    try:
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            yield from _columns(batch)
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"Parquet that cannot be read: {str(error).splitlines()[0]}") from error


def _arrow(path: Path) -> Parts:
    try:
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source)
            for number in range(reader.num_record_batches):
                yield from _columns(reader.get_batch(number))
    except pa.ArrowException as error:
        raise Unreadable(f"Arrow file that cannot be read: {str(error).splitlines()[0]}") from error


def _columns(batch: pa.RecordBatch) -> Parts:
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        for leaf in _leaves(column):
            yield f"column {name}", values(leaf.to_pylist())


def _leaves(column: pa.Array) -> Iterator[pa.Array]:
    kind = column.type
    if pa.types.is_dictionary(kind):
        yield from _leaves(column.dictionary)  # values that no row uses any more included
    elif pa.types.is_struct(kind):
        for leaf in column.flatten():
            yield from _leaves(leaf)
    elif pa.types.is_map(kind):
        yield from _leaves(column.keys)
        yield from _leaves(column.items)
    elif pa.types.is_nested(kind):
        yield from _leaves(column.flatten())
    elif _holds_bytes(kind):
        yield column


def _holds_bytes(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary,
        pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _sqlite(path: Path) -> Parts:
    """Rows as a reader sees them, the write-ahead log included; raw pages are searched as raw bytes."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=30)
        connection.text_factory = bytes
        try:
            names = [
                row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            for name in names:
                quoted = name.decode().replace('"', '""')
                cursor = connection.execute(f'SELECT * FROM "{quoted}"')
                while rows := cursor.fetchmany(5_000):
                    cells = (cell for row in rows for cell in row if isinstance(cell, bytes))
                    yield f"table {name.decode()}", values(cells)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unreadable(f"SQLite that cannot be read: {error}") from error


# --- tantivy ---------------------------------------------------------------------------------------------------


def tantivy_documents(path: Path) -> Parts:
    """The stored documents of one segment file, deleted ones included.

    A document store begins with LZ4 blocks, each behind its length when unpacked (4 bytes). An LZ4 block ends where
    that many bytes are there, so the blocks can be read one after another without the skip index behind them.
    """
    data = path.read_bytes()
    at, number = 0, 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        block = unpack_lz4(data, at + 4, size) if 0 < size <= 1 << 26 else None
        if block is None:
            break
        at, unpacked = block
        yield f"block {number}", unpacked
        number += 1
    if not number and len(data) > 400:  # no more than its footers: an empty segment
        raise Unreadable("document store in no known form")


def unpack_lz4(data: bytes, at: int, size: int) -> tuple[int, bytes] | None:
    """One LZ4 block of `size` bytes when unpacked: (where it ends, its content); None when it is none."""
    out = bytearray()
    end = len(data)
    try:
        while True:
            token = data[at]
            at += 1
            length = token >> 4
            if length == 15:
                while (more := data[at]) == 255:
                    length += 255
                    at += 1
                length += more
                at += 1
            if at + length > end:
                return None
            out += data[at : at + length]
            at += length
            if len(out) >= size:
                return (at, bytes(out)) if len(out) == size else None
            distance = data[at] | data[at + 1] << 8
            at += 2
            length = token & 15
            if length == 15:
                while (more := data[at]) == 255:
                    length += 255
                    at += 1
                length += more
                at += 1
            length += 4
            start = len(out) - distance
            if distance == 0 or start < 0:
                return None
            if distance >= length:
                out += out[start : start + length]
            else:
                piece = bytes(out[start:])
                out += (piece * (length // distance + 1))[:length]
            if len(out) > size:
                return None
    except IndexError:
        return None
