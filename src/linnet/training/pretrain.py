"""Pretraining: a corpus and its tokenizer to the platform's own base model.

out/tokens/       the corpus as token ids
out/checkpoints/  weights, optimizer and data position; a killed run goes on from the last one, exactly
out/hf/           the finished model in Hugging Face format
out/start.safetensors    where the first step starts from, see `spectral_start`; gone at the end
out/plan.json     the steps of a run with a CPU budget, see `budget`
out/metrics.jsonl, rewinds.jsonl, stopped.json, tensorboard/    what is watched: see `training.watch`
out/learnt.npy    which posts it learns from
out/run.json      what this run is of; a run of anything else starts the folder anew
out/report.json   the report; written last

The training loop is OLMo-core's, in a child process (`pretrain_worker`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.lineage import config_to_json
from linnet.model.documents import document_files, files_digest
from linnet.model.presets import architecture
from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.progress import SILENT, Progress
from linnet.training.budget import PLAN_FILE
from linnet.training.engine import START_FILE
from linnet.training.learnt import train_posts, write_learnt
from linnet.training.run_folder import MODEL_FOLDER, finish_run, finished_report, start_run, storage_error
from linnet.training.tokens import check_shards, token_dtype, tokenize_corpus
from linnet.training.watch import WATCH_PARTS
from linnet.training.watch.config import WatchConfig
from linnet.training.worker import run_worker

PARTS = ("tokens", "checkpoints", "order", START_FILE, PLAN_FILE, MODEL_FOLDER, *WATCH_PARTS)


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    preset: str = "nano"  # see linnet.model.presets
    overrides: Mapping[str, Any] = field(default_factory=dict)  # single architecture fields to replace
    sequence_length: int = 256  # tokens of a training sequence
    context_length: int = (
        0  # tokens that the finished model takes, at least sequence_length; 0: sequence_length
    )
    max_tokens: int = 6_000_000  # tokens to train on at most, repeats counted
    max_epochs: float = 2.0  # passes over the corpus at most
    cpu_minutes: float = 0.0  # CPU time of the training process, over all ranks; 0: as max_tokens says
    batch_tokens: int = 2048  # tokens an optimizer step, over all ranks
    microbatch_tokens: int = 0  # tokens a forward pass on one rank; 0: all of the rank's share at once
    optimizer: str = "muon"  # "muon" for the matrices and AdamW for the rest, or "adamw" for everything
    learning_rate: float = 0.01  # at its peak
    embedding_learning_rate: float = 1e-3  # the same for embeddings, head and norms
    warmup_steps: int = 20  # optimizer steps in which the learning rates rise
    final_learning_rate_fraction: float = 0.0  # of the peak, at the last step; it falls in a straight line
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    document_masks: bool = True  # whether attention stays inside each document
    plain_share: float = (
        0.15  # share of documents without control tokens, and of each token left out of the others
    )
    pair_steps: int = (
        75  # steps that fit the first weights to token pairs, see `spectral_start`; 0: random weights
    )
    compile: bool = False  # whether torch.compile makes the blocks faster; needs a C++ compiler on a CPU
    seed: int = 0  # of the weights and of the order of documents
    checkpoint_every_steps: int = 500
    threads: int = 0  # CPU threads; 0 leaves it to the machine

    def __post_init__(self) -> None:
        architecture(self.preset, self.overrides)
        for name in ("sequence_length", "max_tokens", "batch_tokens", "checkpoint_every_steps"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.optimizer not in ("muon", "adamw"):
            raise ValueError(f'optimizer is "{self.optimizer}"; it must be "muon" or "adamw"')
        for name in ("cpu_minutes", "warmup_steps", "microbatch_tokens", "pair_steps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")
        if self.microbatch_tokens % self.sequence_length:
            raise ValueError(
                f"microbatch_tokens is {self.microbatch_tokens}; it must be a multiple of sequence_length "
                f"{self.sequence_length}"
            )
        if self.pair_steps and architecture(self.preset, self.overrides).tied:
            raise ValueError("pair_steps needs a head of its own; set tied to false or pair_steps to 0")
        if self.context_length and self.context_length < self.sequence_length:
            raise ValueError(
                f"context_length is {self.context_length}; it must be 0 or at least sequence_length "
                f"{self.sequence_length}"
            )
        if self.max_epochs <= 0:
            raise ValueError(f"max_epochs is {self.max_epochs}; it must be above 0")
        if self.batch_tokens % self.sequence_length:
            raise ValueError(
                f"batch_tokens is {self.batch_tokens}; it must be a multiple of sequence_length {self.sequence_length}"
            )
        for name in ("learning_rate", "embedding_learning_rate"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must lie between 0 and 1")
        for name in ("plain_share", "final_learning_rate_fraction"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must lie in 0..1")


@dataclass(frozen=True, kw_only=True)
class PretrainReport:
    steps: int
    tokens_seen: int  # repeats counted
    corpus_tokens: int
    documents: int
    parameters: int
    vocab_size: int
    final_loss: float  # mean training loss of the last steps, nats a token; lower is better
    resumed_from_step: int  # 0 for a run in one piece
    tokens_per_second: float  # of this piece of the run
    seconds: float  # wall time of the training process
    cpu_seconds: float
    peak_memory_bytes: int


def pretrain(
    corpus: Path,
    tokenizer: Path,
    out: Path,
    *,
    config: PretrainConfig,
    watch: WatchConfig | None = None,
    progress: Progress = SILENT,
) -> PretrainReport:
    """Train a base model on the corpus's train split; `out/hf/` holds it when this returns.

    Interrupted at any moment, the same call goes on from the last checkpoint and ends in the same weights.
    """
    watch = watch or WatchConfig()
    watch.check_installed()
    files = document_files(corpus)
    model_tokenizer = load_tokenizer(tokenizer)
    run = {
        "config": config_to_json(config),
        "corpus": files_digest(files),
        "tokenizer": files_digest([tokenizer / TOKENIZER_FILE]),
    }
    start_run(out, run, parts=PARTS)
    write_learnt(out, train_posts(corpus))
    if earlier := finished_report(out):
        return PretrainReport(**earlier)

    try:
        shards = tokenize_corpus(
            corpus,
            model_tokenizer,
            out / "tokens",
            seed=config.seed,
            plain_share=config.plain_share,
            progress=progress,
        )
    except OSError as error:
        raise storage_error(error, out) from error
    check_shards(shards, vocab_size=model_tokenizer.vocab_size, progress=progress)
    batch_tokens, steps = plan_steps([shard.num_tokens for shard in shards], config, corpus=corpus)
    job: dict[str, Any] = {
        "out": str(out),
        "shards": [shard.path for shard in shards if shard.num_tokens >= config.sequence_length],
        "dtype": token_dtype(model_tokenizer.vocab_size),
        "vocab_size": model_tokenizer.vocab_size,
        "tokenizer": str(tokenizer),
        "architecture": asdict(architecture(config.preset, config.overrides)),
        "batch_tokens": batch_tokens,
        "steps": steps,
        "threads": config.threads,
        "config": run["config"],
        "watch": config_to_json(watch),
    }
    result: dict[str, Any] = {"rewind": True}
    while result.get("rewind"):  # after a loss spike it ends, to go on from an earlier checkpoint
        result = run_worker("linnet.training.pretrain_worker", job, folder=out, progress=progress)
    report = PretrainReport(
        corpus_tokens=sum(shard.num_tokens for shard in shards),
        documents=sum(shard.num_documents for shard in shards),
        vocab_size=model_tokenizer.vocab_size,
        **result,
    )
    finish_run(out, asdict(report))
    return report


def plan_steps(shard_tokens: list[int], config: PretrainConfig, *, corpus: Path) -> tuple[int, int]:
    """The tokens a batch and the number of steps. A corpus smaller than one batch gets a smaller batch."""
    length = config.sequence_length
    sequences = sum(tokens // length for tokens in shard_tokens)
    if not sequences:
        raise NotReady(
            f"the corpus in {corpus} has {sum(shard_tokens):,} tokens to train on, less than one sequence of "
            f"{length}; ingest more posts or lower sequence_length"
        )
    batch_sequences = min(config.batch_tokens // length, sequences)
    steps_an_epoch = sequences // batch_sequences
    steps = min(
        math.floor(steps_an_epoch * config.max_epochs), config.max_tokens // (batch_sequences * length)
    )
    return batch_sequences * length, max(steps, 1)
