"""The stages adapters and export on a model with random weights: reuse over the swap of folders, merging, model cards."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from linnet.lineage import Manifest, digest_of_files, read_manifest, write_manifest
from linnet.model.tokenizer import TokenizerConfig, train_tokenizer
from linnet.pipeline import STAGES, next_folder, run_stage, write_cards
from linnet.recipes import ExportConfig, Recipe
from linnet.training.adapters import AdapterConfig, bucket_folder, bucket_of
from linnet.training.learnt import posts_learnt, write_learnt
from linnet.workspace import Workspace, init_workspace
from tests.training.tiny import random_model, write_posts

AUTHORS = [f"author{number}" for number in range(8)]
GONE = AUTHORS[3]
ADAPTERS, EXPORT = (next(stage for stage in STAGES if stage.name == name) for name in ("adapters", "export"))
RECIPE = Recipe(
    name="test",
    adapters=AdapterConfig(buckets=2, max_steps=3, batch_posts=4, learning_rate=1e-2, rank=2, threads=1),
    export=ExportConfig(merge=True),
)


def stands(folder: Path, stage: str) -> None:
    """Give a folder the manifest of a finished stage."""
    names = tuple(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    outputs = tuple(name for name in names if name != "manifest.json")
    digest = digest_of_files(folder, outputs)
    write_manifest(folder, Manifest(stage=stage, config={}, inputs={}, outputs=outputs, output_digest=digest))


def corpus_of(workspace: Workspace, authors: list[str]) -> None:
    corpus = write_posts(workspace.stage_path("corpus"), authors, heldout=2)
    stands(corpus, "curate")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Corpus, base and chat stand; adapters and the served model are made here."""
    workspace = init_workspace(tmp_path_factory.mktemp("platform"))
    corpus_of(workspace, AUTHORS)
    train_tokenizer(
        workspace.stage_path("corpus"),
        workspace.stage_path("tokenizer"),
        config=TokenizerConfig(vocab_size=320),
    )
    for folder, stage, learnt in (("base", "pretrain", ["b"]), ("chat", "sft", ["b", "c"])):
        random_model(workspace.stage_path(folder), workspace.stage_path("tokenizer"))
        write_learnt(workspace.stage_path(folder), learnt)
        stands(workspace.stage_path(folder), stage)
    result = run_stage(workspace, ADAPTERS, RECIPE)
    assert result.counts["trained"] == (0, 1)
    assert result.counts["heldout_posts"] == 4
    assert result.counts["bits_per_byte_base"] != result.counts["bits_per_byte_merged"]
    return workspace


def test_the_outputs_are_the_buckets(workspace: Workspace):
    manifest = read_manifest(workspace.stage_path("adapters"))
    assert manifest is not None
    files = ("adapter_config.json", "adapter_model.safetensors", "bucket.json", "learnt.npy")
    expected = [f"bucket-0{bucket}/{name}" for bucket in range(2) for name in files]
    assert manifest.outputs == (*expected, "learnt.npy")
    assert run_stage(workspace, ADAPTERS, RECIPE).skipped


def test_merging_is_asked_for(workspace: Workspace):
    exported, chat = workspace.stage_path("candidate"), workspace.stage_path("chat")
    weights = Path("hf") / "model.safetensors"
    run_stage(workspace, EXPORT, replace(RECIPE, export=ExportConfig()))
    assert (exported / weights).read_bytes() == (chat / weights).read_bytes()
    assert posts_learnt(exported, ["b", "c", f"{GONE}-0"]) == {"b", "c"}
    plain = (exported / "model-q8_0.gguf").read_bytes()
    assert run_stage(workspace, EXPORT, RECIPE).reason == "settings changed: merge"
    assert (exported / weights).read_bytes() != (chat / weights).read_bytes()
    assert (exported / "model-q8_0.gguf").read_bytes() != plain
    assert posts_learnt(exported, ["b", "c", f"{GONE}-0", "d"]) == {"b", "c", f"{GONE}-0"}


def test_cards_make_nothing_stale(workspace: Workspace):
    write_cards(workspace, RECIPE)
    for folder, page in (("base", "hf/README.md"), ("adapters", "README.md"), ("chat", "hf/README.md")):
        card = json.loads((workspace.stage_path(folder) / "card.json").read_text())
        assert card["model"] == folder
        assert (workspace.stage_path(folder) / page).read_text().startswith("---\nlicense: other\n")
    assert run_stage(workspace, ADAPTERS, RECIPE).skipped
    run_stage(workspace, EXPORT, replace(RECIPE, export=ExportConfig()))
    assert not (
        workspace.stage_path("candidate") / "hf" / "README.md"
    ).exists()  # the chat model's page is not its own


def test_after_a_deletion_one_bucket_is_made_again(workspace: Workspace):
    adapters = workspace.stage_path("adapters")
    touched = bucket_of(GONE, 2)
    kept = bucket_folder(adapters, 1 - touched) / "adapter_model.safetensors"
    before = kept.read_bytes()
    # Whole documents stay in their split, so that nothing but the author's posts goes.
    import polars as pl

    path = workspace.stage_path("corpus") / "documents-00000.parquet"
    lists = ["post_ids", "author_ids", "texts"]
    rows = pl.read_parquet(path).explode(lists).filter(pl.col("author_ids") != GONE)
    rows.group_by("document_id", "split", "copies", "language", "month", "platform", maintain_order=True).agg(
        lists
    ).write_parquet(path)
    stands(workspace.stage_path("corpus"), "curate")
    result = run_stage(workspace, ADAPTERS, RECIPE)
    assert result.reason == "newer curate"
    assert result.counts["trained"] == (touched,)
    assert kept.read_bytes() == before
    assert posts_learnt(adapters, [f"{GONE}-0", "author0-0"]) == {"author0-0"}
    assert not next_folder(adapters).exists()


def test_no_buckets_take_no_time_and_serve_the_chat_model(workspace: Workspace):
    none = replace(RECIPE, adapters=AdapterConfig())
    result = run_stage(workspace, ADAPTERS, none)
    assert result.counts["buckets"] == 0
    assert [path.name for path in workspace.stage_path("adapters").glob("bucket-*")] == []
    run_stage(workspace, EXPORT, none)
    assert posts_learnt(workspace.stage_path("candidate"), ["b", "author0-0"]) == {"b"}
