"""A restored backup forgets again what the ledger names."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from linnet.erasure import forget
from linnet.erasure.backups import ErasureConfig, read_ledger
from linnet.erasure.checker import find_bytes
from linnet.erasure.replay import replay_ledger
from linnet.errors import BadInput, WrongUse
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.workspace import Workspace, init_workspace
from tests.erasure.platform import CANARY, GONE_AUTHOR, GONE_NAME, GONE_POSTS, make_platform
from tests.factories import make_batch, make_post


def test_restore_and_replay(tmp_path: Path) -> None:
    workspace = make_platform(tmp_path / "w")
    forget(workspace, posts=["an-earlier-one"])  # makes the keys, which travel with the backup
    backups = tmp_path / "backups"
    shutil.copytree(workspace.root, backups / "monday")
    with workspace.settings_path.open("a") as file:
        file.write(f'\n[erasure]\nbackups = ["{backups}", "{tmp_path}/unplugged"]\nbackup_days = 14\n')
    report = forget(workspace, authors=[GONE_AUTHOR])
    remains = json.loads(Path(report.receipt).read_text())["remains"]["backups"]
    assert [one["ledger"] for one in remains] == [
        "written", "not written: the folder cannot be reached from here",
    ]  # fmt: skip
    ledger = backups / "linnet-erasures.jsonl"
    assert GONE_AUTHOR not in ledger.read_text() and len(read_ledger(ledger)) == 2

    restored = Workspace(shutil.copytree(backups / "monday", tmp_path / "restored"))
    needles = [CANARY, GONE_AUTHOR, GONE_NAME, *GONE_POSTS]
    assert find_bytes(restored.root, needles) != []
    assert replay_ledger(restored, ledger).posts == 3
    assert find_bytes(restored.root, needles) == []
    assert replay_ledger(restored, ledger).posts == 0
    fold = VersionFold(PostStore(restored))
    assert fold.take(make_batch(make_post("an-earlier-one"))) == (0, 0, 0)


def test_another_key_is_said(tmp_path: Path) -> None:
    one, other = init_workspace(tmp_path / "one"), init_workspace(tmp_path / "other")
    forget(one, posts=["x-1"])
    with pytest.raises(BadInput, match="another key"):
        replay_ledger(other, one.root / "erasure" / "ledger.jsonl")


def test_a_ledger_cut_off_in_its_last_line_is_read(tmp_path: Path) -> None:
    workspace = init_workspace(tmp_path / "w")
    forget(workspace, posts=["x-1"])
    ledger = workspace.root / "erasure" / "ledger.jsonl"
    ledger.write_text(ledger.read_text() + '{"id": "half')
    assert len(read_ledger(ledger)) == 1
    forget(workspace, posts=["x-2"])
    assert len(read_ledger(ledger)) == 2
    ledger.write_text("nonsense\n" + ledger.read_text())
    with pytest.raises(BadInput, match="line 1"):
        read_ledger(ledger)


def test_settings(tmp_path: Path) -> None:
    assert ErasureConfig().backups == ()
    workspace = init_workspace(tmp_path / "w")
    workspace.settings_path.write_text('[erasure]\nbackups = "/one"\n')
    with pytest.raises(WrongUse, match="must be a list"):
        ErasureConfig.of(workspace)
