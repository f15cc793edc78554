"""What the tests of sources share: reading a source whole, with the promises of SourceBatch checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from linnet.posts.sources import SourceConfig, open_source
from linnet.records import (
    MEDIA_KINDS,
    POST_SCHEMA,
    PURPOSES,
    VISIBILITIES,
    Deletion,
    Preference,
    Rejection,
    SourceBatch,
)

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


@dataclass
class Read:
    """All that came out of a source."""

    name: str = ""
    notes: tuple[str, ...] = ()
    posts: list[dict[str, Any]] = field(default_factory=list)
    deletions: list[Deletion] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)
    row_count: int = 0
    batch_sizes: list[int] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [post["post_id"] for post in self.posts]

    @property
    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]

    @property
    def reasons(self) -> list[str]:
        return [rejection.reason for rejection in self.rejections]


def check_batch(batch: SourceBatch) -> None:
    """Rows add up and the table is what the schema says."""
    accounted = (
        batch.posts.num_rows + len(batch.deletions) + len(batch.rejections) + sum(batch.other.values())
    )
    assert batch.row_count == accounted
    assert batch.posts.schema.equals(POST_SCHEMA)
    batch.posts.validate(full=True)
    for column in ("post_id", "author_id", "created_at", "text", "visibility", "platform", "source"):
        assert batch.posts[column].null_count == 0, column
    rows = batch.posts.to_pylist()
    assert {row["visibility"] for row in rows} <= set(VISIBILITIES)
    for row in rows:
        kinds = row["media"] or []
        assert kinds == sorted(set(kinds)) and set(kinds) <= set(MEDIA_KINDS)
    ids = [row["post_id"] for row in rows]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {deletion.post_id for deletion in batch.deletions}
    assert all(ids) and all(row["author_id"] for row in rows)
    assert all(len(rejection.excerpt) <= 200 and rejection.reason for rejection in batch.rejections)
    for preference in batch.preferences:
        assert preference.purpose in (*PURPOSES, "*") and preference.state in ("allow", "deny", "unset")
        assert preference.declared_at.tzinfo is not None
    for row in rows:
        assert all("\x00" not in value for value in row.values() if isinstance(value, str))


@pytest.fixture
def read() -> Callable[..., Read]:
    def read_source(path: Path, **settings: Any) -> Read:
        source = open_source(path, SourceConfig(**settings))
        result = Read(name=source.name, notes=source.notes)
        for batch in source.read():
            check_batch(batch)
            result.posts += batch.posts.to_pylist()
            result.deletions += batch.deletions
            result.preferences += batch.preferences
            result.rejections += batch.rejections
            result.other.update(batch.other)
            result.row_count += batch.row_count
            result.batch_sizes.append(batch.row_count)
        result.notes = source.notes  # reading may add some
        return result

    return read_source


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: bytes and text as they are, a list as JSON Lines, a dict as one JSON document."""

    def write_file(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        elif isinstance(content, list):
            path.write_bytes(b"".join(orjson.dumps(item) + b"\n" for item in content))
        else:
            path.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
        return path

    return write_file


@pytest.fixture
def shared() -> Path:
    if not SHARED.exists():
        pytest.skip("the shared data is not here")
    return SHARED
