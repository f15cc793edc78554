"""A build leaves a version; gates decide what is served; the ledger says why; the way back works."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from linnet.errors import BadInput, NotReady, WrongUse
from linnet.lineage import read_manifest
from linnet.registry import ledger
from linnet.registry.decisions import adopt_served, promote, rollback, settle
from linnet.registry.listing import overview_of, show_version
from linnet.registry.versions import disk_bytes, list_versions, served_id, served_version, version_named
from linnet.workspace import Workspace
from tests.registry import platform


def ids(workspace: Workspace) -> list[str]:
    return [version.id for version in list_versions(workspace)]


def weights(folder: Path) -> bytes:
    return (folder / "hf" / "model.safetensors").read_bytes()


def test_builds_leave_versions_and_the_good_one_is_served(workspace: Workspace) -> None:
    assert ids(workspace) == ["v0001", "v0002"] and served_id(workspace) == "v0002"
    first, second = list_versions(workspace)
    served = workspace.stage_path("served")
    assert weights(served) == weights(second.path) != weights(first.path)
    assert {path.name for path in served.iterdir()} == {
        "hf", "model-q8_0.gguf", "learnt.npy", "manifest.json", "version.json",
    }  # fmt: skip
    for version in (first, second):
        assert version.base_hf is not None and (version.path / "learnt.npy").exists()
        assert not [path for path in version.path.rglob("*") if path.suffix in (".bin", ".pt", ".pkl")]
    assert second.facts.bits_per_byte is not None and second.facts.heldout_posts > 5


def test_a_build_without_a_new_model_decides_nothing(workspace: Workspace) -> None:
    before = ledger.read_ledger(workspace)
    decision = settle(workspace, recipe="test")
    assert decision is not None and (decision.outcome, decision.served) == ("kept", "v0002")
    assert ids(workspace) == ["v0001", "v0002"] and ledger.read_ledger(workspace) == before


def test_a_worse_model_is_kept_but_not_served(workspace: Workspace) -> None:
    decision = platform.build(workspace, seed=3, spread=0.5)
    assert decision.outcome == "failed" and [gate.gate for gate in decision.failed] == ["bits-per-byte"]
    assert "v0003 is not served, v0002 stays" in decision.line and "worse by" in decision.line
    assert served_id(workspace) == "v0002" and ids(workspace)[-1] == "v0003"
    again = settle(workspace, recipe="test")  # the next build does not ask again
    assert again is not None and again.outcome == "kept"

    with pytest.raises(WrongUse, match="wants a reason"):
        promote(workspace, "v0003", force=" ")
    assert promote(workspace, "v0003").outcome == "failed" and served_id(workspace) == "v0002"
    forced = promote(workspace, "v0003", force="to try it")
    assert forced.outcome == "forced" and served_id(workspace) == "v0003"
    entry = [entry for entry in show_version(workspace, "v0003")["ledger"] if entry["event"] == "decided"][-1]
    assert entry["forced_because"] == "to try it" and entry["outcome"] == "forced"
    failed = [gate for gate in entry["gates"] if not gate["passed"]]
    assert [gate["gate"] for gate in failed] == ["bits-per-byte"]
    assert failed[0]["figures"]["bits_per_byte"] > failed[0]["figures"]["bits_per_byte_served"]


def test_rolling_back_and_forth(workspace: Workspace) -> None:
    decision = rollback(workspace)
    assert (decision.outcome, decision.served, decision.served_before) == ("passed", "v0001", "v0002")
    assert weights(workspace.stage_path("served")) == weights(version_named(workspace, "v0001").path)
    with pytest.raises(NotReady, match="no version that was served before"):
        rollback(workspace)
    build = settle(workspace, recipe="test")  # what was rolled back from does not come again by itself
    assert build is not None and build.outcome == "kept" and served_id(workspace) == "v0001"
    assert promote(workspace, "v0002").outcome == "passed" and served_id(workspace) == "v0002"
    assert promote(workspace, "v0002").outcome == "kept"
    assert rollback(workspace).served == "v0001"


def test_figures_of_another_corpus_are_measured_again(workspace: Workspace) -> None:
    """The served model's own figure is of posts that the corpus does not hold out any more."""
    facts = version_named(workspace, "v0002").path / "version.json"
    facts.write_text(
        json.dumps({**json.loads(facts.read_text()), "heldout_of": "other", "bits_per_byte": 0.1})
    )
    decision = platform.build(workspace, seed=4)
    gate = next(gate for gate in decision.gates if gate.gate == "bits-per-byte")
    assert gate.passed and gate.figures["bits_per_byte_served"] > 1
    older = version_named(workspace, "v0001").path
    (older / "version.json").write_text(
        json.dumps({**json.loads((older / "version.json").read_text()), "heldout_of": "other"})
    )
    shutil.rmtree(older / "base")
    unknown = promote(workspace, "v0001")
    assert unknown.outcome == "failed" and "not comparable with v0003" in unknown.line


