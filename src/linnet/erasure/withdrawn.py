"""Posts that their authors deleted: hidden at once by their tombstones, and erased from every file now and then.

An erasure rewrites files, so many deletions go in one request, with one receipt.
"""

from __future__ import annotations

import dataclasses
import time

import sqlalchemy as sa

from linnet.erasure.backups import ErasureConfig
from linnet.erasure.forget import ForgetReport, forget
from linnet.posts.store import PostStore
from linnet.progress import SILENT, Progress
from linnet.state import State, tombstones
from linnet.workspace import Workspace

_ERASED_AT = "withdrawn_erased_at"  # seconds since 1970


def erase_withdrawn(workspace: Workspace, *, progress: Progress = SILENT) -> ForgetReport | None:
    """Erase every post that was deleted since the last time; None when there is none."""
    store = PostStore(workspace)
    waiting = sorted(store.tombstoned())
    store.state.set_numbers(**{_ERASED_AT: int(time.time())})
    if not waiting:
        return None
    report = forget(workspace, posts=waiting, progress=progress)
    return dataclasses.replace(report, posts=len(waiting), unknown=0)  # their rows had gone before


def erase_withdrawn_when_due(workspace: Workspace, *, progress: Progress = SILENT) -> ForgetReport | None:
    """The same when the last time was `[erasure] withdrawn_hours` ago. The hours begin with the first look."""
    hours = ErasureConfig.of(workspace).withdrawn_hours
    state = State(workspace)
    with state.engine.connect() as connection:
        waiting = connection.execute(sa.select(tombstones.c.post_id).limit(1)).first()
    if not hours or waiting is None:
        return None
    since = state.number(_ERASED_AT)
    if not since:
        state.set_numbers(**{_ERASED_AT: int(time.time())})
        return None
    if time.time() - since < hours * 3600:
        return None
    return erase_withdrawn(workspace, progress=progress)
