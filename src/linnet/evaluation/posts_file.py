"""The posts of any file as they are scored: raw text, and the month, language and platform where they are known.

Tables (Parquet, CSV, JSON Lines) are read directly: only a column with the text is needed, and every row counts.
What platforms hand out (archives, API answers, streams) goes through the readers that ingest uses.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from linnet.corpus.language import declared_code, detect_languages
from linnet.corpus.quality import own_words
from linnet.errors import BadInput, WrongUse
from linnet.evaluation.bits_per_byte import PostText
from linnet.model.controls import Controls
from linnet.posts.sources import SourceConfig, open_source
from linnet.posts.sources.config import FIELDS as SOURCE_FIELDS
from linnet.posts.sources.csv_table import delimiter_of
from linnet.posts.sources.json_table import columns_of
from linnet.posts.sources.json_values import (
    WHOLE_DOCUMENT_BYTES,
    BadJson,
    ElementScanner,
    clean_surrogates,
    parse_json,
    read_json_lines,
)
from linnet.posts.sources.languages import language_tag
from linnet.posts.sources.recognise import classify, is_flat_table
from linnet.posts.sources.table_columns import guess_columns, listing
from linnet.posts.sources.text_encoding import detect_encoding
from linnet.posts.sources.times import EARLIEST_MICROSECONDS, parse_time, time_column
from linnet.progress import SILENT, Progress

FIELDS = ("text", "created_at", "language", "platform")
ROWS_AT_ONCE = 8192
LATEST_MICROSECONDS = 4_102_444_800_000_000  # the year 2100
SAMPLE = 50  # objects of a JSON file whose keys are its columns
MAX_LINE_BYTES = SourceConfig().max_line_bytes

Rows = dict[str, list[Any]]  # field -> one value a post


def parse_columns(text: str) -> dict[str, str]:
    """ "text=content,platform=network" -> {"text": "content", "platform": "network"}: fields of `PostText` alone."""
    mapping: dict[str, str] = {}
    for part in (part.strip() for part in text.split(",")):
        field, equals, column = (piece.strip() for piece in part.partition("="))
        if not part:
            continue
        if not equals or not column or field in mapping:
            raise WrongUse(f"{part!r} is no mapping, or a second one; write FIELD=COLUMN, as in text=content")
        if field not in (*FIELDS, *SOURCE_FIELDS, "author"):
            raise WrongUse(f"{field!r} is no field of a post; here count {', '.join(FIELDS)}")
        mapping[field] = column
    return {field: column for field, column in mapping.items() if field in FIELDS}


class PostsFile:
    """`mapping` is field -> column for tables. Time and language are guessed by their columns' names where it does not name
    them, without a mapping everything is."""

    def __init__(
        self, path: Path, mapping: Mapping[str, str] | None = None, platform: str | None = None
    ) -> None:
        if not path.exists():
            raise BadInput(f"{path} does not exist")
        self.path, self.mapping, self.platform = path, dict(mapping or {}), platform
        self.rejected = 0  # rows that could not be read at all, known when `read` is through

    def read(self) -> Iterator[PostText]:
        """Every post, also one without text."""
        self.rejected = 0
        try:
            source, rows = self._rows()
            for some in rows:
                yield from self._posts(some, source)
        except (OSError, UnicodeError) as error:
            raise BadInput(f"{self.path} cannot be read: {error}") from error

    def first(self, most: int | None = None, progress: Progress = SILENT) -> list[PostText]:
        """The first `most` posts with text, and the ones without text among them."""
        posts: list[PostText] = []
        with_text = 0
        progress.start(f"Reading {self.path.name}", unit="posts")
        for post in self.read():
            if most is not None and with_text >= most:
                break
            posts.append(post)
            with_text += bool(post.text)
            progress.advance()
        progress.finish()
        return posts

    def _rows(self) -> tuple[str, Iterator[Rows]]:
        """(the name of the format, its rows)."""
        if self.path.is_file():
            with self.path.open("rb") as stream:
                head = stream.read(64 * 1024)
            if head.startswith(b"PAR1"):
                return "parquet", self._parquet()
            suffix = self.path.suffix.lower()
            if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") and suffix not in (
                ".csv",
                ".tsv",
            ):
                sample = list(islice(self._objects(), SAMPLE))
                names = [name for value in sample if (name := classify(value))]
                if sample and (self.mapping or not names or is_flat_table(sample, names[0])):
                    return "json", self._json(sample)
            elif head.strip() and (self.mapping or suffix in (".csv", ".tsv", ".tab", ".txt")):
                return "csv", self._csv()
        if self.mapping:
            raise WrongUse(f"{self.path} is no table, so no columns can be mapped; leave --map away")
        source = open_source(self.path)
        return source.name, self._ingested(source)

    def _posts(self, rows: Rows, source: str) -> Iterator[PostText]:
        texts = ["" if text is None else clean_surrogates(str(text)) for text in rows["text"]]
        count = len(texts)
        declared = [
            language_tag(str(said)) if said else None for said in rows.get("language", [None] * count)
        ]
        languages = [declared_code(said) for said in declared]
        unknown = [row for row in range(count) if languages[row] is None and texts[row]]
        words = pl.DataFrame({"text": [texts[row] for row in unknown]}, schema={"text": pl.String})
        own = words.select(own_words(pl.col("text")).alias("words"))["words"].to_list()
        for row, language in zip(unknown, detect_languages(own, [None] * len(own)), strict=True):
            languages[row] = language
        months = _months(rows.get("created_at", [None] * count))
        platforms = rows.get("platform", [None] * count)
        sources = rows.get("source", [None] * count)
        for row in range(count):
            platform = self.platform or (str(platforms[row]) if platforms[row] else None)
            yield PostText(
                text=texts[row],
                controls=Controls(month=months[row], language=languages[row], platform=platform),
                source=str(sources[row] or platform or source),
            )

    def _chosen(self, columns: list[str]) -> dict[str, str]:
        """Field -> column."""
        for field, column in self.mapping.items():
            if column not in columns:
                raise WrongUse(
                    f"{self.path} has no column {column!r} (for {field}); its columns are {listing(columns)}"
                )
        guessed = guess_columns(columns)
        if self.mapping:  # what is not counted may be guessed; the text is what was mapped
            guessed = {
                field: column
                for field, column in guessed.items()
                if field in ("created_at", "language") and column not in self.mapping.values()
            }
        chosen = {**guessed, **self.mapping}
        if "text" not in chosen:
            fault = WrongUse if self.mapping else BadInput
            raise fault(
                f"{self.path} has no column for text; its columns are {listing(columns)}; "
                "say which: --map text=COLUMN"
            )
        return {field: chosen[field] for field in FIELDS if field in chosen}

    def _parquet(self) -> Iterator[Rows]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path) as file:
                chosen = self._chosen(list(file.schema_arrow.names))
                wanted = list(dict.fromkeys(chosen.values()))
                for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=wanted):
                    yield {
                        field: (_times if field == "created_at" else _values)(batch.column(column))
                        for field, column in chosen.items()
                    }
        except pa.ArrowException as error:
            reason = str(error).splitlines()[0][:200]
            raise BadInput(f"{self.path} is no readable Parquet file: {reason}") from error

    def _csv(self) -> Iterator[Rows]:
        encoding = detect_encoding(self.path)
        csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE_BYTES))
        with self.path.open(encoding=encoding.name, errors=encoding.errors, newline="") as stream:
            first = next((line for line in stream if line.strip()), "")
            stream.seek(0)
            prefer = "\t" if self.path.suffix.lower() in (".tsv", ".tab") else ","
            rows = self._cells(csv.reader(stream, delimiter=delimiter_of(first, prefer=prefer)))
            header = [name.strip() for name in next(rows, [])]
            chosen = {field: header.index(column) for field, column in self._chosen(header).items()}
            for some in _some(rows):
                whole = [row for row in some if len(row) > chosen["text"]]
                self.rejected += len(some) - len(whole)
                yield {
                    field: [row[at] if at < len(row) else None for row in whole]
                    for field, at in chosen.items()
                }

    def _cells(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        while True:
            try:
                row = next(reader, None)
            except csv.Error:
                self.rejected += 1
                continue
            if row is None:
                return
            if row:
                yield row

    def _json(self, sample: list[dict[str, Any]]) -> Iterator[Rows]:
        self.rejected = 0
        chosen = self._chosen(columns_of(sample))
        for some in _some(self._objects()):
            yield {field: [_inside(value, column) for value in some] for field, column in chosen.items()}

    def _objects(self) -> Iterator[dict[str, Any]]:
        for value in self._json_values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    yield item
                else:
                    self.rejected += 1

    def _json_values(self) -> Iterator[Any]:
        with self.path.open("rb") as stream:
            if self.path.stat().st_size <= WHOLE_DOCUMENT_BYTES:
                try:
                    yield parse_json(stream.read())
                    return
                except BadJson:  # one value a line
                    stream.seek(0)
            array = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"["
            stream.seek(0)
            if array:
                found = ElementScanner(stream, key=None, max_element_bytes=MAX_LINE_BYTES).elements()
            else:
                found = read_json_lines(stream, MAX_LINE_BYTES)
            for _, _, value in found:
                yield value

    def _ingested(self, source: Any) -> Iterator[Rows]:
        for batch in source.read():
            self.rejected += len(batch.rejections)
            yield {name: batch.posts[name].to_pylist() for name in (*FIELDS, "source")}


def _inside(value: dict[str, Any], column: str) -> Any:
    """A key, or "user.id" the key id of the object user."""
    if column in value:
        return value[column]
    for step in column.split("."):
        value = value.get(step) if isinstance(value, dict) else None  # type: ignore[assignment]
    return value


def _values(column: Any) -> list[Any]:
    """A column of Parquet as Python values; bytes that are not UTF-8 become lone surrogates."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or str(kind) == "string_view":
        column = column.cast(pa.large_binary())
    values: Iterable[Any] = column.to_pylist()
    return [
        value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value for value in values
    ]


def _times(column: Any) -> list[Any]:
    """A column of times: text as it is, others in microseconds since 1970."""
    import pyarrow as pa

    if pa.types.is_temporal(column.type):
        return time_column(pl.Series(pl.from_arrow(column))).to_list()
    return _values(column)


def _months(times: list[Any]) -> list[str | None]:
    """ "YYYY-MM" of times in any form; None where there is no time that a post can have."""
    known = pl.Series([parse_time(time) for time in times], dtype=pl.Int64)
    possible = known.is_between(EARLIEST_MICROSECONDS, LATEST_MICROSECONDS)
    return known.set(~possible, None).cast(pl.Datetime("us")).dt.strftime("%Y-%m").to_list()


def _some(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some
