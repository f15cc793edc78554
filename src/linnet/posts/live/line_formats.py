"""A line of JSON in any format that a file may have, told from the line itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from linnet.errors import BadInput, WrongUse
from linnet.posts.sources.activitypub import ActivityPub
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.json_source import JsonFormat
from linnet.posts.sources.json_table import JsonTable, columns_of
from linnet.posts.sources.mastodon import Mastodon
from linnet.posts.sources.recognise import classify, is_flat_table
from linnet.posts.sources.table_columns import map_columns
from linnet.posts.sources.x_api_v1 import XApiV1
from linnet.posts.sources.x_api_v2 import XApiV2

MOST_TABLES = 1_000  # of different columns; a stream of ever new ones must not fill the memory


class AnyLine:
    """A `source` ends in "-live" whatever the format: "jsonl-live", "mastodon-live" ..."""

    name = "jsonl"
    platform = "file"

    def __init__(self, make_jetstream: Callable[[], JsonFormat]) -> None:
        self._make_jetstream = make_jetstream
        self._formats: dict[str, JsonFormat] = {}
        self._tables: dict[tuple[str, ...], JsonTable] = {}

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        name = classify(value)
        form: JsonFormat
        if name is None or is_flat_table([value], name):
            try:
                form = self._table(value)
            except (BadInput, WrongUse) as error:
                return out.reject(f"no format that we know: {error}"[:300])
        else:
            form = self._format(name)
        out.source, out.platform = f"{form.name}-live", form.platform
        return form.add(value, out)

    def _table(self, value: dict[str, Any]) -> JsonTable:
        columns = tuple(columns_of([value]))
        if columns not in self._tables:
            if len(self._tables) >= MOST_TABLES:
                self._tables.clear()
            self._tables[columns] = JsonTable(map_columns(list(columns), {}, "the line"))
        return self._tables[columns]

    def _format(self, name: str) -> JsonFormat:
        if name not in self._formats:
            self._formats[name] = self._make(name)
        return self._formats[name]

    def _make(self, name: str) -> JsonFormat:
        if name == "jetstream":
            return self._make_jetstream()
        if name == "bluesky-records":
            from linnet.posts.sources.bluesky_records import BlueskyRecords

            return BlueskyRecords()
        makers: dict[str, Callable[[], JsonFormat]] = {
            Mastodon.name: Mastodon,
            ActivityPub.name: ActivityPub,
            XApiV1.name: XApiV1,
            XApiV2.name: XApiV2,
        }
        return makers[name]()
