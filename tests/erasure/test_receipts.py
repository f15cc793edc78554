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


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no receipt, or was cut off"),
        (b'{"format": "linnet-er', "no receipt, or was cut off"),
        (b"<html>", "no receipt, or was cut off"),
        (b"\xff\xfe{}", "no receipt, or was cut off"),
        (b"[" * 100_000, "no receipt, or was cut off"),
        (b'{"a": ' + b"1" * 5_000 + b"}", "no receipt, or was cut off"),
        (b"null", "no JSON object"),
    ],
)
def test_a_file_that_is_no_receipt(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says) as error:
        verify_receipt(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        {"checks": "x"},
        {"checks": ["x", 3]},
        {"checks": 5},
        {"public_key": 5},
        {"signature": ""},
        {"id": "\ud800"},
    ],
)
def test_values_of_other_kinds_are_wrong_and_no_more(
    erased: tuple[Workspace, Path], tmp_path: Path, change: dict[str, object]
) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(json.loads(erased[1].read_text()) | change))
    assert any("changed after it was signed" in line for line in verify_receipt(path, erased[0]))


def test_the_list_stands_whatever_became_of_the_files(tmp_path: Path) -> None:
    from linnet.erasure.requests import list_erasures

    workspace = init_workspace(tmp_path / "w")
    receipt = Path(forget(workspace, posts=["x-1"]).receipt)
    assert [one["valid"] for one in list_erasures(workspace)] == [True]
    receipt.write_text(receipt.read_text()[:50])
    assert [one["valid"] for one in list_erasures(workspace)] == [False]
    receipt.unlink()
    assert [(one["valid"], one["receipt"]) for one in list_erasures(workspace)] == [(False, None)]
    receipt.mkdir()
    assert [one["valid"] for one in list_erasures(workspace)] == [False]
