"""Which format a file has, told from its name and, above all, from what is in it."""

from __future__ import annotations

import codecs
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, WrongUse
from linnet.posts.sources.activitypub import ACTOR_TYPES, COLLECTION_TYPES, POST_TYPES, ActivityPub
from linnet.posts.sources.archive_files import ArchiveFiles, open_zip
from linnet.posts.sources.bluesky_preferences import AI_PREFERENCE, USER_INTENTS
from linnet.posts.sources.bluesky_records import BlueskyRecords
from linnet.posts.sources.config import SourceConfig
from linnet.posts.sources.csv_table import CsvTable
from linnet.posts.sources.jetstream import Jetstream
from linnet.posts.sources.json_source import JsonSource
from linnet.posts.sources.json_table import JsonTable, columns_of
from linnet.posts.sources.json_values import (
    WHOLE_DOCUMENT_BYTES,
    BadJson,
    ElementScanner,
    parse_json,
    read_json_lines,
)
from linnet.posts.sources.mastodon import Mastodon
from linnet.posts.sources.mastodon_archive import MastodonArchive, is_mastodon_archive
from linnet.posts.sources.parquet_table import ParquetTable
from linnet.posts.sources.record_files import RecordFiles, read_cbor, record_files
from linnet.posts.sources.source import Source
from linnet.posts.sources.table_columns import is_table_of_posts, listing, map_columns
from linnet.posts.sources.x_api_v1 import XApiV1
from linnet.posts.sources.x_api_v2 import XApiV2
from linnet.posts.sources.x_archive import PREFIX, XArchive, is_x_archive
from linnet.posts.sources.x_posts import COMPLIANCE_STATES

