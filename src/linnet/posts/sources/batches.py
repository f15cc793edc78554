"""Rows on their way into a SourceBatch: `BatchBuilder` holds the rules that every row-by-row format shares.

A format calls exactly one of `post`, `delete`, `reject` and `other` per row of input; `prefer` comes on top. In
a batch that leaves here no post_id occurs twice, and none is both a post and a deletion.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.identity import InexactId, exact_id, post_digest
from linnet.posts.sources.languages import language_tag
from linnet.posts.sources.media import UnknownMedia
from linnet.posts.sources.times import EARLIEST_MICROSECONDS, moment, parse_time
from linnet.records import POST_SCHEMA, REPEATED, VISIBILITIES, Deletion, Preference, Rejection, SourceBatch

EXCERPT_CHARACTERS = 200
MAX_BATCH_CHARACTERS = 64 * 1024 * 1024  # of post text: keeps a batch of very long posts small
MAX_COUNT = 2**63 - 1
_EDITED_AT = POST_SCHEMA.get_field_index("edited_at")


def excerpt_of(raw: Any) -> str:
    """The first 200 characters of a row, whatever it is, without what cannot be stored."""
    if isinstance(raw, bytes | bytearray):
        text = bytes(raw[: EXCERPT_CHARACTERS * 4]).decode("utf-8", "replace")
    else:
        text = raw if isinstance(raw, str) else str(raw)
        text = text[:EXCERPT_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    return text[:EXCERPT_CHARACTERS].replace("\x00", "")


class TimeBounds:
    """The times that a post may carry; `now` is when the reading began."""

    def __init__(self, max_future_seconds: float) -> None:
        self.latest = int((time.time() + max_future_seconds) * 1e6)

    def reason(self, name: str, raw: Any, value: int | None) -> str | None:
        """Why a time cannot stand; None when it can."""
        if value is None:
            if raw is None or raw == "":
                return f"no {name}"
            return f"{name} cannot be read as a time: {excerpt_of(raw)[:40]!r}"
        if value < EARLIEST_MICROSECONDS:
            return f"{name} is before 1990: {excerpt_of(raw)[:40]!r}"
        if value > self.latest:
            return f"{name} lies in the future: {excerpt_of(raw)[:40]!r}"
        return None


def count_of(value: Any) -> int | None:
    """A like, repost or reply count; None when it is none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
        return value
    return None


