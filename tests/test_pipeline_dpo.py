"""The stage dpo in the line: what makes it stale, and which model is exported and named. Nothing is trained here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linnet.erasure.model_debt import find_debt
from linnet.pipeline import STAGES, run_stage, tuned_folder, write_cards
from linnet.posts.ingest import VersionFold
from linnet.posts.store import PostStore
from linnet.recipes import Recipe
from linnet.records import Answer, Citation, CitedSentence
from linnet.training.dpo import DpoConfig
from linnet.training.learnt import posts_learnt, write_learnt
from linnet.wiring import Platform
from linnet.workspace import Workspace
from tests.factories import NOON, make_batch
from tests.test_pipeline_adapters import stands
from tests.training.preferences.threads import make_talk
from tests.training.tiny import random_model

DPO, EXPORT = (next(stage for stage in STAGES if stage.name == name) for name in ("dpo", "export"))
RECIPE = Recipe(name="test", dpo=DpoConfig(max_pairs=8, max_heldout_pairs=4))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Corpus and chat model stand; the process that tunes only copies the chat model."""
    from linnet.model.tokenizer import TokenizerConfig, train_tokenizer

    talk = make_talk(tmp_path, threads=8, heldout=2)
    workspace = talk.store._workspace
    stands(talk.corpus, "curate")
    train_tokenizer(talk.corpus, workspace.stage_path("tokenizer"), config=TokenizerConfig(vocab_size=320))
    random_model(workspace.stage_path("chat"), workspace.stage_path("tokenizer"))
    write_learnt(workspace.stage_path("chat"), ["older"])
    stands(workspace.stage_path("chat"), "sft")

    def tune(module: str, job: dict[str, Any], *, folder: Path, progress: Any) -> dict[str, Any]:
        from shutil import copytree

        copytree(job["chat"], folder / "hf")
        (folder / "hf" / "tuned").write_text("yes")
        share = {"share": 0.75, "low": 0.3, "high": 0.9, "pairs": 4}
        return {
            "steps": 1,
            "heldout_accuracy": {"reward_after": share, "per_token_before": share, "per_token_after": share},
            "bits_per_byte_before": 2.0,
            "bits_per_byte_after": 2.0 + 1.0 * (job["config"]["learning_rate"] > 0.1),
        }

    monkeypatch.setattr("linnet.training.dpo.run_worker", tune)
    return workspace


def test_the_tuned_model_is_exported_where_it_is_kept(workspace: Workspace) -> None:
    assert tuned_folder(workspace).name == "chat"
    assert run_stage(workspace, DPO, RECIPE).counts["kept"]
    run_stage(workspace, EXPORT, RECIPE)
    candidate = workspace.stage_path("candidate")
    assert (candidate / "hf" / "tuned").exists()
    assert posts_learnt(candidate, ["older", "g0", "g7"]) == {"older", "g0"}
    assert [debt["model"] for debt in find_debt(workspace, ["t0"])] == ["aligned", "candidate"]
    write_cards(workspace, RECIPE)
    card = json.loads((workspace.stage_path("aligned") / "card.json").read_text())
    assert card["model"] == "aligned" and card["training"]["pairs"] == 6
    assert "higher is better" in (workspace.stage_path("aligned") / "hf" / "README.md").read_text()


@pytest.mark.parametrize("dpo", [DpoConfig(max_pairs=0), DpoConfig(learning_rate=0.5)])
def test_else_the_chat_model_is(workspace: Workspace, dpo: DpoConfig) -> None:
    run_stage(workspace, DPO, RECIPE)
    other = replace(RECIPE, dpo=dpo)
    assert not run_stage(workspace, DPO, other).counts["kept"]
    run_stage(workspace, EXPORT, other)
    assert not (workspace.stage_path("candidate") / "hf" / "tuned").exists()
    assert find_debt(workspace, ["t0"]) == []
    write_cards(workspace, other)
    assert not (workspace.stage_path("aligned") / "hf").exists()


def test_a_rating_makes_it_stale(workspace: Workspace) -> None:
    run_stage(workspace, DPO, RECIPE)
    assert run_stage(workspace, DPO, RECIPE).skipped
    platform = Platform(workspace)
    said = CitedSentence(text="It leaves.", citations=(Citation(post_id="g0", quote="leaves"),))
    answer_id = platform._register_use(
        Answer(
            question="When?",
            answer="It leaves.",
            sentences=(said,),
            abstained=False,
            extractive=True,
            as_of=NOON,
        )
    )
    assert run_stage(workspace, DPO, RECIPE).skipped  # an answer alone changes nothing
    assert answer_id is not None
    platform.rate(answer_id, "up")
    assert run_stage(workspace, DPO, RECIPE).reason == "newer ratings"


def test_a_corpus_without_pairs_does_not_stop_the_build(workspace: Workspace) -> None:
    none = replace(RECIPE, dpo=DpoConfig(sources=("ratings",)))
    counts = run_stage(workspace, DPO, none).counts
    assert (counts["kept"], counts["pairs"]) == (False, 0)
    run_stage(workspace, EXPORT, none)
    assert (workspace.stage_path("candidate") / "hf").is_dir()


def test_the_command_speaks_one_clear_line(workspace: Workspace, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from linnet.cli.main import app
    from linnet.errors import NotReady
    from linnet.workspace import init_workspace

    shown = CliRunner().invoke(app, ["-w", str(workspace.root), "dpo", "--show", "2", "--json"])
    assert shown.exit_code == 0, shown.output
    assert {"prompt", "chosen", "rejected", "reason"} <= set(json.loads(shown.stdout)["pairs"][0])
    assert not workspace.stage_path("aligned").exists()
    post_id = json.loads(shown.stdout)["pairs"][0]["post_ids"][0]
    store = PostStore(workspace)
    (post,) = store.get([post_id], purpose="train")
    later = post.created_at + timedelta(days=9)
    VersionFold(store).take(make_batch(replace(post, text="another text now", edited_at=later)))
    again = CliRunner().invoke(app, ["-w", str(workspace.root), "dpo", "--show", "999", "--json"])
    assert not any(post_id in pair["post_ids"] for pair in json.loads(again.stdout)["pairs"])
    human = CliRunner().invoke(app, ["-w", str(workspace.root), "dpo", "--show", "1"])
    assert "\n  + " in human.stdout and "\n  - " in human.stdout
    done = CliRunner().invoke(app, ["-w", str(workspace.root), "dpo", "--json"])
    assert json.loads(done.stdout)["kept"] is True
    init_workspace(tmp_path / "empty")
    empty = CliRunner().invoke(app, ["-w", str(tmp_path / "empty"), "dpo"])
    assert isinstance(empty.exception, NotReady) and "linnet curate" in str(empty.exception)