def test_old_versions_go(workspace: Workspace) -> None:
    settings = workspace.settings_path
    settings.write_text(settings.read_text().replace("keep = 3", "keep = 1"))
    assert platform.build(workspace, seed=5).deleted == {"v0001": "1 versions beside the served one are kept"}
    assert ids(workspace) == ["v0002", "v0003"] and not (workspace.root / "models" / "v0001").exists()
    assert platform.build(workspace, seed=6).version == "v0004"
    assert ids(workspace) == ["v0003", "v0004"] and rollback(workspace).served == "v0003"


def test_a_number_is_never_given_twice(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "models" / "v0002")
    assert platform.build(workspace, seed=7).version == "v0003"


def test_what_a_kill_leaves_is_mended(workspace: Workspace) -> None:
    models = workspace.root / "models"
    (models / "v0009.next" / "hf").mkdir(parents=True)  # killed while it was registered
    with (models / "ledger.jsonl").open("a") as file:
        file.write('{"at": "2026-')  # killed while it wrote
    served = workspace.stage_path("served")
    served.rename(served.with_name("served.old"))  # killed between the two renames of a swap
    decision = platform.build(workspace, seed=8)
    assert decision.served == decision.version == "v0003" and decision.served_before == "v0002"
    assert sorted(path.name for path in models.glob("v*")) == ["v0001", "v0002", "v0003"]
    assert [entry["event"] for entry in ledger.read_ledger(workspace)][-3:] == ["made", "decided", "served"]


def test_a_version_that_was_never_named_is_none(workspace: Workspace) -> None:
    """Killed after version.json was written, before the folder got its name."""
    models = workspace.root / "models"
    (models / "v0002").rename(models / "v0002.next")
    assert ids(workspace) == ["v0001"]
    decision = platform.build(workspace, seed=13)
    assert decision.version == "v0003" and not (models / "v0002.next").exists()


def test_a_kill_after_the_swap_is_remembered(workspace: Workspace) -> None:
    path = ledger.ledger_path(workspace)
    path.write_text(
        "".join(line + "\n" for line in path.read_text().splitlines()[:-1])
    )  # without "served v0002"
    assert rollback(workspace).served == "v0001"


def test_a_model_served_by_an_earlier_linnet_becomes_a_version(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "models")
    (workspace.stage_path("served") / "version.json").unlink()
    adopt_served(workspace, recipe="nano")
    adopt_served(workspace, recipe="nano")
    assert ids(workspace) == ["v0001"] and served_id(workspace) == "v0001"
    version = served_version(workspace)
    assert version is not None and version.base_hf is not None and version.facts.recipe == "nano"


def test_without_the_base_that_it_was_made_from_it_becomes_one_too(workspace: Workspace) -> None:
    shutil.rmtree(workspace.root / "models")
    (workspace.stage_path("served") / "version.json").unlink()
    platform.train(workspace, seed=9)  # another base model stands by now
    adopt_served(workspace, recipe="nano")
    version = served_version(workspace)
    assert version is not None and version.base_hf is None and version.facts.bits_per_byte is None


def test_pickles_are_refused(workspace: Workspace) -> None:
    platform.train(workspace, seed=9)
    platform.run_stage(workspace, platform.EXPORT, platform.RECIPE)
    (workspace.stage_path("candidate") / "hf" / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(BadInput, match="safetensors"):
        settle(workspace, recipe="test")
    assert ids(workspace) == ["v0001", "v0002"] and served_id(workspace) == "v0002"


def test_a_version_that_is_served_takes_its_space_once(workspace: Workspace) -> None:
    platform.build(workspace, seed=10)
    version = served_version(workspace)
    assert version is not None
    served = workspace.stage_path("served")
    both = disk_bytes([version.path, served])
    assert both == disk_bytes([version.path])
    told = overview_of(workspace)
    assert told["served"] == version.id == told["versions"][0]["version"]
    assert told["disk_bytes"] <= sum(row["bytes"] for row in told["versions"]) + 100_000
    assert read_manifest(served) == read_manifest(version.path)
