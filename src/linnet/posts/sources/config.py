"""What a person may set about reading a file, and the field mapping of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from linnet.errors import WrongUse

FIELDS: tuple[str, ...] = (
    "post_id",
    "author_id",
    "author_name",
    "text",
    "created_at",
    "language",
    "reply_to",
    "repost_of",
    "quote_of",
    "urls",
    "visibility",
    "edited_at",
    "conversation_id",
    "like_count",
    "repost_count",
    "reply_count",
    "media",
)

FIELD_ALIASES: Mapping[str, str] = {"author": "author_id"}


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """How to read a source. `mapping` is for tables: field name -> column name."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    batch_rows: int = 50_000  # rows in one SourceBatch at most, give or take the rows of one input line
    max_line_bytes: int = 16 * 1024 * 1024  # a longer line is set aside without being held in memory
    max_future_seconds: float = 86_400.0  # a created_at further ahead of now than this is rejected

    def __post_init__(self) -> None:
        if self.batch_rows < 1:
            raise WrongUse(f"batch_rows is {self.batch_rows}; it must be 1 or more")
        if self.max_line_bytes < 1:
            raise WrongUse(f"max_line_bytes is {self.max_line_bytes}; it must be 1 or more")
        if self.max_future_seconds < 0:
            raise WrongUse(f"max_future_seconds is {self.max_future_seconds}; it must be 0 or more")
        for name in self.mapping:
            if name not in FIELDS:
                raise WrongUse(f"{name!r} is no field of a post; the fields are {', '.join(FIELDS)}")


def parse_mapping(text: str) -> dict[str, str]:
    """ "text=content,author=author_id" -> {"text": "content", "author_id": "author_id"}."""
    mapping: dict[str, str] = {}
    for part in text.split(","):
        if not part.strip():
            continue
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not name or not column:
            raise WrongUse(f"{part.strip()!r} is no mapping; write FIELD=COLUMN, as in text=content")
        name = FIELD_ALIASES.get(name, name)
        if name not in FIELDS:
            raise WrongUse(f"{name!r} is no field of a post; the fields are {', '.join(FIELDS)}")
        if name in mapping:
            raise WrongUse(f"{name} is mapped twice: to {mapping[name]} and to {column}")
        mapping[name] = column
    return mapping
