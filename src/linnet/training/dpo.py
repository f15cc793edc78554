"""Preference tuning: the chat model learns which of two answers is better (DPO: Rafailov et al. 2023).

out/hf/          the tuned model, where it is better; without it the chat model stays the one that is served
out/learnt.npy   which posts it learnt from, the chat model's among them
out/report.json  the report; written last

The pairs are made here (`preferences/`) and handed to a child process (`dpo_worker`) as token ids in out/tokens/, which
goes when the child ends. The training loop is TRL's DPOTrainer; the reference is the chat model as it came.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.lineage import config_to_json, digest_of, write_atomically
from linnet.model.documents import document_files, files_digest
from linnet.model.tokenizer import TOKENIZER_FILE, load_tokenizer
from linnet.progress import SILENT, Progress
from linnet.training.learnt import write_learnt
from linnet.training.preferences.gather import GatheredPair, PairSources, count_by_source, gather_pairs
from linnet.training.run_folder import MODEL_FOLDER, REPORT_FILE, finish_run, read_report, start_run
from linnet.training.worker import run_worker

SOURCES = ("checks", "engagement", "ratings")
PAIRS_FOLDER, PAIRS_FILE = "tokens", "pairs.json"
TURNED_OFF = "preference tuning is turned off: max_pairs is 0"
NO_PAIRS = (
    "no pairs of better and worse answers can be made from the corpus: it has no thread whose posts fit the "
    "model, and no rated answers; ingest more posts, or rate answers"
)


@dataclass(frozen=True, kw_only=True)
class DpoConfig:
    max_pairs: int = 64  # to train on; 0 turns preference tuning off
    max_heldout_pairs: int = 64  # scored before and after; 0 scores none
    sources: tuple[str, ...] = SOURCES  # where pairs come from
    max_epochs: float = 1.0  # passes over the pairs
    batch_size: int = 8  # pairs a step
    learning_rate: float = 1e-4  # at its peak
    warmup_fraction: float = 0.1  # share of the steps in which the learning rate rises
    beta: float = 0.1  # how strongly the model is held to the chat model; higher is stronger
    max_loss_increase: float = 0.02  # share by which bits per byte on held-out posts may rise at most
    guard_posts: int = 100  # held-out posts that this is measured on
    seed: int = 0
    threads: int = 0  # CPU threads; 0 leaves it to the machine

    def __post_init__(self) -> None:
        for name in ("max_pairs", "max_heldout_pairs", "guard_posts"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")
        if self.batch_size < 1:
            raise ValueError(f"batch_size is {self.batch_size}; it must be 1 or more")
        for name in ("max_epochs", "beta"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be above 0")
        if not 0 < self.learning_rate < 1:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must lie between 0 and 1")
        if not 0 <= self.warmup_fraction <= 1:
            raise ValueError(f"warmup_fraction is {self.warmup_fraction}; it must lie in 0..1")
        if self.max_loss_increase < 0:
            raise ValueError(f"max_loss_increase is {self.max_loss_increase}; it must be 0 or more")
        if unknown := [source for source in self.sources if source not in SOURCES]:
            raise ValueError(f"sources has {unknown[0]!r}; there are {', '.join(SOURCES)}")


@dataclass(frozen=True, kw_only=True)
class DpoReport:
    kept: bool  # whether the tuned model takes the chat model's place
    why: str  # the reason for that, for a person
    steps: int = 0
    pairs: int = 0  # trained on
    pairs_by_source: Mapping[str, int] = field(default_factory=dict)
    heldout_pairs: int = 0
    heldout_by_source: Mapping[str, int] = field(default_factory=dict)
    heldout_accuracy: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    # ^ as preferences/measure.py says, by measure: share, low, high, pairs; higher is better
    heldout_accuracy_of_source: Mapping[str, Mapping[str, float]] = field(
        default_factory=dict
    )  # reward_after
    heldout_loss_before: float | None = None  # the DPO loss; lower is better; ln 2 by its definition
    heldout_loss_after: float | None = None
    bits_per_byte_before: float | None = None  # on held-out posts; lower is better
    bits_per_byte_after: float | None = None
    seconds: float = 0.0  # wall time of the training process
    cpu_seconds: float = 0.0
    peak_memory_bytes: int = 0


def dpo(
    corpus: Path,
    chat: Path,
    out: Path,
    *,
    config: DpoConfig,
    sources: PairSources,
    progress: Progress = SILENT,
) -> DpoReport:
    """Tune the chat model (its stage folder or its `hf` folder); where that is better, `out/hf/` holds it afterwards."""
    files = document_files(corpus)
    model = chat_model(chat)
    progress.start("Looking for pairs")
    train, heldout = (
        split_pairs(corpus, chat, split, config=config, sources=sources) for split in ("train", "heldout")
    )
    run: dict[str, Any] = {
        "config": config_to_json(config),
        "corpus": files_digest(files),
        "chat": files_digest([model / "model.safetensors", model / "config.json", model / TOKENIZER_FILE]),
        "pairs": digest_of([asdict(one.ids) for one in (*train, *heldout)]),
    }
    start_run(out, run, parts=(MODEL_FOLDER, "trainer", PAIRS_FOLDER))
    if (earlier := _finished(out)) is not None:
        return earlier
    if not train:
        return _finish(out, DpoReport(kept=False, why=NO_PAIRS if config.max_pairs else TURNED_OFF))
    write_learnt(out, sorted({post_id for one in train for post_id in one.pair.post_ids}), also=[chat])
    (out / PAIRS_FOLDER).mkdir(exist_ok=True)
    pairs_path = out / PAIRS_FOLDER / PAIRS_FILE
    write_atomically(pairs_path, _as_json(train, heldout))
    job = {
        "out": str(out),
        "chat": str(model),
        "corpus": str(corpus),
        "pairs": str(pairs_path),
        "threads": config.threads,
        "config": run["config"],
    }
    try:
        told = run_worker("linnet.training.dpo_worker", job, folder=out, progress=progress)
    finally:
        shutil.rmtree(out / PAIRS_FOLDER, ignore_errors=True)
    kept, why = judge(
        told["bits_per_byte_before"], told["bits_per_byte_after"], told["heldout_accuracy"], config
    )
    report = DpoReport(
        kept=kept,
        why=why,
        pairs=len(train),
        pairs_by_source=count_by_source(train),
        heldout_pairs=len(heldout),
        heldout_by_source=count_by_source(heldout),
        **told,
    )
    return _finish(out, report)


def chat_model(chat: Path) -> Path:
    """The `hf` folder of the chat model. Raises NotReady when there is none."""
    model = chat / MODEL_FOLDER if (chat / MODEL_FOLDER).is_dir() else chat
    if not (model / "model.safetensors").exists():
        raise NotReady(f"no chat model in {chat}; make one first: linnet build")
    return model


def split_pairs(
    corpus: Path, chat: Path, split: str, *, config: DpoConfig, sources: PairSources
) -> list[GatheredPair]:
    """The pairs of one split ("train" or "heldout") that the stage would use."""
    import json

    model = chat_model(chat)
    shape = json.loads((model / "config.json").read_text(encoding="utf-8"))
    heldout = config.max_heldout_pairs if config.max_pairs else 0
    return gather_pairs(
        corpus,
        split,
        load_tokenizer(model),
        count=config.max_pairs if split == "train" else heldout,
        max_tokens=int(shape["max_position_embeddings"]),
        sources=sources,
        wanted=config.sources,
        seed=config.seed,
    )


def judge(
    before: float | None, after: float | None, accuracy: Mapping[str, Mapping[str, float]], config: DpoConfig
) -> tuple[bool, str]:
    """Whether the tuned model is kept, and why: it must know the platform's language as before, and show an effect."""
    if before is not None and after is not None and after > before * (1 + config.max_loss_increase):
        return False, (
            f"bits per byte on held-out posts rose by {after / before - 1:.1%}, more than the "
            f"{config.max_loss_increase:.1%} allowed; the chat model stays"
        )
    moved = accuracy.get("reward_after")
    if moved is None:
        return True, "there were no held-out pairs to tell whether it is better"
    told = (
        f"on {moved['share']:.0%} ({moved['low']:.0%} to {moved['high']:.0%}) of {moved['pairs']:,} held-out pairs it "
        "moved towards the better answer"
    )
    return (True, told) if moved["share"] > 0.5 else (False, f"only {told}; the chat model stays")


def _as_json(train: Sequence[GatheredPair], heldout: Sequence[GatheredPair]) -> str:
    import json

    return json.dumps(
        {
            name: [{**asdict(one.ids), "source": one.pair.source} for one in pairs]
            for name, pairs in (("train", train), ("heldout", heldout))
        }
    )


def _finish(out: Path, report: DpoReport) -> DpoReport:
    if not report.kept:  # nothing trained is left, so nothing is owed
        for name in (MODEL_FOLDER, "trainer"):
            shutil.rmtree(out / name, ignore_errors=True)
        write_learnt(out, ())
    finish_run(out, asdict(report))
    return report


def _finished(out: Path) -> DpoReport | None:
    """The report of this very run, where what it tells of still stands."""
    if not (out / REPORT_FILE).exists():
        return None
    report = DpoReport(**read_report(out))
    return report if not report.kept or (out / MODEL_FOLDER / "config.json").exists() else None