_HEAD_BYTES = 64 * 1024
_SAMPLE_VALUES = 50
_SAMPLE_LINES = 500
_ACTIVITIES = {"Create", "Update", "Announce", "Delete", "Undo", "Like", "Follow", "Accept", "Add", "Block"}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_WIDE = (
    ("UTF-32", (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),  # first: its mark begins like that of UTF-16
    ("UTF-16", (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)
_COMPRESSED = (
    (b"\x1f\x8b", "gzip"),
    (b"(\xb5/\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
)


def open_source(path: Path, config: SourceConfig | None = None) -> Source:
    """The source that reads `path`. Raises BadInput or WrongUse with one line when nothing can."""
    config = config or SourceConfig()
    path = Path(path)
    try:
        if not path.exists():
            raise BadInput(f"{path} does not exist")
        source = _open_folder(path, config) if path.is_dir() else _open_file(path, config)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}") from error
    if config.mapping and source.name not in ("csv", "tsv", "jsonl", "parquet"):
        raise WrongUse(f"{path} is {source.name}, which needs no mapping; leave --map away")
    return source


def _open_folder(path: Path, config: SourceConfig) -> Source:
    if next(path.iterdir(), None) is None:
        raise BadInput(f"{path} is an empty folder")
    names = ArchiveFiles(path).names()
    if is_x_archive(names):
        return XArchive(path, config)
    if is_mastodon_archive(names):
        return MastodonArchive(path, config)
    if next(record_files(path), None) is not None:
        return RecordFiles(path, config)
    raise BadInput(
        f"{path} holds no X archive (data/tweets.js), no Mastodon archive (outbox.json) and no Bluesky records;"
        " give other files one by one"
    )


def _open_file(path: Path, config: SourceConfig) -> Source:
    if not path.is_file():
        raise BadInput(f"{path} is not a file")
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise BadInput(f"{path} is empty")
    if head.startswith(b"PAR1"):
        return ParquetTable(path, config)
    if head.startswith(_ZIP) or path.suffix.lower() == ".zip":
        return _open_zip(path, config)
    for magic, name in _COMPRESSED:
        if head.startswith(magic):
            raise BadInput(f"{path} is compressed with {name}; unpack it first")
    if PREFIX.match(head):
        if path.suffix != ".js":
            raise BadInput(
                f"{path} is a file of an X archive; give it the name it has there, as in tweets.js"
            )
        return XArchive(path, config)
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if first in (b"{", b"["):
        return _open_json(path, config)
    if wide := _wide_json(head):
        raise BadInput(f"{path} is JSON in {wide}; write it as UTF-8: iconv -f {wide} -t UTF-8")
    if _is_cbor_record(head, path):
        return RecordFiles(path, config)
    if b"\x00" in head and not _is_wide_text(head):
        raise BadInput(f"{path} is a binary file of no known format; see the formats in docs/sources.md")
    if _has_json_lines(path, config):
        return _open_json(path, config)
    return CsvTable(path, config)


def _open_zip(path: Path, config: SourceConfig) -> Source:
    if not zipfile.is_zipfile(path):
        raise BadInput(f"{path} is a broken zip; download it again, or unpack it and give the folder")
    with open_zip(path) as archive:
        names = archive.namelist()
    if is_x_archive(names):
        return XArchive(path, config)
    if is_mastodon_archive(names):
        return MastodonArchive(path, config)
    raise BadInput(
        f"{path} holds neither an X archive (data/tweets.js) nor a Mastodon archive (outbox.json);"
        " unpack it and give the files one by one"
    )


def _wide_json(head: bytes) -> str | None:
    """The encoding of JSON with the byte order mark of UTF-16 (as a Windows shell redirects it) or UTF-32."""
    for name, marks in _WIDE:
        if head.startswith(marks):
            start = head[:1024].decode(name, "ignore").lstrip()
            return name if start.startswith(("{", "[")) else None
    return None


def _is_wide_text(head: bytes) -> bool:
    """UTF-16 or UTF-32, or text with a few stray NULs; not a binary file."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    nulls, half = head.count(0), len(head) // 2
    if nulls > half * 0.7:
        return True
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return controls < len(head) * 0.01


def _is_cbor_record(head: bytes, path: Path) -> bool:
    if 0xA0 <= head[0] <= 0xBF and (
        b"\x00" in head or b"app.bsky." in head or path.suffix.lower() == ".cbor"
    ):
        try:
            value = next(
                read_cbor(path.read_bytes() if path.stat().st_size <= WHOLE_DOCUMENT_BYTES else head), None
            )
        except ValueError:
            return False
        return isinstance(value, dict) or path.suffix.lower() == ".cbor"
    return path.suffix.lower() == ".cbor"


def _has_json_lines(path: Path, config: SourceConfig) -> bool:
    """Whether, after some damage at the start, JSON objects follow."""
    return path.suffix.lower() in (".jsonl", ".ndjson", ".json") and bool(_sample_lines(path, config))


def _sample_lines(path: Path, config: SourceConfig) -> list[dict[str, Any]]:
    sample: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for number, _, value in read_json_lines(stream, config.max_line_bytes):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict):
                    sample.append(item)
            if len(sample) >= _SAMPLE_VALUES or number >= _SAMPLE_LINES:
                break
    return sample[:_SAMPLE_VALUES]


def _sample_document(path: Path, config: SourceConfig) -> list[dict[str, Any]]:
    """The first values of a document, also of one too large to hold or torn off."""
    if path.stat().st_size <= WHOLE_DOCUMENT_BYTES:
        try:
            value = parse_json(path.read_bytes())
        except BadJson:
            pass
        else:
            items = value if isinstance(value, list) else [value]
            return [item for item in items[:_SAMPLE_VALUES] if isinstance(item, dict)]
    for key in (None, "orderedItems"):
        sample: list[dict[str, Any]] = []
        with path.open("rb") as stream:
            first = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            if (first == b"[") != (key is None):
                continue
            stream.seek(0)
            for _, _, value in ElementScanner(
                stream, key=key, max_element_bytes=config.max_line_bytes
            ).elements():
                if isinstance(value, dict):
                    sample.append(value)
                if len(sample) >= _SAMPLE_VALUES:
                    break
        if sample:
            return sample
    return []


def _open_json(path: Path, config: SourceConfig) -> Source:
    layout = "document" if _is_document(path, config) else "lines"
    sample = _sample_document(path, config) if layout == "document" else _sample_lines(path, config)
    if not sample and path.suffix.lower() in (".jsonl", ".ndjson"):
        raise BadInput(f"{path} has no line that is a JSON object")
    if not sample:
        if path.stat().st_size > WHOLE_DOCUMENT_BYTES:
            raise BadInput(
                f"{path} is JSON, but too large to hold at once and no list of posts; write it as JSON Lines"
            )
        raise BadInput(
            f"{path} is JSON without any object that could be a post, or damaged JSON: {_why(path)}"
        )
    votes = Counter(name for value in sample if (name := classify(value)) is not None)
    name = votes.most_common(1)[0][0] if votes else None
    if config.mapping or name is None or is_flat_table(sample, name):
        columns = columns_of(sample)
        if not is_table_of_posts(columns, config.mapping) and name is None:
            raise BadInput(
                f"{path} has the keys {listing(columns, most=20)}, which fit no known format; for a table say which is which:"
                " --map text=COLUMN,author=COLUMN,created_at=COLUMN"
            )
        chosen = map_columns(columns, config.mapping, str(path))
        return JsonSource(path, config, lambda: JsonTable(chosen), layout=layout)
    key = "orderedItems" if name == ActivityPub.name else None
    make = {
        Jetstream.name: Jetstream,
        Mastodon.name: Mastodon,
        ActivityPub.name: ActivityPub,
        XApiV1.name: XApiV1,
        XApiV2.name: lambda: XApiV2(path.name),
        BlueskyRecords.name: lambda: BlueskyRecords(path),
    }[name]
    return JsonSource(path, config, make, layout=layout, array_key=key)  # type: ignore[arg-type]


def _is_document(path: Path, config: SourceConfig) -> bool:
    """One JSON value over the whole file, not one a line. A damaged file goes by what its first lines look like."""
    if path.stat().st_size <= WHOLE_DOCUMENT_BYTES:
        try:
            parse_json(path.read_bytes())
            return True
        except BadJson:
            pass
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return False
    objects = other = 0
    with path.open("rb") as stream:
        for _, line, value in read_json_lines(stream, config.max_line_bytes):
            if not objects and not other:
                if isinstance(value, dict | list):
                    return False
                if line.strip().startswith(b"["):
                    return True
            if isinstance(value, dict):
                objects += 1
            else:
                other += 1
            if objects + other >= _SAMPLE_LINES:
                break
    return objects * 5 < other  # the lines of one printed document are seldom objects of their own


def _why(path: Path) -> str:
    try:
        parse_json(path.read_bytes())
    except BadJson as error:
        return str(error)
    return "no objects"


def is_flat_table(sample: list[dict[str, Any]], name: str) -> bool:
    """A table that only resembles an API: rows of plain values with the columns of a post."""
    if name != XApiV2.name:
        return False
    telling = {
        "data",
        "errors",
        "edit_history_tweet_ids",
        "public_metrics",
        "referenced_tweets",
        "action",
        "title",
    }
    return not any(telling & set(value) for value in sample)


def classify(value: dict[str, Any]) -> str | None:
    """The format that one JSON object belongs to; None for a row of a table or anything else."""
    kind = value.get("type")
    if "did" in value and "kind" in value and "time_us" in value:
        return Jetstream.name
    if (
        str(value.get("$type", "")).startswith(("app.bsky.", AI_PREFERENCE, USER_INTENTS))
        or "postRecords" in value
    ):
        return BlueskyRecords.name
    if str(value.get("uri", "")).startswith("at://"):
        return BlueskyRecords.name
    for key in ("records", "feed", "posts"):
        items = value.get(key)
        if isinstance(items, list) and items and isinstance(items[0], dict):
            item = items[0].get("post", items[0])
            if isinstance(item, dict) and str(item.get("uri", "")).startswith("at://"):
                return BlueskyRecords.name
    if isinstance(value.get("thread"), dict) or (
        isinstance(value.get("post"), dict) and "uri" in value["post"]
    ):
        return BlueskyRecords.name
    if isinstance(kind, str) and (kind in COLLECTION_TYPES or (kind in _ACTIVITIES and "actor" in value)):
        return ActivityPub.name
    if (
        isinstance(kind, str)
        and (kind in POST_TYPES | ACTOR_TYPES)
        and ("@context" in value or "attributedTo" in value)
    ):
        return ActivityPub.name
    account = value.get("account")
    if isinstance(account, dict) and ("content" in value or "reblog" in value):
        return Mastodon.name
    if "ancestors" in value and "descendants" in value:
        return Mastodon.name
    user = value.get("user")
    if (
        isinstance(user, dict)
        and ("full_text" in value or "text" in value)
        and ("id" in value or "id_str" in value)
    ):
        return XApiV1.name
    if isinstance(value.get("delete"), dict) or any(
        isinstance(value.get(name), dict) for name in COMPLIANCE_STATES
    ):
        return XApiV1.name
    statuses = value.get("statuses")
    if isinstance(statuses, list):
        first = statuses[0] if statuses and isinstance(statuses[0], dict) else {}
        return Mastodon.name if "account" in first else XApiV1.name
    if isinstance(value.get("data"), list | dict) or isinstance(value.get("errors"), list):
        return XApiV2.name
    if "action" in value and "id" in value and "reason" in value:
        return XApiV2.name
    if "author_id" in value and "id" in value and "text" in value:
        return XApiV2.name
    return None
