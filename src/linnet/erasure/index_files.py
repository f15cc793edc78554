"""Taking posts out of the search index so that their bytes go too, while searches go on."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from linnet.pipeline import WORDS_WAIT_SECONDS
from linnet.posts.store import PostStore
from linnet.progress import Progress
from linnet.retrieval.index import purge_vectors, purge_words
from linnet.retrieval.vectors import ASKED_TO_YIELD
from linnet.workspace import Workspace

VECTORS_WAIT_SECONDS = 300.0  # whoever embeds yields after the batch that it is at


def erase_words(
    workspace: Workspace, store: PostStore, reach_posts: Sequence[str], progress: Progress
) -> dict[str, int]:
    out = workspace.stage_path("index")
    if not (out / "lexical").exists():
        return {}
    with workspace.writing("words", wait_seconds=WORDS_WAIT_SECONDS):
        return purge_words(store, out, reach_posts, progress=progress)


def erase_vectors(workspace: Workspace, post_ids: Sequence[str]) -> dict[str, int]:
    out = workspace.stage_path("index")
    if not out.exists():
        return {}
    (out / "vectors").mkdir(exist_ok=True)  # whoever makes the first vectors holds the posts already
    with _yielding(out / "vectors"), workspace.writing("vectors", wait_seconds=VECTORS_WAIT_SECONDS):
        return purge_vectors(out, without=post_ids)


@contextmanager
def _yielding(folder: Path) -> Iterator[None]:
    """Ask a process that embeds in the background to stop after its batch."""
    path = folder / ASKED_TO_YIELD
    path.write_text(str(time.time()), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
