"""Build the trainer's configuration at its real number of ranks on this machine, and count each rank's memory.

No accelerator is touched: a child process (`layout_worker`) plays single ranks of a fake process group, with weights
that have shapes and no contents.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from linnet.errors import WrongUse
from linnet.model.presets import VOCABULARIES, Architecture, architecture
from linnet.progress import SILENT, Progress
from linnet.training.layout import (
    DEFAULTS,
    Layout,
    default_batch_sequences,
    pipeline_layers,
    refuse_wrong_layout,
)
from linnet.training.worker import run_worker

USABLE_SHARE = 0.9  # of an accelerator's memory; the rest is for the driver, NCCL and fragmentation
STATE_BYTES_PER_PARAMETER = 16  # float32: weight, gradient and AdamW's two moments


@dataclass(frozen=True, kw_only=True)
class RankMemory:
    """Bytes on one rank, from the local shapes of what was built there."""

    rank: int
    stage: int  # its place in the pipeline, from 0
    layers: int
    parameters: int  # held by this rank
    weights: int  # float32; the optimizer's master weights
    gradients: int
    optimizer: int  # AdamW's moments, float32
    working: int  # weights gathered or cast to compute with, gradients not yet reduced
    activations: int  # estimate: what a real block and head save for the backward pass
    formula_state: int  # weights, gradients and optimizer by arithmetic alone, to compare

    @property
    def state(self) -> int:
        return self.weights + self.gradients + self.optimizer

    @property
    def total(self) -> int:
        return self.state + self.working + self.activations


@dataclass(frozen=True, kw_only=True)
class LayoutReport:
    preset: str
    ranks: int
    layout: Layout
    parameters: int  # of the whole model
    vocab_size: int
    sequence_length: int  # tokens
    batch_tokens: int  # tokens an optimizer step
    pipeline_bubble: float  # share of a step in which a rank waits for the others; 0 without a pipeline
    memory_gb: float  # of one accelerator, 10^9 bytes
    rank_memory: tuple[RankMemory, ...]
    seconds: float  # to build and check
    peak_memory_bytes: int  # of the check itself

    @property
    def largest(self) -> RankMemory:
        return max(self.rank_memory, key=lambda one: one.total)


def check_layout(
    preset: str,
    layout: Layout,
    ranks: int,
    sequence_length: int | None = None,
    *,
    batch_sequences: int | None = None,
    memory_gb: float = 80.0,
    overrides: Mapping[str, int] | None = None,
    vocab_size: int | None = None,
    check_ranks: tuple[int, ...] | None = None,
    progress: Progress = SILENT,
) -> LayoutReport:
    """Build ranks of the layout and report their memory; a layout that cannot run is one clear `WrongUse`.

    Checked are rank 0 and, with a pipeline, one in its middle and one at its end, unless `check_ranks` names others.
    """
    shape = architecture(preset, overrides)
    vocab_size = vocab_size or VOCABULARIES[preset]
    length = sequence_length or DEFAULTS[preset].sequence_length
    batch = default_batch_sequences(layout) if batch_sequences is None else batch_sequences
    refuse_wrong_layout(shape, vocab_size, layout, ranks=ranks, sequence_length=length, batch_sequences=batch)
    stage_ranks = ranks // layout.pp
    if check_ranks is None:
        check_ranks = tuple(sorted({stage * stage_ranks for stage in (0, layout.pp // 2, layout.pp - 1)}))
    job = {
        "architecture": asdict(shape),
        "vocab_size": vocab_size,
        "layout": asdict(layout),
        "ranks": ranks,
        "check_ranks": check_ranks,
        "sequence_length": length,
        "microbatches": batch // (layout.dp * layout.microbatch),
        "threads": 1,
    }
    folder = Path(tempfile.mkdtemp(prefix="linnet-layout-"))
    try:
        built = run_worker("linnet.training.layout_worker", job, folder=folder, progress=progress)
    except WrongUse:
        shutil.rmtree(folder)
        raise  # any other error names the log, which stays
    shutil.rmtree(folder)
    microbatches = job["microbatches"]
    assert isinstance(microbatches, int)
    report = LayoutReport(
        preset=preset,
        ranks=ranks,
        layout=layout,
        parameters=shape.num_parameters(vocab_size),
        vocab_size=vocab_size,
        sequence_length=length,
        batch_tokens=batch * length,
        pipeline_bubble=(layout.pp - 1) / (2 * microbatches + layout.pp - 1),
        memory_gb=memory_gb,
        rank_memory=tuple(
            RankMemory(**one, formula_state=formula_state_bytes(shape, vocab_size, layout, one["stage"]))
            for one in built["rank_memory"]
        ),
        seconds=built["seconds"],
        peak_memory_bytes=built["peak_memory_bytes"],
    )
    refuse_too_large(report)
    return report


def formula_state_bytes(shape: Architecture, vocab_size: int, layout: Layout, stage: int) -> int:
    """Weights, gradients and moments of a rank of a pipeline stage, as if everything were split evenly."""
    layers = pipeline_layers(shape.n_layers, layout.pp)[stage]
    embedding = vocab_size * shape.d_model
    layer = (shape.num_parameters(0) - shape.d_model) // shape.n_layers
    parameters = layers * layer
    if stage == 0:
        parameters += embedding
    if stage == layout.pp - 1:
        parameters += shape.d_model + (0 if shape.tied else embedding)
    return STATE_BYTES_PER_PARAMETER * parameters // (layout.tp * layout.dp_shard * layout.cp)


def refuse_too_large(report: LayoutReport) -> None:
    """Raise one clear line if a rank needs more than an accelerator has."""
    rank, usable = report.largest, report.memory_gb * USABLE_SHARE
    if rank.total <= usable * 1e9:
        return
    parts = {
        "weights, gradients and optimizer": rank.state,
        "gathered weights and unreduced gradients": rank.working,
        "activations": rank.activations,
    }
    largest = max(parts, key=parts.__getitem__)
    remedy = {
        "weights, gradients and optimizer": "use more ranks, or a larger dp-shard, tp or pp",
        "gathered weights and unreduced gradients": "use a larger tp, which takes pp 1, or a larger pp",
        "activations": "use a smaller microbatch, a larger tp or cp, or full activation checkpointing",
    }[largest]
    raise WrongUse(
        f"{report.preset} on {report.ranks:,} ranks needs {rank.total / 1e9:,.1f} GB on rank {rank.rank:,}, more than "
        f"{usable:,.1f} GB, {USABLE_SHARE:.0%} of an accelerator's {report.memory_gb:,.0f} GB; the largest part is "
        f"{parts[largest] / 1e9:,.1f} GB of {largest}: {remedy}"
    )
