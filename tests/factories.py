"""Small posts, batches and workspaces for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linnet.posts.store import PostStore
from linnet.records import Post, SourceBatch, posts_to_table
from linnet.workspace import init_workspace

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def make_post(
    post_id: str, text: str = "a post about the harbour", *, minutes: int = 0, **fields: Any
) -> Post:
    fields.setdefault("author_id", "ada")
    return Post(post_id=post_id, text=text, created_at=NOON + timedelta(minutes=minutes), **fields)


def make_batch(*posts: Post, **fields: Any) -> SourceBatch:
    extra = len(fields.get("deletions", ())) + len(fields.get("rejections", ()))
    return SourceBatch(posts=posts_to_table(posts), row_count=len(posts) + extra, **fields)


def make_store(folder: Path, *posts: Post) -> PostStore:
    from linnet.posts.ingest import VersionFold

    store = PostStore(init_workspace(folder))
    if posts:
        VersionFold(store).take(make_batch(*posts))
    return store
