"""How a model and a batch are spread over accelerators: the layout, a default for every preset, and what is refused.

ranks = dp_replicate x dp_shard x cp x tp x pp. Data parallel copies (dp_replicate) hold the same weights, sharded over
dp_shard x cp ranks (FSDP, HSDP); tensor parallel ranks (tp) split every matrix and, between matrices, the sequence;
context parallel ranks (cp) split the sequence and swap it for heads in attention (Ulysses); pipeline ranks (pp) hold two
chunks of consecutive layers each. Neighbouring ranks are tp first, so tp 8 stays inside a machine of 8 accelerators.

`train_module_parallel_kwargs` is what the trainer is configured with; `layout_check.check_layout` builds it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from linnet.errors import WrongUse
from linnet.model.presets import PRESETS, Architecture, architecture


@dataclass(frozen=True, kw_only=True)
class Layout:
    dp_replicate: int = 1  # copies of the sharded weights
    dp_shard: int = 1  # ranks that share one copy of weights, gradients and optimizer state
    tp: int = 1  # ranks that share each matrix
    pp: int = 1  # pipeline ranks, of two chunks of layers each
    cp: int = 1  # ranks that share each sequence
    microbatch: int = 1  # sequences that a rank takes at a time
    activation_checkpointing: Literal["none", "full"] = (
        "none"  # full: keep block inputs, compute the rest again
    )

    def __post_init__(self) -> None:
        for name in ("dp_replicate", "dp_shard", "tp", "pp", "cp", "microbatch"):
            if getattr(self, name) < 1:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.activation_checkpointing not in ("none", "full"):
            raise WrongUse(
                f'activation_checkpointing is "{self.activation_checkpointing}"; it must be none or full'
            )

    def __str__(self) -> str:
        degrees = [f"{name} {getattr(self, name)}" for name in ("tp", "pp", "cp") if getattr(self, name) > 1]
        return ", ".join(
            [
                f"dp {self.dp_replicate:,} x {self.dp_shard}", *degrees, f"microbatch {self.microbatch}",
                *(["checkpointing"] if self.activation_checkpointing == "full" else []),
            ]
        )  # fmt: skip

    @property
    def dp(self) -> int:
        """Ranks that read different sequences."""
        return self.dp_replicate * self.dp_shard

    @property
    def ranks(self) -> int:
        return self.dp * self.tp * self.pp * self.cp

    @property
    def data_parallel(self) -> Literal["none", "ddp", "fsdp", "hsdp"]:
        if self.ranks == 1:
            return "none"
        if self.dp_shard > 1 or self.dp_replicate == 1:
            return "hsdp" if self.dp_replicate > 1 else "fsdp"
        return "ddp" if self.ranks == self.dp_replicate else "hsdp"


@dataclass(frozen=True, kw_only=True)
class _Default:
    sequence_length: int  # tokens
    microbatch: int  # sequences
    shard: int = 1  # ranks to share one copy, at most
    tp: int = 1
    checkpointing: Literal["none", "full"] = "none"


DEFAULTS = {
    "nano": _Default(sequence_length=256, microbatch=16),
    "micro": _Default(sequence_length=512, microbatch=16),
    "small": _Default(sequence_length=1024, microbatch=8),
    "1b": _Default(sequence_length=4096, microbatch=2, shard=8),
    "7b": _Default(sequence_length=4096, microbatch=1, shard=64, checkpointing="full"),
    "70b": _Default(sequence_length=4096, microbatch=1, shard=64, tp=8, checkpointing="full"),
    "300b": _Default(sequence_length=4096, microbatch=1, shard=64, tp=8, checkpointing="full"),
}
assert DEFAULTS.keys() == PRESETS.keys()


def default_layout(preset: str, ranks: int, *, tp: int | None = None, pp: int = 1, cp: int = 1) -> Layout:
    """A sensible layout of a preset; `check_layout` says whether it fits. Degrees given are kept.

    A pipeline is never the default: tensor parallelism inside a machine and sharding between machines take every preset
    to 16,384 ranks, no stage waits for another, and the trainer cannot combine tensor and pipeline parallelism.
    """
    architecture(preset)
    if ranks < 1:
        raise WrongUse(f"ranks is {ranks}; it must be 1 or more")
    default = DEFAULTS[preset]
    if tp is None:
        tp = math.gcd(default.tp, ranks) if pp == 1 else 1
    dp = max(1, ranks // max(1, tp * pp * cp))
    shard = math.gcd(dp, default.shard)
    return Layout(
        dp_replicate=dp // shard, dp_shard=shard, tp=tp, pp=pp, cp=cp,
        microbatch=default.microbatch, activation_checkpointing=default.checkpointing,
    )  # fmt: skip


def default_batch_sequences(layout: Layout) -> int:
    """Sequences a step: one microbatch a rank; with a pipeline two for each of its ranks, so that they wait less."""
    return layout.dp * layout.microbatch * (2 * layout.pp if layout.pp > 1 else 1)


def pipeline_layers(n_layers: int, pp: int) -> list[int]:
    """Layers of each pipeline rank: chunk i and chunk pp + i of 2 pp, split as OLMo-core does.

    What is left over goes to the chunks after the first.
    """
    if pp == 1:
        return [n_layers]
    chunks, extra = [n_layers // (2 * pp)] * (2 * pp), n_layers % (2 * pp)
    for chunk in range(1, 1 + extra):
        chunks[chunk] += 1
    return [chunks[rank] + chunks[pp + rank] for rank in range(pp)]


def refuse_wrong_layout(
    shape: Architecture,
    vocab_size: int,
    layout: Layout,
    *,
    ranks: int,
    sequence_length: int,
    batch_sequences: int,
) -> None:
    """Raise one clear line for a layout that cannot be; all that arithmetic alone can tell."""
    tp, pp, cp = layout.tp, layout.pp, layout.cp
    if layout.ranks != ranks:
        raise WrongUse(
            f"{ranks:,} ranks are not dp {layout.dp:,} x tp {tp} x pp {pp} x cp {cp} = {layout.ranks:,}; "
            "choose degrees whose product is the number of ranks"
        )
    split, how = (tp * cp, f"tp {tp} x cp {cp}") if cp > 1 else (tp, f"tp {tp}")
    if shape.n_heads % split or shape.n_kv_heads % split:
        raise WrongUse(
            f"{shape.n_heads} heads and {shape.n_kv_heads} key heads cannot be shared by {how}; "
            f"use a divisor of {math.gcd(shape.n_heads, shape.n_kv_heads)}"
        )
    for name, width in (("hidden_size", shape.hidden_size), ("the vocabulary", vocab_size)):
        if width % tp:
            raise WrongUse(f"{name} {width:,} is not divisible by tp {tp}")
    if pp > 1 and shape.tied:
        raise WrongUse(
            f"pp {pp} cannot be used with tied embeddings: the first rank holds the input embedding and the last "
            "the output head; use pp 1 or a preset that does not tie them"
        )
    if pp > 1 and shape.n_layers < 2 * pp:
        raise WrongUse(
            f"{shape.n_layers} layers are fewer than two chunks for each of pp {pp}; use a smaller pp"
        )
    if sequence_length % cp:
        raise WrongUse(f"sequence length {sequence_length:,} is not divisible by cp {cp}")
    if sequence_length // cp % tp:
        raise WrongUse(
            f"sequence length {sequence_length:,} over cp {cp} is not divisible by tp {tp}, which splits it between matrices"
        )
    step = layout.dp * layout.microbatch
    if batch_sequences < 1 or batch_sequences % step:
        raise WrongUse(
            f"a batch of {batch_sequences:,} sequences is not divisible by dp {layout.dp:,} x microbatch "
            f"{layout.microbatch}; use a multiple of {step:,}"
        )
    microbatches = batch_sequences // step
    if pp > 1 and microbatches % max(1, microbatches // pp):
        raise WrongUse(
            f"a pipeline of pp {pp} cannot take {microbatches} microbatches in equal rounds; "
            f"use a batch that is a multiple of {step * pp:,} sequences"
        )


def train_module_parallel_kwargs(layout: Layout, *, bfloat16: bool = True) -> dict[str, Any]:
    """The arguments dp_config, tp_config, cp_config, pp_config and ac_config of `TransformerTrainModuleConfig`.

    With `bfloat16`, sharded weights are gathered and used in bfloat16; their masters, the gradients' sums and the
    optimizer's moments stay float32.
    """
    from olmo_core.config import DType
    from olmo_core.distributed.parallel import DataParallelType, PipelineScheduleType
    from olmo_core.nn.transformer import TransformerActivationCheckpointingMode
    from olmo_core.train.train_module.transformer import config as olmo

    kwargs: dict[str, Any] = {}
    kind = layout.data_parallel
    if kind != "none":
        kwargs["dp_config"] = olmo.TransformerDataParallelConfig(
            name=DataParallelType(kind),
            # DDP would cast the masters themselves.
            param_dtype=DType.bfloat16 if bfloat16 and kind != "ddp" else None,
            num_replicas=layout.dp_replicate if kind == "hsdp" else None,
            shard_degree=layout.dp_shard if kind == "hsdp" else None,
        )
    if layout.tp > 1:
        kwargs["tp_config"] = olmo.TransformerTensorParallelConfig(degree=layout.tp)
    if layout.cp > 1:
        kwargs["cp_config"] = olmo.TransformerContextParallelConfig.ulysses(degree=layout.cp)
    if layout.pp > 1:
        kwargs["pp_config"] = olmo.TransformerPipelineParallelConfig(
            degree=layout.pp,
            # Of the schedules with two chunks placed in a loop, the one that OLMo-core 3 runs.
            schedule=PipelineScheduleType.custom_interleaved_1F1B,
            use_custom_stage_implementation=True,
        )
    if layout.activation_checkpointing == "full":
        # The mode "full" numbers blocks from 0 and so fails on every chunk of a pipeline but the first; these patterns name
        # the blocks themselves, whatever their numbers, and nothing inside them.
        kwargs["ac_config"] = olmo.TransformerActivationCheckpointingConfig(
            mode=TransformerActivationCheckpointingMode.selected_modules,
            modules=["blocks." + "[0-9]" * digits for digits in (1, 2, 3)],
        )
    return kwargs
