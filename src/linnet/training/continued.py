"""Continued pretraining: an open base model goes on learning, from the platform's posts.

out/tokenizer/    the base's tokenizer with Linnet's tokens behind it
out/tokens/       the corpus as token ids
out/checkpoints/  of a run that trains all weights; a killed one goes on from the last, exactly
out/adapter/      the LoRA adapter of a run with `lora`; its weights are merged into the model as well
out/hf/           the finished model in Hugging Face format
out/learnt.npy    which posts it learns from
out/run.json      what this run is of; a run of anything else starts the folder anew
out/report.json   the report, with the base's provenance; written last

All weights train in the engine that pretraining uses; with `lora`, only low-rank changes (Hu et al. 2021) and the new
tokens' rows do, for a fraction of the memory. The learning rate rises again from zero to a peak below that of a
training from scratch, and decays (Ibrahim et al. 2024, arXiv 2403.08763); nothing of the base's own data is replayed.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, WrongUse
from linnet.lineage import MANIFEST_FILE, config_to_json
from linnet.model.controls import control_tokens
from linnet.model.documents import document_files, files_digest, read_documents
from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.progress import SILENT, Progress
from linnet.training.base_model import BaseModel, read_base
from linnet.training.base_source import find_base
from linnet.training.base_tokenizer import extend_tokenizer
from linnet.training.continued_weights import InitialWeights
from linnet.training.learnt import LEARNT_FILE, train_posts, write_learnt
from linnet.training.pretrain import PretrainConfig, PretrainReport, plan_steps
from linnet.training.run_folder import (
    MODEL_FOLDER,
    RUN_FILE,
    finish_run,
    finished_report,
    start_run,
    storage_error,
)
from linnet.training.tokens import check_shards, token_dtype, tokenize_corpus
from linnet.training.watch import WATCH_PARTS
from linnet.training.watch.config import WatchConfig
from linnet.training.worker import run_worker

ADAPTER_FOLDER, TOKENIZER_FOLDER = "adapter", "tokenizer"
PARTS = (TOKENIZER_FOLDER, "tokens", "checkpoints", "order", ADAPTER_FOLDER, MODEL_FOLDER, *WATCH_PARTS)
LEARNING_RATE, LORA_LEARNING_RATE = 1e-4, 5e-4


@dataclass(frozen=True, kw_only=True)
class ContinueConfig:
    lora: bool = False  # train low-rank changes instead of all weights
    lora_rank: int = 16  # of each change
    sequence_length: int = 256  # tokens of a training sequence; the base's context stays as long as it is
    max_tokens: int = 6_000_000  # tokens to train on at most, repeats counted
    max_epochs: float = 1.0  # passes over the corpus at most
    batch_tokens: int = 2048  # tokens an optimizer step, over all ranks
    learning_rate: float | None = None  # at its peak; None: 1e-4 for all weights, 5e-4 with lora
    warmup_fraction: float = 0.05  # share of the steps in which the learning rate rises again
    final_learning_rate_fraction: float = 0.1  # of the peak, at the last step
    weight_decay: float = 0.1  # without lora
    optimizer: str = "adamw"  # without lora; what open models were trained with
    max_grad_norm: float = 1.0
    document_masks: bool = True  # whether attention stays inside each document
    compile: bool = False  # without lora: whether torch.compile makes the blocks faster
    microbatch_tokens: int = 0  # tokens a forward pass on one rank; 0: all of the rank's share at once
    cpu_minutes: float = (
        0.0  # without lora: CPU time that the run may take, over all ranks; 0 sets no such limit
    )
    plain_share: float = 0.1  # share of the documents that come without control tokens
    seed: int = 0  # of the order of documents and of an adapter's first weights
    checkpoint_every_steps: int = 500
    threads: int = 0  # CPU threads; 0 leaves it to the machine

    def __post_init__(self) -> None:
        engine_config(self)  # checks what both have
        if self.lora_rank < 1:
            raise ValueError(f"lora_rank is {self.lora_rank}; it must be 1 or more")
        if not 0 <= self.warmup_fraction <= 1:
            raise ValueError(f"warmup_fraction is {self.warmup_fraction}; it must lie in 0..1")
        if self.lora and self.cpu_minutes:
            raise ValueError(
                f"cpu_minutes is {self.cpu_minutes} and bounds runs without lora only; use max_tokens"
            )

    @property
    def peak_learning_rate(self) -> float:
        if self.learning_rate is not None:
            return self.learning_rate
        return LORA_LEARNING_RATE if self.lora else LEARNING_RATE


@dataclass(frozen=True, kw_only=True)
class ContinueReport(PretrainReport):
    method: str  # "full" or "lora"
    base: Mapping[str, Any]  # name, revision, licence, model_type, parameters and digest of the weights
    new_tokens: int  # added behind the base's vocabulary
    changed_texts: list[str] = field(
        default_factory=list
    )  # probes that the base's tokenizer does not give back as they were


def continue_pretraining(
    corpus: Path,
    base: str | Path,
    out: Path,
    *,
    config: ContinueConfig,
    watch: WatchConfig | None = None,
    progress: Progress = SILENT,
) -> ContinueReport:
    """Continue `base`, a folder or a hub id, on the corpus's train split; `out/hf/` holds the result.

    Interrupted, the same call goes on from the last checkpoint; with `lora` it starts over and ends in the same weights.
    """
    cpu_started = time.process_time()
    watch = watch or WatchConfig()
    watch.check_installed()
    files = document_files(corpus)
    model = read_base(find_base(base, progress=progress), progress=progress)
    if config.sequence_length > model.shape.context_length:
        raise WrongUse(
            f"sequence_length is {config.sequence_length}, but {model.source.name} looks back over "
            f"{model.shape.context_length} tokens; lower it"
        )
    vocabulary_file = model.source.folder / TOKENIZER_FILE
    if not vocabulary_file.exists():
        raise BadInput(
            f"{model.source.folder} has no {TOKENIZER_FILE}; save its fast tokenizer with transformers' save_pretrained"
        )
    run = {
        "config": config_to_json(config),
        "corpus": files_digest(files),
        "base": model.provenance(),
        "tokenizer": files_digest([vocabulary_file]),
    }
    start_run(out, run, parts=PARTS)
    write_learnt(out, train_posts(corpus), also=_learnt_before(model))
    if earlier := finished_report(out):
        return ContinueReport(**earlier)

    controls = control_tokens({document.controls for document in read_documents(files, "train")})
    tokenizer_folder = out / TOKENIZER_FOLDER
    try:
        vocabulary = extend_tokenizer(
            model.source.folder, tokenizer_folder, controls=controls, rows=model.vocab_size
        )
        tokenizer = load_tokenizer(tokenizer_folder)
        shards = tokenize_corpus(
            corpus,
            tokenizer,
            out / "tokens",
            seed=config.seed,
            progress=progress,
            plain_share=config.plain_share,
        )
    except OSError as error:
        raise storage_error(error, out) from error
    check_shards(shards, vocab_size=vocabulary.size, progress=progress)
    engine = engine_config(config)
    batch_tokens, steps = plan_steps([shard.num_tokens for shard in shards], engine, corpus=corpus)
    engine = dataclasses.replace(engine, warmup_steps=round(steps * config.warmup_fraction))
    job: dict[str, Any] = {
        "out": str(out),
        "shards": [shard.path for shard in shards if shard.num_tokens >= config.sequence_length],
        "dtype": token_dtype(vocabulary.size),
        "vocab_size": vocabulary.size,
        "tokenizer": str(tokenizer_folder),
        "initial": InitialWeights.of(model, vocabulary).to_job(),
        "batch_tokens": batch_tokens,
        "steps": steps,
        "threads": config.threads,
        "cpu_seconds_before": time.process_time() - cpu_started,
        "config": {**config_to_json(config), **config_to_json(engine)},
        "watch": config_to_json(watch),
    }
    worker = "continued_worker" if config.lora else "pretrain_worker"
    result: dict[str, Any] = {"rewind": True}
    while result.get("rewind"):  # after a loss spike it ends, to go on from an earlier checkpoint
        result = run_worker(f"linnet.training.{worker}", job, folder=out, progress=progress)
    report = ContinueReport(
        corpus_tokens=sum(shard.num_tokens for shard in shards),
        documents=sum(shard.num_documents for shard in shards),
        vocab_size=vocabulary.size,
        method="lora" if config.lora else "full",
        base=model.provenance(),
        new_tokens=vocabulary.size - vocabulary.base_size,
        changed_texts=list(vocabulary.changed_texts),
        **result,
    )
    finish_run(out, asdict(report))
    return report


def engine_config(config: ContinueConfig) -> PretrainConfig:
    """The settings that continuing shares with pretraining; the engine's others keep their defaults."""
    shared = {item.name for item in dataclasses.fields(PretrainConfig)} & {
        item.name for item in dataclasses.fields(config)
    }
    values: dict[str, Any] = {name: getattr(config, name) for name in shared}
    peak = config.peak_learning_rate
    return PretrainConfig(
        **{**values, "learning_rate": peak, "embedding_learning_rate": peak, "pair_steps": 0}
    )


def _learnt_before(model: BaseModel) -> list[Path]:
    """The base's folder where it was trained by Linnet: its posts are in the weights too."""
    folder = model.source.folder
    stage = folder.parent if folder.name == MODEL_FOLDER else folder
    made_here = any((stage / name).exists() for name in (LEARNT_FILE, RUN_FILE, MANIFEST_FILE))
    return [folder] if made_here else []
