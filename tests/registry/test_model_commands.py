"""`linnet model` as people and scripts meet it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linnet.cli.main import app
from linnet.registry.versions import served_id
from linnet.workspace import Workspace, init_workspace
from tests.registry import platform


def run(workspace: Workspace, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["--workspace", str(workspace.root), "model", *arguments])
    return result.exit_code, result.stdout


def test_list_show_and_export(workspace: Workspace, tmp_path: Path) -> None:
    code, text = run(workspace, "list")
    assert code == 0 and "v0001" in text and "v0002" in text and "counted once" in text
    code, text = run(workspace, "list", "--json")
    told = json.loads(text)
    assert code == 0 and told["served"] == "v0002"
    assert [row["version"] for row in told["versions"]] == ["v0002", "v0001"]
    assert set(told["versions"][0]) == {
        "version", "made_at", "recipe", "parameters", "bits_per_byte", "chat_loss", "posts_learnt", "owed_posts",
        "served", "bytes",
    }  # fmt: skip
    code, text = run(workspace, "show", "v0001")
    assert code == 0 and "decided passed" in text and "passed  erasure-debt" in text
    assert json.loads(run(workspace, "show", "v0001", "--json")[1])["ledger"][0]["event"] == "made"
    code, text = run(workspace, "export", str(tmp_path / "out"))
    assert code == 0 and text.startswith("the chat model of v0002")


def test_promote_and_rollback(workspace: Workspace) -> None:
    assert platform.build(workspace, seed=3, spread=0.5).outcome == "failed"
    code, text = run(workspace, "promote", "v0003", "--json")
    told = json.loads(text)
    assert code == 1 and told["outcome"] == "failed" and told["served"] == "v0002"
    assert [gate["gate"] for gate in told["gates"] if not gate["passed"]] == ["bits-per-byte"]
    code, text = run(workspace, "promote", "v0003", "--force", "to look at it")
    assert code == 0 and "v0003 is served now, after v0002 (although" in text
    code, text = run(workspace, "rollback")
    assert code == 0 and "v0002 is served now, after v0003" in text
    assert served_id(workspace) == "v0002"


def test_what_is_not_there_is_said_in_a_line(workspace: Workspace, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["-w", str(workspace.root), "model", "promote", "v0042"])
    assert str(result.exception) == 'there is no version "v0042"; there are: v0001, v0002'
    empty = init_workspace(tmp_path / "empty")
    assert run(empty, "list") == (0, "no version yet: run linnet build\n")
    assert "no version" in str(
        CliRunner().invoke(app, ["-w", str(empty.root), "model", "rollback"]).exception
    )


def test_a_wrong_number_to_keep_is_named(workspace: Workspace) -> None:
    path = workspace.settings_path
    path.write_text(path.read_text().replace("keep = 3", 'keep = "all"'))
    result = CliRunner().invoke(app, ["-w", str(workspace.root), "model", "rollback"])
    assert "keep in linnet.toml is 'all'" in str(result.exception)
    with pytest.raises(ValueError, match="keep is -1"):
        from linnet.registry.config import VersionConfig

        VersionConfig(keep=-1)
