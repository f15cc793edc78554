"""The archive that Mastodon gives its users: a folder or a zip with outbox.json and actor.json."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from linnet.errors import BadInput
from linnet.posts.sources.activitypub import ActivityPub
from linnet.posts.sources.archive_files import DAMAGE, ArchiveFiles
from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.json_source import Values, add_values
from linnet.posts.sources.json_values import WHOLE_DOCUMENT_BYTES, BadJson, Damage, ElementScanner, parse_json
from linnet.posts.sources.source import Source
from linnet.records import SourceBatch


class MastodonArchive(Source):
    name = ActivityPub.name
    platform = ActivityPub.platform

    def __init__(self, path: Path, config: SourceConfig) -> None:
        super().__init__(path, config)
        self._files = ArchiveFiles(path)
        names = self._files.names()
        self._outbox = next((name for name in names if PurePosixPath(name).name == "outbox.json"), None)
        self._actor = next((name for name in names if PurePosixPath(name).name == "actor.json"), None)
        if self._outbox is None:
            raise BadInput(f"{path} holds no outbox.json")

    def read(self) -> Iterator[SourceBatch]:
        out = BatchBuilder(file=str(self.path), source=self.name, platform=self.platform, config=self.config)
        form = ActivityPub()
        for name in (self._actor, self._outbox):
            if name is not None:
                out.file = f"{self.path}/{name}"
                yield from add_values(self._values(name), form, out)
        yield from out.flush()

    def _values(self, name: str) -> Values:
        try:
            with self._files.open(name) as stream:
                if self._files.size(name) <= WHOLE_DOCUMENT_BYTES:
                    raw = stream.read()
                    try:
                        value: Any = parse_json(raw)
                    except BadJson as error:
                        if name == self._actor:
                            yield None, raw[:1024], Damage(str(error))
                            return
                    else:
                        yield 1, raw[:1024], value
                        return
            with self._files.open(name) as stream:
                scanner = ElementScanner(
                    cast(BinaryIO, stream), key="orderedItems", max_element_bytes=self.config.max_line_bytes
                )
                yield from scanner.elements()
        except DAMAGE as error:
            yield None, b"", Damage(f"the archive is damaged here: {error}")


def is_mastodon_archive(names: list[str]) -> bool:
    return any(PurePosixPath(name).name == "outbox.json" for name in names)
