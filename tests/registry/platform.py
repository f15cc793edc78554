"""A small platform whose base and chat models have random weights: what a build leaves, in a second."""

from __future__ import annotations

from pathlib import Path

from linnet.corpus.curate import CurateConfig
from linnet.evaluation.heldout import HeldoutConfig
from linnet.lineage import Manifest, digest_of_files, read_manifest, write_manifest
from linnet.model.tokenizer import TokenizerConfig, load_tokenizer, train_tokenizer
from linnet.pipeline import STAGES, Recipe, run_stage
from linnet.registry.decisions import Decision, settle
from linnet.training.learnt import train_posts, write_learnt
from linnet.workspace import Workspace
from tests.erasure.platform import make_platform

RECIPE = Recipe(name="test", curate=CurateConfig(heldout_share=0.3), evaluate=HeldoutConfig(max_posts=50))
EVALUATE, EXPORT, CURATE = (
    next(stage for stage in STAGES if stage.name == name) for name in ("evaluate", "export", "curate")
)


def make(folder: Path) -> Workspace:
    workspace = make_platform(folder, corpus=False, index=False)
    run_stage(workspace, CURATE, RECIPE)
    train_tokenizer(
        workspace.stage_path("corpus"),
        workspace.stage_path("tokenizer"),
        config=TokenizerConfig(vocab_size=330),
    )
    return workspace


def train(workspace: Workspace, *, seed: int, spread: float = 0.02) -> None:
    """Base and chat model as the stages would leave them. A larger `spread` of random weights is a worse model."""
    corpus = workspace.stage_path("corpus")
    curated = read_manifest(corpus)
    assert curated is not None
    for place, stage in (("base", "pretrain"), ("chat", "sft")):
        out = workspace.stage_path(place)
        random_weights(out / "hf", workspace.stage_path("tokenizer"), seed=seed, spread=spread)
        write_learnt(out, train_posts(corpus))
        base = read_manifest(workspace.stage_path("base")) if place == "chat" else None
        stands(
            out,
            stage,
            {"curate": curated.output_digest, **({"pretrain": base.output_digest} if base else {})},
        )


def build(workspace: Workspace, *, seed: int, spread: float = 0.02) -> Decision:
    """What the end of `linnet build` does after such a training."""
    run_stage(workspace, CURATE, RECIPE)
    train(workspace, seed=seed, spread=spread)
    run_stage(workspace, EVALUATE, RECIPE)
    run_stage(workspace, EXPORT, RECIPE)
    decision = settle(workspace, recipe=RECIPE.name)
    assert decision is not None
    return decision


def random_weights(hf: Path, tokenizer: Path, *, seed: int, spread: float) -> None:
    import torch
    from transformers import GenerationConfig, LlamaForCausalLM

    from linnet.model.presets import architecture
    from linnet.training.export import hf_config, save_model_folder

    torch.manual_seed(seed)
    shape = architecture(
        "nano", {"d_model": 32, "n_layers": 1, "n_heads": 1, "n_kv_heads": 1, "hidden_size": 64}
    )
    loaded = load_tokenizer(tokenizer)
    ids = loaded.special_token_ids
    config = hf_config(shape, vocab_size=loaded.vocab_size, context_length=128, token_ids=ids)
    config.initializer_range = spread
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(**ids, do_sample=False)
    save_model_folder(model, hf, tokenizer=tokenizer)


def stands(folder: Path, stage: str, inputs: dict[str, str]) -> None:
    """Give a folder the manifest of a finished stage."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    outputs = tuple(name for name in names if name != "manifest.json")
    counts = {"parameters": 31_000} if stage == "pretrain" else {"heldout_loss_after": 5.5}
    write_manifest(
        folder,
        Manifest(
            stage=stage,
            config={},
            inputs=inputs,
            counts=counts,
            outputs=outputs,
            output_digest=digest_of_files(folder, outputs),
        ),
    )
