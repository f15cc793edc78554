"""Receipts: signed, complete, free of what is gone; a changed byte fails."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from linnet.erasure import forget
from linnet.erasure.receipts import canonical, list_receipts, verify_receipt
from linnet.errors import BadInput
from linnet.workspace import Workspace, init_workspace
from tests.erasure.platform import GONE_AUTHOR, GONE_POSTS, make_platform


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path]:
    workspace = make_platform(tmp_path_factory.mktemp("receipts") / "w", corpus=False, index=False)
    return workspace, Path(forget(workspace, authors=[GONE_AUTHOR]).receipt)


def test_a_receipt_is_valid_with_and_without_its_workspace(erased: tuple[Workspace, Path]) -> None:
    workspace, path = erased
    assert verify_receipt(path, workspace) == [] and verify_receipt(path) == []
    assert list_receipts(workspace) == [path]
    text = path.read_text()
    assert GONE_AUTHOR not in text and GONE_POSTS[0] not in text


def test_any_changed_value_fails(erased: tuple[Workspace, Path], tmp_path: Path) -> None:
    _, path = erased
    text = path.read_text()
    changed = tmp_path / "changed.json"
    places = [match.start() for match in re.finditer(r"[0-9a-z](?=[^\n]*\n)", text)]
    for place in places[:: max(len(places) // 40, 1)]:
        other = "1" if text[place] != "1" else "2"
        changed.write_text(text[:place] + other + text[place + 1 :])
        try:
            wrong = verify_receipt(changed)
        except BadInput:
            continue  # no JSON any more
        assert wrong, f"a change at {place} went unnoticed: {text[place - 20 : place + 20]!r}"


def test_what_is_left_out_is_missed(erased: tuple[Workspace, Path], tmp_path: Path) -> None:
    _, path = erased
    receipt = json.loads(path.read_text())
    del receipt["checks"]
    less = tmp_path / "less.json"
    less.write_text(json.dumps(receipt))
    assert "it has no checks" in verify_receipt(less)
    assert b'"signature"' not in canonical(receipt)


def test_another_workspace_does_not_own_it(erased: tuple[Workspace, Path], tmp_path: Path) -> None:
    other = init_workspace(tmp_path / "other")
    forget(other, posts=["x-1"])
    assert any("another key" in line for line in verify_receipt(erased[1], other))


def test_no_receipt(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no receipt"):
        verify_receipt(tmp_path / "missing.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(BadInput, match="no JSON object"):
        verify_receipt(tmp_path / "list.json")
