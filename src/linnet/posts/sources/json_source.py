"""A file of JSON, whatever the format in it: walks the values and hands each to the format's `add`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from linnet.errors import BadInput
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.json_values import (
    WHOLE_DOCUMENT_BYTES,
    BadJson,
    Damage,
    ElementScanner,
    parse_json,
    read_json_lines,
)
from linnet.posts.sources.source import Source, estimated_lines
from linnet.records import SourceBatch

LARGEST_DOCUMENT_BYTES = 512 * 1024 * 1024  # one JSON object that has to be held as a whole
Values = Iterator[tuple[int | None, Any, Any]]  # line or row, raw text for an excerpt, value or Damage


class JsonFormat(Protocol):
    """Reads the values of one format. A new one is made for each reading, so it may remember."""

    name: str
    platform: str

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        """Sort one value into posts, deletions, rejections and other rows."""


class JsonSource(Source):
    """`layout` is "lines" or "document"; `array_key` names the array to stream from a large object."""

    def __init__(
        self,
        path: Path,
        config: SourceConfig,
        make_format: Callable[[], JsonFormat],
        *,
        layout: str,
        array_key: str | None = None,
    ) -> None:
        super().__init__(path, config)
        self._make_format = make_format
        self._layout = layout
        self._array_key = array_key
        form = make_format()
        self.name, self.platform = form.name, form.platform

    def read(self) -> Iterator[SourceBatch]:
        form = self._make_format()
        out = BatchBuilder(file=str(self.path), source=form.name, platform=form.platform, config=self.config)
        with self.path.open("rb") as stream:
            if self._layout == "lines":
                values: Values = read_json_lines(stream, self.config.max_line_bytes)
            else:
                values = document_values(stream, self.path, self.config, self._array_key)
            yield from add_values(values, form, out)
        yield from out.flush()
        self.note(out.unknown_media.note())

    def row_count_hint(self) -> int | None:
        return estimated_lines(self.path) if self._layout == "lines" else None


def document_values(stream: BinaryIO, path: Path, config: SourceConfig, array_key: str | None) -> Values:
    """The values of one JSON document: the elements of an array, or the single object."""
    size = path.stat().st_size
    first = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    is_array = first == b"["
    stream.seek(0)
    if size <= WHOLE_DOCUMENT_BYTES or (not is_array and array_key is None):
        if size > LARGEST_DOCUMENT_BYTES:
            raise BadInput(
                f"{path} is one JSON object of {size:,} bytes; at most {LARGEST_DOCUMENT_BYTES:,} can be read;"
                " write it as JSON Lines"
            )
        raw = stream.read()
        try:
            value = parse_json(raw)
        except BadJson as error:
            if not is_array and array_key is None:
                yield None, raw[:1024], Damage(str(error))
                return
            stream.seek(0)
        else:
            if isinstance(value, list):
                for number, item in enumerate(value, start=1):
                    yield number, item, item
            else:
                yield 1, raw[:1024], value
            return
        del raw
    key = None if is_array else array_key
    yield from ElementScanner(stream, key=key, max_element_bytes=config.max_line_bytes).elements()


def add_values(values: Values, form: JsonFormat, out: BatchBuilder) -> Iterator[SourceBatch]:
    """Hand each value to the format; whatever has not its shape is set aside with the reason."""
    for number, raw, value in values:
        out.at(number, raw)
        if isinstance(value, list) and not value:
            out.other("empty")
        for item in value if isinstance(value, list) else (value,):
            out.at(number, raw)
            rows_before = out.rows_added
            if isinstance(item, Damage):
                out.reject(item.reason)
            elif isinstance(item, dict):
                try:
                    form.add(item, out)
                except (KeyError, TypeError, AttributeError, ValueError) as error:
                    out.reject(f"not the shape of {form.name}: {type(error).__name__}: {error}")
            else:
                out.reject(f"not a JSON object but a {type(item).__name__}")
            if out.rows_added == rows_before:  # an empty page
                out.other("empty")
            if out.full:
                yield from out.flush()
