"""`linnet pretrain`: what of its options is remembered for later builds."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linnet import pipeline
from linnet.cli.main import app
from linnet.errors import BadInput, WrongUse
from linnet.pipeline import StageResult
from linnet.recipes import RecipeChoice, chosen_recipe, keep_choice
from linnet.workspace import Workspace, init_workspace

COUNTS = {"parameters": 1, "steps": 1, "tokens_seen": 1, "final_loss": 1.0, "bits_per_byte": 1.0}
BUDGETED = RecipeChoice(name="pico", cpu_minutes=5.0)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace built with a CPU budget, in which no stage does anything; a base "bad" cannot be used."""

    def run_stage(workspace, stage, recipe, *, progress):
        if stage.name == "pretrain" and recipe.choice.base == "bad":
            raise BadInput("there is no folder bad")
        return StageResult(name=stage.name, seconds=0.0, skipped=False, counts=COUNTS)

    monkeypatch.setattr(pipeline, "run_stage", run_stage)
    monkeypatch.setattr(pipeline, "write_cards", lambda *_: None)
    workspace = init_workspace(tmp_path)
    keep_choice(workspace, BUDGETED)
    return workspace


def pretrain(workspace: Workspace, *arguments: str) -> RecipeChoice:
    result = CliRunner().invoke(app, ["-w", str(workspace.root), "pretrain", *arguments])
    if result.exception:
        raise result.exception
    return chosen_recipe(workspace)


def test_a_base_that_cannot_be_used_is_forgotten(workspace: Workspace) -> None:
    with pytest.raises(BadInput):
        pretrain(workspace, "--from", "bad")
    assert chosen_recipe(workspace) == BUDGETED


def test_a_base_and_back_to_nothing(workspace: Workspace) -> None:
    lora = pretrain(workspace, "--from", "owner/name", "--lora")
    assert lora == RecipeChoice(name="pico", base="owner/name", lora=True)
    assert pretrain(workspace) == lora
    with pytest.raises(WrongUse, match='owner/name; leave it out, or train from nothing: --from ""'):
        pretrain(workspace, "--cpu-minutes", "5")
    assert pretrain(workspace, "--from", "owner/name") == dataclasses.replace(lora, lora=False)
    assert pretrain(workspace, "--from", "") == RecipeChoice(name="pico")
