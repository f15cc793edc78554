"""Supervised fine-tuning: the base model learns to answer, from the platform's own threads and tasks made of its posts.

out/hf/          the chat model in Hugging Face format
out/learnt.npy   which posts it learnt from, its base's among them
out/report.json  the report; written last

The training loop is TRL's SFTTrainer, in a child process (`sft_worker`). It takes a minute; interrupted, it starts over
and ends in the same weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.lineage import config_to_json
from linnet.model.documents import document_files, files_digest
from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.progress import SILENT, Progress
from linnet.training.run_folder import MODEL_FOLDER, finish_run, finished_report, start_run
from linnet.training.tasks.catalogue import TASK_NAMES
from linnet.training.worker import run_worker

DEFAULT_SHARES: Mapping[str, float] = {
    "reply": 0.25,
    "write_post": 0.1,
    "answer_with_citations": 0.25,
    "abstain": 0.1,
    "summarise_thread": 0.1,
    "context_note": 0.1,
    "creative": 0.05,
    "rewrite_query": 0.05,
}


@dataclass(frozen=True, kw_only=True)
class SftConfig:
    max_steps: int = 60  # optimizer steps at most
    max_epochs: float = 2.0  # passes over the conversations at most
    batch_size: int = 8  # conversations a step
    learning_rate: float = 5e-4  # at its peak
    warmup_fraction: float = 0.05  # share of the steps in which the learning rate rises
    task_shares: Mapping[str, float] = field(default_factory=lambda: dict(DEFAULT_SHARES))
    # ^ of the conversations, by task: only their proportions count; what a task cannot fill goes to the others
    max_documents: int = 20_000  # of a split that conversations are made from, a random sample
    max_heldout_conversations: int = 120  # scored before and after, the tasks evenly; 0 scores none
    seed: int = 0
    threads: int = 0  # CPU threads; 0 leaves it to the machine

    def __post_init__(self) -> None:
        for name in ("max_steps", "batch_size", "max_documents"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.max_epochs <= 0:
            raise ValueError(f"max_epochs is {self.max_epochs}; it must be above 0")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must lie between 0 and 1")
        if not 0 <= self.warmup_fraction <= 1:
            raise ValueError(f"warmup_fraction is {self.warmup_fraction}; it must lie in 0..1")
        if self.max_heldout_conversations < 0:
            raise ValueError(
                f"max_heldout_conversations is {self.max_heldout_conversations}; it must be 0 or more"
            )
        for name, share in self.task_shares.items():
            if name not in TASK_NAMES:
                raise ValueError(f"task_shares has {name!r}; there are {', '.join(TASK_NAMES)}")
            if not 0 <= share < float("inf"):
                raise ValueError(f"task_shares has {share} for {name}; it must be a number of 0 or more")
        if not any(self.task_shares.values()):
            raise ValueError("task_shares gives every task 0; give one of them a share")


@dataclass(frozen=True, kw_only=True)
class SftReport:
    steps: int
    conversations: int  # trained on, each once an epoch
    shortened: int  # of them lost distractors or first exchanges to fit the model's context
    left_out: int  # examples that did not fit at all
    posts: int  # whose text stands in a conversation
    heldout_conversations: int
    heldout_loss_before: float | None  # nats a token of the assistant's; lower is better; None without any
    heldout_loss_after: float | None
    tasks: Mapping[str, Mapping[str, Any]]
    # ^ by task: conversations, shortened, left_out, kinds, heldout_conversations; and where some are held out
    #   heldout_loss_before, heldout_loss_after, heldout_loss_change: value, low, high (95% over conversations)
    seconds: float  # wall time of the training process
    cpu_seconds: float
    peak_memory_bytes: int


def sft(corpus: Path, base: Path, out: Path, *, config: SftConfig, progress: Progress = SILENT) -> SftReport:
    """Fine-tune the base model (its stage folder or its `hf` folder); `out/hf/` holds the chat model afterwards."""
    files = document_files(corpus)
    model = base / MODEL_FOLDER if (base / MODEL_FOLDER).is_dir() else base
    weights = sorted(model.glob("model*.safetensors"))  # large ones come in parts
    if not weights:
        raise NotReady(f"no base model in {base}; train one first: linnet pretrain")
    load_tokenizer(model)
    run: dict[str, Any] = {
        "config": config_to_json(config),
        "corpus": files_digest(files),
        "base": files_digest([*weights, model / "config.json", model / TOKENIZER_FILE]),
    }
    start_run(out, run, parts=(MODEL_FOLDER, "trainer"))
    if earlier := finished_report(out):
        return SftReport(**earlier)
    job = {
        "out": str(out),
        "base": str(model),
        "corpus": str(corpus),
        "threads": config.threads,
        "config": run["config"],
    }
    report = SftReport(**run_worker("linnet.training.sft_worker", job, folder=out, progress=progress))
    finish_run(out, asdict(report))
    return report
