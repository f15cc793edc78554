"""Tables in JSON: one flat object a line, or an array of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.config import FIELDS
from linnet.posts.sources.media import cell_kinds

_URL = re.compile(r"https?://[^\s'\"\[\]<>]+")
_VISIBILITY_WORDS = {"direct": "private", "followers_only": "followers", "followers-only": "followers"}


class JsonTable:
    name = "jsonl"
    platform = "file"

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._paths = {field: _getter(columns[field]) for field in FIELDS if field in columns}

    def add(self, value: dict[str, Any], out: BatchBuilder) -> None:
        row = {field: get(value) for field, get in self._paths.items()}
        row.setdefault("post_id", None)
        row.setdefault("text", None)
        text = row["text"]
        if text is not None and not isinstance(text, str):
            row["text"] = str(text) if isinstance(text, int | float) else text
        if "visibility" in row:
            word = row["visibility"]
            word = word.strip().lower() if isinstance(word, str) else word
            row["visibility"] = _VISIBILITY_WORDS.get(word, word) if isinstance(word, str) else None
        if "urls" in row:
            row["urls"] = _urls(row["urls"])
        row["media"] = cell_kinds(row["media"], out.unknown_media) if "media" in row else None
        name = row.get("author_name")
        if name is not None and not isinstance(name, str):
            row["author_name"] = str(name)
        out.post(**row)


def _getter(column: str) -> Callable[[dict[str, Any]], Any]:
    """Reads a column; "user.id" also reads the id inside the object user."""
    if "." not in column:
        return lambda value: value.get(column)
    steps = column.split(".")

    def nested(value: Any) -> Any:
        if column in value:
            return value[column]
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
        return value

    return nested


def _urls(value: Any) -> list[str]:
    if isinstance(value, str):
        return [url.rstrip(",;") for url in _URL.findall(value.replace(",http", " http"))]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def columns_of(rows: list[dict[str, Any]]) -> list[str]:
    """All column names in the order they appear, those inside objects with their path."""
    found: dict[str, None] = {}
    for row in rows:
        for name, value in row.items():
            if isinstance(value, dict):
                found.update((f"{name}.{inner}", None) for inner in value)
            else:
                found[name] = None
    return list(found)
