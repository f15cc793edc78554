"""Erasing again, in a workspace that was restored from a backup, what a ledger names."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from linnet.erasure.backups import read_ledger
from linnet.erasure.forget import ForgetReport, forget
from linnet.erasure.keys import key_id
from linnet.errors import BadInput
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.retrieval.vectors import VectorTable
from linnet.workspace import Workspace


def replay_ledger(workspace: Workspace, ledger: Path, *, progress: Progress = SILENT) -> ForgetReport:
    """Compare the ledger's keyed digests with every id that the workspace holds, and forget those that match.

    Digests that match nothing here are kept, so that what they stand for is refused all the same.
    """
    entries = read_ledger(ledger)
    store = PostStore(workspace)
    book = store.forgotten
    if any(entry["key_id"] != key_id(book.key) for entry in entries):
        raise BadInput(
            f"{ledger} was written with another key than {workspace.root}/keys/erasure.key: put the key file of the "
            "workspace that wrote it in its place"
        )
    posts = {digest for entry in entries for digest in entry["posts"]}
    authors = {digest for entry in entries for digest in entry["authors"]}
    post_ids, author_ids = _ids(workspace, store)
    found_posts = sorted(one for one in post_ids if book.digest("post", one) in posts)
    found_authors = sorted(one for one in author_ids if book.digest("author", one) in authors)
    with store.state.change() as seq, store.state.engine.begin() as connection:
        for entry in entries:
            book.remember_digests(connection, "post", entry["posts"], entry["at"], seq)
            book.remember_digests(connection, "author", entry["authors"], entry["at"], seq)
        store.state.set_number_in(connection, "forgotten_seq", seq)
    if not found_posts and not found_authors:
        return ForgetReport(receipt="", posts=0, places={})
    return forget(workspace, posts=found_posts, authors=found_authors, progress=progress)


def _ids(workspace: Workspace, store: PostStore) -> tuple[set[str], set[str]]:
    """Every post id and author id in the store, the corpus and the vectors."""
    post_ids, author_ids = store.tombstoned(), set()
    if store.exists():
        rows = store.collect(lambda found: found.select("post_id", "author_id"))
        post_ids |= set(rows["post_id"])
        author_ids |= set(rows["author_id"])
    corpus = workspace.stage_path("corpus")
    for path in sorted(corpus.glob("documents-*.parquet")):
        rows = pl.read_parquet(path, columns=["post_ids", "author_ids"], glob=False)
        post_ids |= set(rows["post_ids"].explode())
        author_ids |= set(rows["author_ids"].explode())
    for path in (*sorted(corpus.glob("posts*.parquet")), *sorted(corpus.glob("dropped*.parquet"))):
        post_ids |= set(pl.read_parquet(path, columns=["post_id"], glob=False)["post_id"])
    for table in VectorTable.all_in(workspace.stage_path("index") / "vectors"):
        held = table.rows()
        post_ids |= set(held["post_id"].to_pylist())
        author_ids |= set(held["author_id"].to_pylist())
    return post_ids, author_ids
