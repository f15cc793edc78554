"""linnet forget and linnet receipt, as a person or a script calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linnet.cli.main import app
from linnet.workspace import init_workspace
from tests.erasure.platform import CANARY, GONE_AUTHOR, GONE_POSTS, make_platform


def call(folder: Path, *arguments: str) -> tuple[int, dict[str, object]]:
    result = CliRunner().invoke(app, ["--workspace", str(folder), *arguments, "--json"])
    return result.exit_code, json.loads(result.stdout) if result.stdout else {"error": str(result.exception)}


def test_forget_check_and_verify(tmp_path: Path) -> None:
    make_platform(tmp_path / "w", corpus=False, index=False)
    code, found = call(tmp_path / "w", "forget", "--check", CANARY)
    assert code == 0 and found["findings"]
    code, report = call(tmp_path / "w", "forget", "--author", GONE_AUTHOR, "--post", GONE_POSTS[0])
    assert code == 0 and report["posts"] == 3 and report["debt"] == [] and report["places"]["posts"] == 3  # type: ignore[index]
    code, found = call(tmp_path / "w", "forget", "--check", CANARY)
    assert code == 0 and found["findings"] == []
    path = str(report["receipt"])
    code, verdict = call(tmp_path / "w", "receipt", "verify", path)
    assert code == 0 and verdict["valid"] is True
    code, listed = call(tmp_path / "w", "receipt", "list")
    assert code == 0 and listed["requests"][0]["valid"] is True  # type: ignore[index]
    Path(path).write_text(Path(path).read_text().replace('"posts": 3', '"posts": 4'))
    code, verdict = call(tmp_path / "w", "receipt", "verify", path)
    assert code == 1 and verdict["valid"] is False


def test_a_receipt_needs_no_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from linnet.erasure import forget

    receipt = forget(init_workspace(tmp_path / "w"), posts=["x-1"]).receipt
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    result = CliRunner().invoke(app, ["receipt", "verify", receipt, "--json"])
    assert result.exit_code == 0 and json.loads(result.stdout)["key_compared"] is False


def test_one_thing_at_a_time(tmp_path: Path) -> None:
    from linnet.errors import WrongUse

    init_workspace(tmp_path / "w")
    result = CliRunner().invoke(app, ["-w", str(tmp_path / "w"), "forget"])
    assert isinstance(result.exception, WrongUse)
