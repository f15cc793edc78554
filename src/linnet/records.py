"""The nouns: what flows through Linnet, and the one Arrow schema that posts have everywhere.

Posts travel in bulk as `pyarrow.Table`s with `POST_SCHEMA` and singly as `Post`. Both are the same thing:
`posts_to_table` and `Post.from_row` go back and forth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa

Visibility = Literal["public", "unlisted", "followers", "private"]
VISIBILITIES: tuple[str, ...] = ("public", "unlisted", "followers", "private")

Purpose = Literal["train", "retrieve", "embed", "generate", "moderate"]
PURPOSES: tuple[str, ...] = ("train", "retrieve", "embed", "generate", "moderate")

MEDIA_KINDS: tuple[str, ...] = ("audio", "image", "poll", "video")  # an animated GIF is a video

POST_SCHEMA = pa.schema(
    [
        pa.field("post_id", pa.string(), nullable=False),
        pa.field("author_id", pa.string(), nullable=False),
        pa.field("author_name", pa.string()),
        pa.field("created_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("edited_at", pa.timestamp("us", tz="UTC")),
        pa.field("text", pa.string(), nullable=False),
        pa.field("language", pa.string()),
        pa.field("reply_to", pa.string()),
        pa.field("repost_of", pa.string()),
        pa.field("quote_of", pa.string()),
        pa.field("conversation_id", pa.string()),
        pa.field("urls", pa.list_(pa.string())),
        pa.field("visibility", pa.string(), nullable=False),
        pa.field("platform", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("like_count", pa.int64()),
        pa.field("repost_count", pa.int64()),
        pa.field("reply_count", pa.int64()),
        pa.field("media", pa.list_(pa.string())),  # of MEDIA_KINDS, sorted; null: the source does not say
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post as its author wrote it. Times are UTC; ids are opaque strings (never numbers: they exceed 2^53)."""

    post_id: str
    author_id: str
    created_at: datetime
    text: str
    author_name: str | None = None  # the handle, without a leading @
    edited_at: datetime | None = None  # when this version was written; None for the first version
    language: str | None = None  # BCP 47 as the source declares it; None when it does not
    reply_to: str | None = None  # post_id of the parent
    repost_of: str | None = None  # post_id of the original
    quote_of: str | None = None
    conversation_id: str | None = None  # post_id of the root, where the source knows it
    urls: tuple[str, ...] = ()
    visibility: str = "public"
    platform: str = "file"  # x, mastodon, bluesky, simulator, file
    source: str = "file"  # the format it came in: x-archive, x-api-v2, mastodon, jetstream, csv ...
    like_count: int | None = None
    repost_count: int | None = None
    reply_count: int | None = None
    media: tuple[str, ...] = ()  # of MEDIA_KINDS, each once, sorted; () also where the source does not say

    def to_row(self) -> dict[str, Any]:
        row = {name: getattr(self, name) for name in POST_SCHEMA.names}
        row["urls"], row["media"] = list(self.urls), list(self.media)
        return row

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Post:
        values = {name: row[name] for name in POST_SCHEMA.names if name in row}
        for name in ("urls", "media"):  # rows from before a column was have it not
            values[name] = tuple(values.get(name) or ())
        return cls(**values)


def posts_to_table(posts: Iterable[Post]) -> pa.Table:
    """Rows with POST_SCHEMA, in the order given."""
    return pa.Table.from_pylist([post.to_row() for post in posts], schema=POST_SCHEMA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """A post that its author, or the platform, took away."""

    post_id: str
    deleted_at: datetime | None = None
    reason: str = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What one author allows, as declared somewhere. `purpose` is one of PURPOSES or "*" for all but moderate."""

    author_id: str
    purpose: str
    state: Literal["allow", "deny", "unset"]
    declared_at: datetime
    source: str  # where it was declared: "operator", "mastodon:indexable", "x:protected" ...
    scope: str = ""  # what it is about: "" everything, or as consent/scopes.py says: "post:ID" ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that could not be read: kept in the quarantine with where it stood and why."""

    file: str
    line: int | None  # 1-based line or row; None when the whole file is meant
    reason: str
    excerpt: str = ""  # at most 200 characters of the row


REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceBatch:
    """What a source yields: some rows of input, already sorted into what they are.

    `row_count` counts the input rows that the batch accounts for, so that
    row_count == posts.num_rows + len(deletions) + len(rejections) + sum(other.values()).
    Preferences come on top: one input row may yield a post and preferences.
    """

    posts: pa.Table  # POST_SCHEMA
    row_count: int
    deletions: tuple[Deletion, ...] = ()
    preferences: tuple[Preference, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    other: Mapping[str, int] = field(default_factory=dict)  # rows that are not posts, by kind ("like": 3) ...
    # ... and, under REPEATED, rows that say the same as an earlier row of this batch


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Evidence for one sentence. `quote` stands word for word in the post's text."""

    post_id: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSentence:
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `ask` returns. `extractive` says that the sentences are the posts' own words."""

    question: str
    answer: str
    sentences: tuple[CitedSentence, ...]
    abstained: bool
    extractive: bool
    as_of: datetime | None  # the newest post that could have been used
    notice: str = ""  # what the reader must know about how this was made


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result."""

    post_id: str
    author_id: str
    author_name: str | None
    created_at: datetime
    text: str
    language: str | None
    score: float  # higher is better; comparable within one result only
    score_parts: Mapping[str, float] = field(default_factory=dict)


def has_lone_surrogate(text: str) -> bool:
    """Whether the text holds half of a surrogate pair: JSON may say it (\\ud800), UTF-8 cannot."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def to_json(value: Any) -> Any:
    """A record as plain JSON types; times as ISO 8601 with Z."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value
