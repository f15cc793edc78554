"""Which OLMo-core model, optimizer and train module a run has: its settings in the engine's words."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnet.errors import WrongUse
from linnet.lineage import write_atomically
from linnet.model.presets import Architecture
from linnet.model.tokenizer import load_tokenizer
from linnet.training.base_model import BaseShape, job_shape
from linnet.training.continued_weights import load_initial_weights, olmo_base_config
from linnet.training.layout import Layout, default_layout, train_module_parallel_kwargs
from linnet.training.worker import WorkerChannel

START_FILE = "start.safetensors"
"""In a run's folder: the embedding and head that its first step starts from."""
PAIR_TOKENS = 50_000_000  # of the corpus at most are counted for them


def olmo_config(shape: Architecture, vocab_size: int, *, seed: int) -> Any:
    """The preset as OLMo-core's model configuration."""
    from olmo_core.nn.feed_forward import FeedForwardConfig
    from olmo_core.nn.transformer import TransformerConfig

    return TransformerConfig.llama_like(
        d_model=shape.d_model,
        vocab_size=vocab_size,
        n_layers=shape.n_layers,
        n_heads=shape.n_heads,
        n_kv_heads=shape.n_kv_heads,
        layer_norm_eps=shape.norm_eps,
        rope_theta=shape.rope_theta,
        feed_forward=FeedForwardConfig(hidden_size=shape.hidden_size, bias=False),
        tie_word_embeddings=shape.tied,
        qk_norm=shape.qk_norm,
        use_head_qk_norm=shape.qk_norm,
        init_seed=seed,
    )


def optimizer_config(
    config: Mapping[str, Any], shape: Architecture | BaseShape, *, fused: bool = True
) -> Any:
    """AdamW for everything, or Muon for the matrices inside the blocks and AdamW for the rest.

    Embeddings, head and norms have a learning rate of their own and no weight decay. `fused` makes AdamW one pass
    over the weights instead of ten; weights without contents cannot have it.
    """
    from olmo_core.optim import AdamWConfig, OptimGroupOverride

    from linnet.training.muon import ADAMW, MuonAdamWConfig

    params = ["embeddings.weight", "*norm.weight", *([] if shape.tied else ["lm_head.w_out.weight"])]
    options: dict[str, Any] = {"lr": config["embedding_learning_rate"], "weight_decay": 0.0}
    if config["optimizer"] == "adamw":
        return AdamWConfig(
            lr=config["learning_rate"],
            betas=(0.9, 0.95),
            weight_decay=config["weight_decay"],
            fused=fused,
            group_overrides=[OptimGroupOverride(params=params, opts=options)],
        )
    return MuonAdamWConfig(
        fused=fused,
        lr=config["learning_rate"],
        weight_decay=config["weight_decay"],
        group_overrides=[OptimGroupOverride(params=params, opts={**options, "algorithm": ADAMW})],
    )


def build_train_module(job: Mapping[str, Any], channel: WorkerChannel) -> Any:
    """The model with its first weights, its optimizer and its learning-rate schedule."""
    import torch
    from olmo_core.config import DType
    from olmo_core.optim import LinearWithWarmup
    from olmo_core.train.train_module import TransformerTrainModuleConfig

    config, shape = job["config"], job_shape(job)
    layout = layout_of(config["preset"])
    length = config["sequence_length"]
    sequences = job["batch_tokens"] // length
    if sequences % layout.dp:
        raise WrongUse(
            f"a batch of {sequences:,} sequences cannot be shared by {layout.dp:,} ranks; set batch_tokens to a "
            f"multiple of {layout.dp * length:,}"
        )
    rank_tokens = sequences // layout.dp * length
    config_of = olmo_base_config if isinstance(shape, BaseShape) else olmo_config
    device = "meta" if layout.dp_shard > 1 else "cpu"  # no rank could hold a model that has to be sharded
    model = config_of(shape, job["vocab_size"], seed=config["seed"]).build(init_device=device)  # type: ignore[arg-type]
    if config["document_masks"]:
        from linnet.training.document_attention import mask_documents

        mask_documents(model)
    train_module = TransformerTrainModuleConfig(
        rank_microbatch_size=min(config["microbatch_tokens"] or rank_tokens, rank_tokens),
        max_sequence_length=length,
        compile_model=config["compile"],
        optim=optimizer_config(config, shape),
        scheduler=LinearWithWarmup(
            warmup=config["warmup_steps"], alpha_f=config["final_learning_rate_fraction"]
        ),
        max_grad_norm=config["max_grad_norm"],
        **train_module_parallel_kwargs(layout),
        # On CPUs float32 is the faster one as well.
        autocast_precision=DType.bfloat16 if torch.cuda.is_available() else None,
    ).build(model)
    if job.get("initial"):
        load_initial_weights(train_module.model, job)
    elif config["pair_steps"]:
        start_from_pairs(train_module.model, job, channel)
    return train_module


def layout_of(preset: str) -> Layout:
    """How this run is spread over its ranks: on accelerators the preset's own layout, on CPUs whole copies."""
    import torch

    ranks = int(os.environ.get("WORLD_SIZE", "1"))
    if torch.cuda.is_available():
        return default_layout(preset, ranks)
    return Layout(dp_replicate=ranks)


def start_from_pairs(model: Any, job: Mapping[str, Any], channel: WorkerChannel) -> None:
    """Put the weights of `spectral_start` into the model; the first rank makes them where they are not there yet."""
    import torch
    from olmo_core.distributed.utils import barrier, get_rank
    from safetensors.torch import load_file, save

    from linnet.training.spectral_start import count_pairs, spectral_start

    path = Path(job["out"]) / START_FILE
    if get_rank() == 0 and not path.exists():
        pairs = count_pairs(
            [Path(shard) for shard in job["shards"]],
            dtype=job["dtype"],
            vocab_size=job["vocab_size"],
            bos_id=load_tokenizer(Path(job["tokenizer"])).bos_id,
            max_tokens=PAIR_TOKENS,
            progress=channel,
        )
        embedding, head = spectral_start(
            pairs,
            job["architecture"]["d_model"],
            steps=job["config"]["pair_steps"],
            seed=job["config"]["seed"],
            progress=channel,
        )
        write_atomically(
            path, save({"embedding": torch.from_numpy(embedding), "head": torch.from_numpy(head)})
        )
    barrier()
    start = load_file(path)
    silent = ("attention.w_out.weight", "feed_forward.w2.weight")
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("embeddings.weight"):
                weight.copy_(start["embedding"])
            elif name.endswith("lm_head.w_out.weight"):
                weight.copy_(start["head"])
            elif name.endswith(silent):
                weight.zero_()
