"""CSV and TSV tables: quoted line breaks, any usual encoding, rows of the wrong width set aside.

The rows are cut by the standard library's csv reader, because it goes on after a broken row, and then turned
into posts a batch at a time as columns.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import polars as pl

from linnet.errors import BadInput
from linnet.posts.sources.batches import MAX_BATCH_CHARACTERS, TimeBounds, excerpt_of
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.lines import read_lines
from linnet.posts.sources.media import UnknownMedia
from linnet.posts.sources.source import Source, estimated_lines
from linnet.posts.sources.table_columns import map_columns
from linnet.posts.sources.tables import frame_to_batch
from linnet.posts.sources.text_encoding import detect_encoding
from linnet.records import Rejection, SourceBatch

_DELIMITERS = (",", "\t", ";", "|")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


def delimiter_of(header: str, *, prefer: str = ",") -> str:
    """The separator that cuts the header into the most columns; `prefer` wins a tie."""
    bare = _QUOTED.sub("", header)
    return max(_DELIMITERS, key=lambda sign: (bare.count(sign), sign == prefer))


class CsvTable(Source):
    def __init__(self, path: Path, config: SourceConfig) -> None:
        super().__init__(path, config)
        self._encoding = detect_encoding(path)
        if self._encoding.note:
            self.notes = (self._encoding.note,)
        with self._open() as stream:
            lines = (line for _, line, _ in read_lines(stream, config.max_line_bytes))
            header = next((line for line in lines if line.strip()), "")
        self._delimiter = delimiter_of(
            header, prefer="\t" if path.suffix.lower() in (".tsv", ".tab") else ","
        )
        self.name = "tsv" if self._delimiter == "\t" else "csv"
        with self._open() as stream:
            rows = _Rows(stream, self._delimiter, config.max_line_bytes)
            self._header = [name.strip() for name in next(iter(rows), (0, []))[1] or []]
        if not any(self._header):
            raise BadInput(f"{path} has no header line with the names of its columns")
        self._columns = map_columns(self._header, config.mapping, str(path))

    def _open(self) -> TextIO:
        return self.path.open(encoding=self._encoding.name, errors=self._encoding.errors, newline="")

    def row_count_hint(self) -> int | None:
        lines = estimated_lines(self.path)
        return None if lines is None else max(lines - 1, 0)

    def read(self) -> Iterator[SourceBatch]:
        bounds = TimeBounds(self.config.max_future_seconds)
        positions = {field: self._header.index(column) for field, column in self._columns.items()}
        width = len(self._header)
        text_at = positions.get("text", 0)
        rows: list[list[str]] = []
        lines: list[int] = []
        rejections: list[Rejection] = []
        unknown_media = UnknownMedia()
        characters = 0

        def batch() -> SourceBatch:
            # only the newest rows are bound: the caller clears the lists afterwards
            taken = list(rows)
            frame = pl.DataFrame(
                {
                    field: pl.Series([row[at] for row in taken], dtype=pl.String)
                    for field, at in positions.items()
                }
            )
            frame = frame.with_columns(
                pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
                for name in frame.columns
            )
            return frame_to_batch(
                frame,
                file=str(self.path),
                lines=list(lines),
                source=self.name,
                bounds=bounds,
                excerpts=lambda row: self._delimiter.join(taken[row]),
                extra_rejections=tuple(rejections),
                unknown_media=unknown_media,
            )

        with self._open() as stream:
            reader = iter(_Rows(stream, self._delimiter, self.config.max_line_bytes))
            next(reader, None)
            for line, row, problem in reader:
                if problem is None and row is not None and len(row) != width:
                    problem = f"{len(row)} columns instead of {width}"
                if problem is None and row is not None and _is_damaged(row):
                    problem = f"not {self._encoding.name.upper()}"
                if problem is not None:
                    excerpt = excerpt_of(self._delimiter.join(row or ()))
                    rejections.append(
                        Rejection(file=str(self.path), line=line, reason=problem, excerpt=excerpt)
                    )
                elif row is not None:
                    rows.append(row)
                    lines.append(line)
                    characters += len(row[text_at])
                if (
                    len(rows) + len(rejections) >= self.config.batch_rows
                    or characters >= MAX_BATCH_CHARACTERS
                ):
                    yield batch()
                    rows.clear()
                    lines.clear()
                    rejections.clear()
                    characters = 0
        if rows or rejections:
            yield batch()
        self.note(unknown_media.note())


def _is_damaged(row: list[str]) -> bool:
    return any(not cell.isascii() and _ESCAPED_BYTE.search(cell) is not None for cell in row)


class _RowTooLong(Exception):
    pass


class _Lines:
    """The lines for the csv reader. A row that runs on over too many of them is broken off by an exception.

    A class and no generator, because a generator ends with the exception it raises, and this goes on after it.
    """

    def __init__(self, stream: TextIO, max_length: int) -> None:
        self._lines = read_lines(stream, max_length)
        self._max = max_length
        self.number = 0
        self.ended = False
        self.start_row()

    def start_row(self) -> None:
        self.too_long = False
        self.quotes = 0
        self._characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._characters > self._max:
            raise _RowTooLong
        try:
            self.number, line, whole = next(self._lines)
        except StopIteration:
            self.ended = True
            raise
        if not whole:
            self.too_long = True
            line = line[:200].replace('"', "") + "\n"  # stands for the line, opens no quotation
        self.quotes += line.count('"')
        self._characters += len(line)
        return line


class _Rows:
    """(first line, cells, problem) of every row that is not blank, whatever happens on the way."""

    def __init__(self, stream: TextIO, delimiter: str, max_length: int) -> None:
        self._lines = _Lines(stream, max_length)
        self._delimiter = delimiter
        self._max = max_length

    def __iter__(self) -> Iterator[tuple[int, list[str] | None, str | None]]:
        csv.field_size_limit(max(csv.field_size_limit(), 2 * self._max))  # our own limit comes first
        reader = csv.reader(self._lines, delimiter=self._delimiter)
        while True:
            first = self._lines.number + 1
            self._lines.start_row()
            try:
                row = next(reader, None)
            except _RowTooLong:
                yield (
                    first,
                    None,
                    f"the row is longer than {self._max:,} characters; a quotation may not be closed",
                )
                continue
            except csv.Error as error:
                yield first, None, f"not readable as a row: {error}"
                continue
            if row is None:
                return
            if self._lines.too_long:
                yield first, row, f"the line is longer than {self._max:,} characters"
            elif self._lines.ended and self._lines.quotes % 2 and self._lines.number > first:
                yield first, row, f"a quotation is opened and never closed (to line {self._lines.number})"
            elif row:
                yield first, row, None
