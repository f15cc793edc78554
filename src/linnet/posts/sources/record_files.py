"""A Bluesky record file in DAG-CBOR, and a folder of record files from an unpacked repository."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.bluesky_posts import POST, REPOST
from linnet.posts.sources.bluesky_records import BlueskyRecords
from linnet.posts.sources.json_source import add_values
from linnet.posts.sources.json_values import BadJson, Damage, parse_json
from linnet.posts.sources.source import Source
from linnet.records import SourceBatch

_SUFFIXES = (".json", ".cbor")


def read_cbor(raw: bytes) -> Iterator[Any]:
    """The values that follow one another in `raw`, the last one Damage when it is broken."""
    import cbor2

    stream = BytesIO(raw)
    while stream.tell() < len(raw):
        try:
            yield cbor2.load(stream)
        except (cbor2.CBORDecodeError, RecursionError, UnicodeDecodeError) as error:
            yield Damage(f"not CBOR: {str(error).splitlines()[0][:100]}")
            return


class RecordFiles(Source):
    """One record file, or all the post and repost records below a folder."""

    name = BlueskyRecords.name
    platform = BlueskyRecords.platform

    def read(self) -> Iterator[SourceBatch]:
        files = [self.path] if self.path.is_file() else list(record_files(self.path))
        out = BatchBuilder(file=str(self.path), source=self.name, platform=self.platform, config=self.config)
        for file in files:
            out.file = str(file)
            form = BlueskyRecords(file)
            yield from add_values(((1, raw, value) for raw, value in self._values(file)), form, out)
        yield from out.flush()

    def _values(self, file: Path) -> Iterator[tuple[Any, Any]]:
        if file.stat().st_size > self.config.max_line_bytes:
            yield "", Damage(f"the record is longer than {self.config.max_line_bytes:,} bytes")
            return
        raw = file.read_bytes()
        if file.suffix == ".json":
            try:
                yield raw, parse_json(raw)
            except BadJson as error:
                yield raw, Damage(str(error))
            return
        for value in read_cbor(raw):
            yield value if not isinstance(value, Damage) else raw, value


def record_files(folder: Path) -> Iterator[Path]:
    """The post and repost records of an unpacked repository, in a fixed order."""
    for collection in (POST, REPOST):
        for found in sorted(folder.rglob(collection)):
            if found.is_dir():
                yield from (file for file in sorted(found.iterdir()) if file.suffix in _SUFFIXES)
