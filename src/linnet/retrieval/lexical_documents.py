"""What one document of the lexical index holds: words, the fields that conditions need, the post as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from linnet.retrieval.post_terms import (
    addressed,
    cashtags,
    domains,
    kinds,
    language_keys,
    links,
    url_words,
)
from linnet.retrieval.words import fold, split_words

if TYPE_CHECKING:
    import tantivy

FORMAT = 2  # of these documents; an index of another format is rebuilt
MARK = "seq"
COUNT_FIELDS = ("like_count", "repost_count", "reply_count")
REFERENCE_FIELDS = ("reply_to", "quote_of", "conversation_id")  # ids of other posts
_RAW_FIELDS = (
    "post_id", "author_id", "author_name", "language", "visibility", "mark", *REFERENCE_FIELDS,
    "addressed", "domain", "kind",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 2**62  # of a count


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPost:
    """A post as the index shows it."""

    post_id: str
    author_id: str
    author_name: str | None
    created_at: datetime
    text: str
    language: str | None
    visibility: str
    repost_of: str | None
    reply_to: str | None = None
    conversation_id: str | None = None
    like_count: int | None = None  # as of the last version of the post that came in
    repost_count: int | None = None
    reply_count: int | None = None
    score: float = 0.0  # BM25; 0 when the query had filters only


_STORED = tuple(name for name in IndexedPost.__dataclass_fields__ if name != "score")


def schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in _RAW_FIELDS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("extra", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("url", tokenizer_name="whitespace", index_option="position")
    builder.add_integer_field("created_at", indexed=True, fast=True)  # microseconds since 1970
    for name in COUNT_FIELDS:
        builder.add_integer_field(name, fast=True)  # 0 where it is not known
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def microseconds(time: datetime) -> int:
    return (time - _EPOCH) // datetime.resolution


def document_of(row: Mapping[str, Any]) -> tantivy.Document:
    """A row of POST_SCHEMA as a document."""
    import tantivy

    text, name = row["text"], row["author_name"]
    urls = links(text, row["urls"])
    document = tantivy.Document()
    for field in ("post_id", "author_id", "visibility", *REFERENCE_FIELDS):
        if row[field] is not None:
            document.add_text(field, row[field])
    if name:
        document.add_text("author_name", fold(name))
    for field, values in (
        ("language", language_keys(row["language"])),
        ("addressed", addressed(text)),
        ("domain", dict.fromkeys(domain for url in urls for domain in domains(url))),
        ("kind", kinds(row, urls)),
    ):
        for value in values:
            document.add_text(field, value)
    words = split_words(text)
    document.add_text("body", " ".join(words.body))
    if extra := (*words.extra, *cashtags(text)):
        document.add_text("extra", " ".join(extra))
    for url in urls:  # each a value of its own: no phrase goes from one into the next
        document.add_text("url", " ".join(url_words(url)))
    created = microseconds(row["created_at"])
    document.add_integer("created_at", created)
    for field in COUNT_FIELDS:
        document.add_integer(field, max(-_LARGEST, min(row[field] or 0, _LARGEST)))
    stored = {**{field: row[field] for field in _STORED}, "created_at": created}
    document.add_bytes("stored", orjson.dumps([stored[field] for field in _STORED]))
    return document


def mark_of(seq: int) -> tantivy.Document:
    """The one document that is no post: the sequence number that the index has reached."""
    import tantivy

    mark = tantivy.Document()
    mark.add_text("mark", MARK)
    mark.add_bytes("stored", orjson.dumps({"format": FORMAT, "seq": seq}))
    return mark


def post_of(stored: bytes, score: float) -> IndexedPost:
    values = dict(zip(_STORED, orjson.loads(stored), strict=True))
    values["created_at"] = _EPOCH + values["created_at"] * datetime.resolution
    return IndexedPost(**values, score=score)
