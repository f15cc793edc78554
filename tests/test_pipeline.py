"""Running stages: freshness, resume and the swap of folders. The stages here are toys; the real line is in integration/."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

import linnet.pipeline as pipeline
from linnet.corpus.curate import CurateConfig
from linnet.errors import WrongUse
from linnet.lineage import MANIFEST_FILE, read_manifest
from linnet.pipeline import Stage, next_folder, recover, run_stage
from linnet.recipes import RECIPES, recipe_named
from linnet.workspace import init_workspace
from tests.factories import make_batch, make_post, make_store
from tests.retrieval.fakes import WordEmbedder


@dataclass(frozen=True, kw_only=True)
class ToyReport:
    words: int


@dataclass(frozen=True, kw_only=True)
class ToyRecipe:
    curate: CurateConfig = field(default_factory=CurateConfig)


def toy_stage(calls, *, fail=False):
    def run(workspace, out, config, progress):
        calls.append(sorted(path.name for path in out.iterdir()))
        (out / "half.txt").write_text("half")
        if fail:
            raise RuntimeError("killed here")
        (out / "whole.txt").write_text("whole")
        return ToyReport(words=2)

    return Stage("curate", "corpus", ("posts",), run)


def test_a_fresh_stage_is_skipped_and_a_change_runs_it_again(tmp_path):
    store = make_store(tmp_path, make_post("1"))
    workspace, calls = store._workspace, []
    first = run_stage(workspace, toy_stage(calls), ToyRecipe())
    assert (first.skipped, first.reason, first.counts) == (False, "never finished", {"words": 2})
    assert run_stage(workspace, toy_stage(calls), ToyRecipe()).skipped
    changed = run_stage(workspace, toy_stage(calls), ToyRecipe(curate=CurateConfig(heldout_share=0.5)))
    assert changed.reason == "settings changed: heldout_share"
    assert len(calls) == 2


def test_an_interrupted_stage_finds_its_work_and_the_old_output_stays_meanwhile(tmp_path):
    workspace = make_store(tmp_path, make_post("1"))._workspace
    calls = []
    run_stage(workspace, toy_stage(calls), ToyRecipe())
    other = ToyRecipe(curate=CurateConfig(heldout_share=0.5))
    with pytest.raises(RuntimeError):
        run_stage(workspace, toy_stage(calls, fail=True), other)
    assert (workspace.stage_path("corpus") / "whole.txt").exists()
    run_stage(workspace, toy_stage(calls), other)
    assert "half.txt" in calls[-1]
    assert not next_folder(workspace.stage_path("corpus")).exists()


def test_work_of_other_settings_is_thrown_away(tmp_path):
    workspace = make_store(tmp_path, make_post("1"))._workspace
    calls = []
    with pytest.raises(RuntimeError):
        run_stage(workspace, toy_stage(calls, fail=True), ToyRecipe())
    run_stage(workspace, toy_stage(calls), ToyRecipe(curate=CurateConfig(heldout_share=0.5)))
    assert "half.txt" not in calls[-1]


@pytest.mark.parametrize("crash", ["before the swap", "between the renames", "before the clean-up"])
def test_a_crash_in_the_swap_is_mended(tmp_path, crash):
    out = tmp_path / "corpus"
    old, work = tmp_path / "corpus.old", tmp_path / "corpus.next"
    for folder, text in ((out, "first"), (work, "second")):
        folder.mkdir()
        (folder / "text").write_text(text)
    (work / MANIFEST_FILE).write_text("{}")
    if crash != "before the swap":
        out.rename(old)
    if crash == "before the clean-up":
        work.rename(out)
    recover(out)
    assert (out / "text").read_text() == "second"
    assert not old.exists() and not work.exists()


def test_a_crash_before_the_manifest_keeps_the_old_output(tmp_path):
    out, old = tmp_path / "corpus", tmp_path / "corpus.old"
    old.mkdir()
    (old / "text").write_text("first")
    recover(out)
    assert (out / "text").read_text() == "first"


def test_the_manifest_names_outputs_and_not_checkpoints(tmp_path):
    workspace = make_store(tmp_path, make_post("1"))._workspace

    def run(workspace, out, config, progress):
        (out / "checkpoints").mkdir()
        (out / "checkpoints" / "step1").write_text("x")
        (out / "whole.txt").write_text("whole")
        return ToyReport(words=1)

    run_stage(workspace, Stage("curate", "corpus", ("posts",), run), ToyRecipe())
    assert read_manifest(workspace.stage_path("corpus")).outputs == ("whole.txt",)


def test_every_recipe_builds_with_its_defaults():
    for name, make in RECIPES.items():
        assert make().name == name
        assert replace(make()) == make()


def test_an_unknown_recipe_names_the_known_ones():
    with pytest.raises(WrongUse, match="nano"):
        recipe_named("giant")


def test_two_builds_at_once_are_refused(tmp_path):
    from linnet.errors import WorkspaceBusy

    workspace = init_workspace(tmp_path)
    with workspace.writing("build"), pytest.raises(WorkspaceBusy, match="another process"):
        pipeline.build(workspace, recipe_named("pico"))


def test_words_follow_while_another_process_makes_vectors(tmp_path):
    store = make_store(tmp_path, make_post("1"), make_post("2"))
    workspace = store._workspace
    with workspace.writing("vectors"):
        result = pipeline.update_index(workspace, recipe_named("pico").index)
    assert result.counts["lexical"]["total"] == 2
    assert result.counts["vectors"] == {"busy": True, "total": 0, "backlog": 2}


def test_the_background_indexer_ends_with_its_parent_and_takes_in_new_posts(tmp_path, monkeypatch):
    import os

    from linnet.cli.build import follow_posts
    from linnet.posts.ingest import VersionFold

    store = make_store(tmp_path, make_post("1"))
    looks = []

    def parent_lives_for_two_rounds():
        looks.append(1)
        if len(looks) == 2:
            VersionFold(store).take(make_batch(make_post("2", "another post")))
        return 1 if len(looks) <= 3 else 0

    monkeypatch.setattr(os, "getppid", parent_lives_for_two_rounds)
    monkeypatch.setattr("linnet.cli.build.FOLLOW_SECONDS", 0.0)
    monkeypatch.setattr(pipeline, "open_embedder", lambda workspace: WordEmbedder())
    follow_posts(store._workspace, recipe_named("pico").index, parent=1)
    from linnet.retrieval.index import open_index

    index = open_index(tmp_path / "index")
    assert index.lexical.snapshot().post_count == 2
    assert index.vectors(WordEmbedder()).count() == 2