class BatchBuilder:
    """Collects rows; `full` says when to `flush`."""

    def __init__(self, *, file: str, source: str, platform: str, config: SourceConfig) -> None:
        self.file = file
        self.source = source
        self.platform = platform
        self.config = config
        self.bounds = TimeBounds(config.max_future_seconds)
        self.line: int | None = None
        self.raw: Any = ""
        self._ready: list[SourceBatch] = []
        self.rows_added = 0  # over all batches
        self.unknown_media = UnknownMedia()
        self._preferred: dict[tuple[str, str, str], tuple[str, str, datetime]] = {}
        self._clear()

    def _clear(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._index: dict[str, int] = {}
        self._dropped: set[int] = set()
        self._characters = 0
        self._row_count = 0
        self._deletions: dict[str, Deletion] = {}
        self._preferences: list[Preference] = []
        self._rejections: list[Rejection] = []
        self._other: Counter[str] = Counter()

    def _count(self, rows: int) -> None:
        self._row_count += rows
        self.rows_added += rows

    def at(self, line: int | None, raw: Any) -> None:
        """Where the rows that come now stand, for their rejections."""
        self.line = line
        self.raw = raw

    def post(
        self,
        *,
        post_id: Any,
        author_id: Any,
        created_at: Any,
        text: str | None,
        author_name: str | None = None,
        edited_at: Any = None,
        language: str | None = None,
        reply_to: Any = None,
        repost_of: Any = None,
        quote_of: Any = None,
        conversation_id: Any = None,
        urls: Iterable[Any] = (),
        visibility: str | None = "public",
        like_count: Any = None,
        repost_count: Any = None,
        reply_count: Any = None,
        media: Collection[str] | None = None,
        has_media: bool = False,
    ) -> str | None:
        """Add one post, or its rejection. Returns the post_id it got, None when it was rejected.

        `media` are MEDIA_KINDS, None where the source does not say; `has_media` is for what is none of them.
        """
        try:
            author = exact_id(author_id, "author_id")
            known_id = exact_id(post_id, "post_id")
            reply_to = exact_id(reply_to, "reply_to")
            repost_of = exact_id(repost_of, "repost_of")
            quote_of = exact_id(quote_of, "quote_of")
            conversation_id = exact_id(conversation_id, "conversation_id")
        except InexactId as error:
            self.reject(str(error))
            return None
        if author is None:
            self.reject("no author")
            return None
        if text is None:
            text = ""
        elif not isinstance(text, str):
            self.reject(f"text is a {type(text).__name__}, not a string")
            return None
        elif "\x00" in text:
            text = text.replace("\x00", "")
        if repost_of is None and not has_media and not media and not text.strip():
            self.reject("no text")
            return None
        created = parse_time(created_at)
        if created is None or not EARLIEST_MICROSECONDS <= created <= self.bounds.latest:
            self.reject(self.bounds.reason("created_at", created_at, created) or "no created_at")
            return None
        edited: int | None = None
        if edited_at is not None and edited_at != "":
            edited = parse_time(edited_at)
            if edited is None or not EARLIEST_MICROSECONDS <= edited <= self.bounds.latest:
                self.reject(self.bounds.reason("edited_at", edited_at, edited) or "no edited_at")
                return None
        if visibility not in VISIBILITIES:
            self.reject(f"unknown visibility: {visibility!r}" if visibility else "no visibility")
            return None
        if isinstance(author_name, str):
            author_name = author_name.replace("\x00", "").lstrip("@") or None
        else:
            author_name = None
        known_id = known_id or post_digest(author, created, text)
        if known_id in self._deletions:
            self._close()
        row = (
            known_id,
            author,
            author_name,
            created,
            edited,
            text,
            language_tag(language) if isinstance(language, str) else None,
            reply_to,
            repost_of,
            quote_of,
            conversation_id,
            list(dict.fromkeys(url for url in urls if isinstance(url, str) and url)),
            visibility,
            self.platform,
            self.source,
            count_of(like_count),
            count_of(repost_count),
            count_of(reply_count),
            None if media is None else sorted(set(media)),
        )
        self._count(1)
        self._characters += len(text)
        earlier = self._index.get(known_id)
        if earlier is not None:
            self._other[REPEATED] += 1
            if (self._rows[earlier][_EDITED_AT] or 0) <= (edited or 0):
                self._rows[earlier] = row
            return known_id
        self._index[known_id] = len(self._rows)
        self._rows.append(row)
        return known_id

    def reject(self, reason: str) -> None:
        """Set the row aside with the reason."""
        self._count(1)
        rejection = Rejection(file=self.file, line=self.line, reason=reason, excerpt=excerpt_of(self.raw))
        self._rejections.append(rejection)

    def delete(self, post_id: Any, deleted_at: Any = None, reason: str = "deleted") -> None:
        """The author or the platform took a post away."""
        try:
            known_id = exact_id(post_id, "post_id")
        except InexactId as error:
            return self.reject(str(error))
        if known_id is None:
            return self.reject("a deletion without the id of the post")
        self._count(1)
        gone = self._index.pop(known_id, None)
        if gone is not None:
            self._dropped.add(gone)
            self._other["deleted later"] += 1
        if known_id in self._deletions:
            self._other[REPEATED] += 1
        when = parse_time(deleted_at)
        self._deletions[known_id] = Deletion(
            post_id=known_id, deleted_at=None if when is None else moment(when), reason=reason
        )
        return None

    def prefer(
        self, author_id: Any, purpose: str, state: str, declared_at: Any, source: str, *, scope: str = ""
    ) -> None:
        """What an author allows. The same statement is taken once per file until the state changes.

        A denial that carries its time is taken again when it was said again later.
        """
        author = exact_id(author_id, "author_id")
        if author is None:
            return
        key = (author, purpose, source)
        last = self._preferred.get(key)
        is_same = last is not None and last[:2] == (state, scope)
        if is_same and (state != "deny" or declared_at is None):
            return
        when = parse_time(declared_at)
        declared = datetime.now(UTC) if when is None else moment(when)
        if is_same and last is not None and declared <= last[2]:
            return
        self._preferred[key] = (state, scope, declared)
        self._preferences.append(
            Preference(
                author_id=author,
                purpose=purpose,
                state=state,  # type: ignore[arg-type]
                declared_at=declared,
                source=source,
                scope=scope,
            )
        )

    def other(self, kind: str, count: int = 1) -> None:
        """Rows that are no posts."""
        if count:
            self._count(count)
            self._other[kind] += count

    @property
    def full(self) -> bool:
        return (
            self._row_count >= self.config.batch_rows
            or self._characters >= MAX_BATCH_CHARACTERS
            or bool(self._ready)
        )

    def flush(self) -> Iterator[SourceBatch]:
        """The batches collected so far, in the order of the input."""
        self._close()
        ready, self._ready = self._ready, []
        yield from ready

    def _close(self) -> None:
        if self._row_count or self._preferences:
            rows: Sequence[tuple[Any, ...]] = self._rows
            if self._dropped:
                rows = [row for index, row in enumerate(self._rows) if index not in self._dropped]
            self._ready.append(
                SourceBatch(
                    posts=rows_to_table(rows),
                    row_count=self._row_count,
                    deletions=tuple(self._deletions.values()),
                    preferences=tuple(self._preferences),
                    rejections=tuple(self._rejections),
                    other=dict(self._other),
                )
            )
        self._clear()


def rows_to_table(rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Row tuples in the order of POST_SCHEMA, times in microseconds, as a table."""
    if not rows:
        return POST_SCHEMA.empty_table()
    columns = []
    for field, values in zip(POST_SCHEMA, zip(*rows, strict=True), strict=True):
        if pa.types.is_timestamp(field.type):
            columns.append(pa.array(values, pa.int64()).cast(field.type))
            continue
        column = pa.array(values, field.type)
        if pa.types.is_string(field.type) and pc.any(pc.match_substring(column, "\x00")).as_py():
            column = pc.replace_substring(column, "\x00", "")
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=POST_SCHEMA)
