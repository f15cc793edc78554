"""Models that learnt from erased posts owe; a model that was made again without them owes nothing."""

from __future__ import annotations

from pathlib import Path

from linnet.erasure import forget
from linnet.erasure.requests import list_erasures, open_debt_posts
from linnet.lineage import Manifest, write_manifest
from linnet.posts.store import PostStore
from linnet.training.learnt import write_learnt
from linnet.wiring import Platform
from linnet.workspace import Workspace
from tests.erasure.platform import GONE_AUTHOR, GONE_POSTS, STAYS, make_platform


def train(workspace: Workspace, place: str, posts: list[str]) -> Path:
    folder = workspace.root / place
    (folder / "hf").mkdir(parents=True, exist_ok=True)
    write_learnt(folder, posts)
    if not place.startswith("adapters"):
        write_manifest(folder, Manifest(stage=place, config={}, inputs={}))
    return folder


def test_debt_is_named_and_paid(tmp_path: Path) -> None:
    workspace = make_platform(tmp_path / "w", index=False)
    base = train(workspace, "base", [*GONE_POSTS, STAYS])
    for cache in ("tokens", "checkpoints"):
        (base / cache).mkdir()
        (base / cache / "part.bin").write_bytes(b"12")
    train(workspace, "adapters/bucket-01", [GONE_POSTS[0]])
    train(workspace, "adapters/bucket-02", [STAYS])
    train(workspace, "chat.next", [GONE_POSTS[0]])
    report = forget(workspace, authors=[GONE_AUTHOR])
    assert [(one["model"], one["until"]) for one in report.debt] == [
        ("adapters/bucket-01", "the next linnet build retrains this adapter"),
        ("base", "the next pretraining: linnet build"),
    ]
    assert not (base / "tokens").exists() and not (base / "checkpoints").exists()
    assert not (workspace.root / "chat.next").exists()
    assert (workspace.root / "adapters" / "bucket-02" / "learnt.npy").exists()
    state = PostStore(workspace).state
    assert open_debt_posts(workspace, state) == 2
    card = Platform(workspace).status()["model"]
    assert card is not None and card["debt"] == "2 posts"

    train(workspace, "base", [STAYS])
    assert [one["model"] for one in list_erasures(workspace)[0]["debt"]] == ["adapters/bucket-01"]
    train(workspace, "adapters/bucket-01", [STAYS])
    assert list_erasures(workspace)[0]["debt"] == [] and open_debt_posts(workspace, state) == 0


def test_a_corpus_that_lost_posts_is_stale(tmp_path: Path) -> None:
    from linnet.corpus.curate import CurateConfig
    from linnet.lineage import digest_of_files, read_manifest
    from linnet.pipeline import run_stage
    from linnet.recipes import Recipe
    from tests.erasure.platform import stage_named

    workspace = make_platform(tmp_path / "w", index=False)
    corpus = workspace.stage_path("corpus")
    before = read_manifest(corpus)
    forget(workspace, authors=[GONE_AUTHOR])
    after = read_manifest(corpus)
    assert before is not None and after is not None
    assert after.output_digest != before.output_digest
    assert after.output_digest == digest_of_files(corpus, after.outputs)
    result = run_stage(workspace, stage_named("curate"), Recipe(name="test", curate=CurateConfig()))
    assert not result.skipped
