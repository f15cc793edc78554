"""`linnet evaluate harness`, `tweeteval`, `win-rate` and `scaling-law` as they are typed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from linnet.cli import main as command_line
from linnet.workspace import init_workspace
from tests.evaluation.threads import make_platform
from tests.evaluation.tiny_models import random_weights


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs linnet evaluate as a shell would: (exit code, standard output, standard error's last line)."""

    def run(workspace: Path, *arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["linnet", "-w", str(workspace), "evaluate", *map(str, arguments)])
        code = 0
        try:
            command_line.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err.strip().splitlines()[-1] if said.err.strip() else ""

    return run


def test_harness_and_win_rate_print_one_object(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    workspace, _ = make_platform(tmp_path)
    for stage in ("base", "chat"):
        random_weights(workspace.root / stage, workspace.root / "tokenizer", context_length=200)
    arguments = ("harness", "--tasks", "linnet_reply", "--examples", 4, "--json")
    code, out, _ = call(workspace.root, *arguments)
    assert code == 0 and {score["task"] for score in json.loads(out)["scores"]} == {"linnet_reply"}
    arguments = ("win-rate", "--tasks", "reply,write_post", "--prompts", 2, "--max-tokens", 4)
    code, out, _ = call(workspace.root, *arguments, "--json")
    report = json.loads(out)
    assert code == 0 and report["overall"]["ties"] == report["overall"]["prompts"] == 2
    assert report["tasks_left_out"] == ["write_post"]  # there are threads only
    code, out, _ = call(workspace.root, *arguments)
    assert "no prompt of write_post" in out


def test_scaling_law(call, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    table = tmp_path / "runs.json"
    rows = [
        {
            "name": f"r{n}",
            "parameters": n * 1000,
            "tokens": n * 20_000,
            "loss": 1.5 + 2 / n**0.4,
            "predict": n == 8,
        }
        for n in (1, 2, 4, 8)
    ]
    table.write_text(json.dumps(rows))
    code, out, _ = call(tmp_path, "scaling-law", "--table", table, "--json")
    prediction = json.loads(out)["predictions"][0]
    assert code == 0 and abs(prediction["relative_error"]) < 0.01
    code, out, _ = call(tmp_path, "scaling-law", "--table", table, "--over", "tokens")
    assert "r8 (2.0 x the largest): predicted" in out and "inside" in out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("harness",), 1, "no model in"),
        (("harness", "--examples", 0), 2, "max_examples is 0"),
        (("tweeteval", "--data", "nowhere"), 1, "no model in"),
        (("tweeteval", "--data", "nowhere", "--epochs", 0), 2, "epochs is 0"),
        (("win-rate",), 1, "no model in"),
        (("win-rate", "--tasks", "poem"), 2, 'there is no task "poem"'),
        (("win-rate", "--judge", "ftp://x", "m"), 2, "give an address"),
        (("win-rate", "--judge-key-env", "LINNET_NO_SUCH_KEY"), 2, "has no variable LINNET_NO_SUCH_KEY"),
        (("scaling-law",), 1, "at least 3 runs"),
        (("scaling-law", "--over", "width"), 2, 'over is "width"'),
        (("scaling-law", "--run", "nowhere"), 1, "holds no pretraining run"),
        (("scaling-law", "--run", "nowhere", "--table", "x.json"), 2, "give --table or --run"),
        (("scaling-law", "--table", "missing.json"), 1, "missing.json is no table of runs"),
    ],
)
def test_one_line(call, tmp_path: Path, arguments: tuple[object, ...], code: int, says: str) -> None:  # type: ignore[no-untyped-def]
    init_workspace(tmp_path / "w")
    ended, out, line = call(tmp_path / "w", *arguments)
    assert (ended, out) == (code, "") and line.startswith("linnet: ") and says in line
