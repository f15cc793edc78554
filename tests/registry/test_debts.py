"""Erasure reaches the versions: their debt is seen, they cannot be served again, and the retrained one ends them."""

from __future__ import annotations

import polars as pl

from linnet.erasure import forget
from linnet.erasure.requests import list_erasures
from linnet.posts.store import PostStore
from linnet.records import Deletion
from linnet.registry.config import VersionConfig
from linnet.registry.decisions import promote, rollback
from linnet.registry.figures import _heldout
from linnet.registry.listing import overview_of
from linnet.registry.versions import list_versions, served_id
from linnet.training.learnt import posts_learnt
from linnet.workspace import Workspace
from tests.erasure.platform import GONE_AUTHOR
from tests.registry import platform


def learnt_post(workspace: Workspace) -> str:
    rows = pl.read_parquet(workspace.stage_path("corpus") / "documents-*.parquet").filter(
        pl.col("split") == "train"
    )
    post = rows["post_ids"].explode()[0]
    assert posts_learnt(workspace.root / "models" / "v0001", [post]) == {post}
    return str(post)


def owed(workspace: Workspace) -> dict[str, int | None]:
    return {row["version"]: row["owed_posts"] for row in overview_of(workspace)["versions"]}


def test_an_erasure_names_the_versions_and_a_retrained_one_ends_them(workspace: Workspace) -> None:
    post = learnt_post(workspace)
    report = forget(workspace, posts=[post])
    named = {debt["model"]: debt["until"] for debt in report.debt}
    assert set(named) == {"base", "candidate", "chat", "models/v0001", "models/v0002", "served"}
    assert named["models/v0001"] == "it is deleted once a retrained model is served: linnet build"
    assert report.found == 0
    assert owed(workspace) == {"v0001": 1, "v0002": 1}

    refused = rollback(workspace)
    assert refused.outcome == "failed" and [gate.gate for gate in refused.failed] == ["erasure-debt"]
    assert served_id(workspace) == "v0002"
    assert rollback(workspace, force="v0002 insults people").outcome == "forced"
    assert promote(workspace, "v0002").outcome == "failed" and served_id(workspace) == "v0001"

    decision = platform.build(workspace, seed=11)
    assert decision.outcome == "passed" and decision.served == "v0003"
    assert set(decision.deleted) == {"v0001", "v0002"}
    assert [version.id for version in list_versions(workspace)] == ["v0003"] and owed(workspace) == {
        "v0003": 0
    }
    assert list_erasures(workspace)[0]["debt"] == []


def test_a_retrained_model_that_is_refused_leaves_the_debt_open(workspace: Workspace) -> None:
    forget(workspace, posts=[learnt_post(workspace)])
    decision = platform.build(workspace, seed=12, spread=0.5)
    assert decision.outcome == "failed" and served_id(workspace) == "v0002"
    open_now = {debt["model"] for debt in list_erasures(workspace)[0]["debt"]}
    assert open_now == {"models/v0001", "models/v0002", "served"}


def test_the_checker_finds_nothing_of_an_erased_author_in_versions(workspace: Workspace) -> None:
    report = forget(workspace, authors=[GONE_AUTHOR])
    assert report.found == 0 and report.found_at == ()


def test_a_deletion_alone_is_owed(workspace: Workspace) -> None:
    post = learnt_post(workspace)
    PostStore(workspace).delete([Deletion(post_id=post, reason="deleted by its author")])
    assert owed(workspace) == {"v0001": 1, "v0002": 1}
    assert rollback(workspace).outcome == "failed"


def test_a_version_without_a_list_is_not_served_again(workspace: Workspace) -> None:
    (workspace.root / "models" / "v0001" / "learnt.npy").unlink()
    assert owed(workspace) == {"v0001": None, "v0002": 0}
    refused = rollback(workspace)
    assert refused.outcome == "failed" and "does not say" in refused.line


def test_an_erasure_after_a_killed_swap_loses_no_model(workspace: Workspace) -> None:
    post = learnt_post(workspace)
    served = workspace.stage_path("served")
    served.rename(served.with_name("served.old"))  # killed between the two renames
    report = forget(workspace, posts=[post])
    assert served_id(workspace) == "v0002"
    assert "served" in {debt["model"] for debt in report.debt}


def test_held_out_posts_that_were_withdrawn_are_not_scored(workspace: Workspace) -> None:
    versions, config = list_versions(workspace), VersionConfig()
    rows = pl.read_parquet(workspace.stage_path("corpus") / "documents-*.parquet").filter(
        pl.col("split") == "heldout"
    )
    before = len(_heldout(workspace, versions, config))
    post = str(rows["post_ids"].explode()[0])
    PostStore(workspace).delete([Deletion(post_id=post, reason="deleted by its author")])
    assert len(_heldout(workspace, versions, config)) == before - 1


def test_unfinished_versions_go_with_an_erasure(workspace: Workspace) -> None:
    post = learnt_post(workspace)
    half = workspace.root / "models" / "v0009.next"
    (half / "hf").mkdir(parents=True)
    (half / "learnt.npy").write_bytes((workspace.root / "models" / "v0001" / "learnt.npy").read_bytes())
    forget(workspace, posts=[post])
    assert not half.exists() and (workspace.root / "models" / "v0001" / "hf").exists()
