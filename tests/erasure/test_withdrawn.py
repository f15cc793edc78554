"""What authors deleted is erased from every file too, many at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

import linnet.erasure.withdrawn as withdrawn_module
from linnet.erasure import erase_withdrawn, erase_withdrawn_when_due
from linnet.erasure.checker import find_bytes
from linnet.erasure.receipts import verify_receipt
from linnet.posts.store import PostStore
from linnet.records import Deletion
from linnet.workspace import Workspace
from tests.erasure.platform import CANARY, GONE_POSTS


def test_deleted_posts_leave_every_file(workspace: Workspace) -> None:
    store = PostStore(workspace)
    assert erase_withdrawn(workspace) is None
    store.delete([Deletion(post_id=post_id) for post_id in GONE_POSTS])
    before = {finding.path.partition("/")[0] for finding in find_bytes(workspace.root, [CANARY])}
    assert {"corpus", "index"} <= before  # hidden from reads, and still in files
    report = erase_withdrawn(workspace)
    assert report is not None and report.posts == len(GONE_POSTS) and report.found == 0
    assert find_bytes(workspace.root, [CANARY, *GONE_POSTS]) == []
    assert verify_receipt(Path(report.receipt), workspace) == []
    assert erase_withdrawn(workspace) is None


def test_it_is_due_after_some_hours(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(withdrawn_module.time, "time", lambda: now)
    PostStore(workspace).delete([Deletion(post_id=GONE_POSTS[0])])
    assert erase_withdrawn_when_due(workspace) is None  # the hours begin
    now += 23 * 3600
    assert erase_withdrawn_when_due(workspace) is None
    now += 2 * 3600
    assert erase_withdrawn_when_due(workspace) is not None
    assert erase_withdrawn_when_due(workspace) is None


def test_zero_hours_leave_it_to_the_command(workspace: Workspace) -> None:
    with workspace.settings_path.open("a") as settings:
        settings.write("\n[erasure]\nwithdrawn_hours = 0\n")
    PostStore(workspace).delete([Deletion(post_id=GONE_POSTS[0])])
    PostStore(workspace).state.set_numbers(withdrawn_erased_at=1)
    assert erase_withdrawn_when_due(workspace) is None
