"""Supervised fine-tuning: the base model learns to answer, from the platform's own reply threads.

out/hf/          the chat model in Hugging Face format
out/learnt.npy   which posts it learnt from, its base's among them
out/report.json  the report; written last

The training loop is TRL's SFTTrainer, in a child process (`sft_worker`). It takes a minute; interrupted, it starts over
and ends in the same weights.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.lineage import config_to_json
from linnet.model.documents import document_files, files_digest
from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.progress import SILENT, Progress
from linnet.training.run_folder import MODEL_FOLDER, finish_run, finished_report, start_run
from linnet.training.worker import run_worker


@dataclass(frozen=True, kw_only=True)
class SftConfig:
    max_steps: int = 100  # optimizer steps at most
    max_epochs: float = 2.0  # passes over the conversations at most
    batch_size: int = 16  # conversations a step
    learning_rate: float = 5e-4  # at its peak
    warmup_fraction: float = 0.05  # share of the steps in which the learning rate rises
    single_post_share: float = (
        0.3  # of the conversations that are tasks made from single posts, where threads abound
    )
    max_heldout_conversations: int = 200  # scored before and after; 0 scores none
    seed: int = 0
    threads: int = 0  # CPU threads; 0 leaves it to the machine

    def __post_init__(self) -> None:
        for name in ("max_steps", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.max_epochs <= 0:
            raise ValueError(f"max_epochs is {self.max_epochs}; it must be above 0")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must lie between 0 and 1")
        for name in ("warmup_fraction", "single_post_share"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must lie in 0..1")
        if self.max_heldout_conversations < 0:
            raise ValueError(
                f"max_heldout_conversations is {self.max_heldout_conversations}; it must be 0 or more"
            )


@dataclass(frozen=True, kw_only=True)
class SftReport:
    steps: int
    conversations: int  # trained on, each once an epoch
    thread_conversations: (
        int  # of them from exchanges between authors; the others are tasks from single posts
    )
    heldout_conversations: int
    heldout_loss_before: (
        float | None
    )  # nats a token of the assistant's; lower is better; None without held-out ones
    heldout_loss_after: float | None
    seconds: float  # wall time of the training process
    cpu_seconds: float
    peak_memory_bytes: int


def sft(corpus: Path, base: Path, out: Path, *, config: SftConfig, progress: Progress = SILENT) -> SftReport:
    """Fine-tune the base model (its stage folder or its `hf` folder); `out/hf/` holds the chat model afterwards."""
    files = document_files(corpus)
    model = base / MODEL_FOLDER if (base / MODEL_FOLDER).is_dir() else base
    weights = model / "model.safetensors"
    if not weights.exists():
        raise NotReady(f"no base model in {base}; train one first: linnet pretrain")
    load_tokenizer(model)
    run: dict[str, Any] = {
        "config": config_to_json(config),
        "corpus": files_digest(files),
        "base": files_digest([weights, model / "config.json", model / TOKENIZER_FILE]),
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
