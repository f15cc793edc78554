"""Plays ranks of a large run, one after the other, and counts what each holds: `... layout_worker JOB.json`.

The train module is the trainer's own (OLMo-core), built on a process group that talks to nobody (`fake`), which knows
its rank and how many others there would be. Weights lie on the `meta` device: shapes without contents. All that is
left out is filling them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from linnet.errors import WrongUse
from linnet.model.presets import Architecture
from linnet.training.layout import Layout, train_module_parallel_kwargs
from linnet.training.worker import WorkerChannel, worker_main

BFLOAT16, FLOAT32 = 2, 4  # bytes


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    channel.start("Loading the training engine")
    from olmo_core.exceptions import OLMoError

    from linnet.training.layout_activations import saved_for_backward

    layout, ranks = Layout(**job["layout"]), job["check_ranks"]
    _leave_weights_empty()
    found, activations = [], None
    channel.start(f"Building {layout.ranks:,} ranks' layout", len(ranks), "ranks")
    for rank in ranks:
        with _rank_of(rank, layout.ranks):
            try:
                train_module = _build(job, layout)
                if activations is None:
                    activations = saved_for_backward(job, layout, train_module.world_mesh)
                    if layout.pp > 1:
                        _refuse_unequal_messages(job, layout, activations)
                found.append(_count(job, layout, rank, train_module, activations))
            except (OLMoError, NotImplementedError, RuntimeError, ValueError, AssertionError) as error:
                line = next(iter(str(error).splitlines()), "")
                raise WrongUse(
                    f"the trainer refuses this layout on rank {rank:,}: {type(error).__name__}: {line}"
                ) from error
        channel.advance()
    channel.finish()
    return {"rank_memory": found}


def _leave_weights_empty() -> None:
    """Keep the weights on the meta device, where the trainer would move them to an accelerator and fill them."""
    from olmo_core.nn.transformer import Transformer

    Transformer.init_weights = lambda self, **_: None  # type: ignore[method-assign,assignment,return-value]


@contextmanager
def _rank_of(rank: int, ranks: int) -> Iterator[None]:
    import torch.distributed
    from olmo_core.distributed import parallel
    from torch.testing._internal.distributed.fake_pg import FakeStore

    if ranks == 1:
        yield
        return
    torch.distributed.init_process_group("fake", store=FakeStore(), rank=rank, world_size=ranks)
    try:
        yield
    finally:
        torch.distributed.destroy_process_group()
        parallel._WORLD_MESH = None  # OLMo-core allows one mesh a process; every rank here has its own


def _build(job: dict[str, Any], layout: Layout) -> Any:
    import torch
    from olmo_core.train.train_module import TransformerTrainModuleConfig

    from linnet.training.engine import olmo_config, optimizer_config

    shape = Architecture(**job["architecture"])
    rates = {"learning_rate": 1e-3, "embedding_learning_rate": 1e-3}
    optimizer = {"optimizer": "adamw", "weight_decay": 0.1, **rates}
    train_module = TransformerTrainModuleConfig(
        rank_microbatch_size=layout.microbatch * job["sequence_length"],
        max_sequence_length=job["sequence_length"],
        optim=optimizer_config(optimizer, shape, fused=False),
        **train_module_parallel_kwargs(layout),
    )
    model = olmo_config(shape, job["vocab_size"], seed=0).build(init_device="meta")
    return train_module.build(model, device=torch.device("cpu"))


def _chunks_in_flight(train_module: Any, microbatches: int) -> int:
    """Forward passes of a chunk that wait for their backward pass, at most, in the schedule that the trainer makes."""
    from olmo_core.distributed.parallel import PipelineSchedule
    from olmo_core.train.train_module.transformer.pipeline import pipeline_schedule

    # Offloading is off; its streams are all of a schedule that needs an accelerator.
    pipeline_schedule.GPUActivationOffloader = lambda target_device: None  # type: ignore[assignment,misc,return-value]
    schedule = PipelineSchedule(
        model_parts=train_module.model_parts,
        stages=train_module._pp_stages,
        pp_mesh=train_module.pp_mesh,
        schedule_name=train_module._pp_config.schedule,
        num_microbatches=microbatches,
    ).schedule_impl
    most = now = 0
    for action in schedule.pipeline_order[schedule.rank]:
        if action is not None:
            now += {
                pipeline_schedule.FORWARD: 1,
                pipeline_schedule.FULL_BACKWARD: -1,
            }.get(action.computation_type, 0)
            most = max(most, now)
    return most


def _refuse_unequal_messages(job: dict[str, Any], layout: Layout, saved: dict[str, int]) -> None:
    """Pipeline ranks exchange whole hidden states, of one size; a block's output has to be that."""
    tokens = layout.microbatch * job["sequence_length"] // layout.cp
    message = tokens * job["architecture"]["d_model"]
    if saved["block_output_elements"] != message:
        raise WrongUse(
            f"tp {layout.tp} cannot be combined with pp {layout.pp}: the trainer's pipeline sends {message:,} numbers a "
            f"microbatch between ranks, and with tp each of them has only {saved['block_output_elements']:,}; "
            "use tp 1 or pp 1"
        )


def _count(
    job: dict[str, Any], layout: Layout, rank: int, train_module: Any, saved: dict[str, int]
) -> dict[str, int]:
    parts = train_module.model_parts if layout.pp > 1 else [train_module.model]
    optimizers = train_module.optimizers if layout.pp > 1 else [train_module.optim]
    parameters = [parameter for part in parts for parameter in part.parameters()]
    layers = sum(len(part.blocks) for part in parts)
    stage = rank // (layout.ranks // layout.pp)
    weights = sum(_local_bytes(parameter) for parameter in parameters)
    return {
        "rank": rank,
        "stage": stage,
        "layers": layers,
        "parameters": sum(_local(parameter).numel() for parameter in parameters),
        "weights": weights,
        "gradients": weights,
        "optimizer": _optimizer_bytes(parameters, optimizers),
        "working": _working_bytes(parts, layout),
        "activations": activation_bytes(
            layout,
            layers,
            saved,
            head=any(part.lm_head is not None for part in parts),
            in_flight=_chunks_in_flight(train_module, job["microbatches"]) / 2 if layout.pp > 1 else 1,
        ),
    }


def _local(tensor: Any) -> Any:
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def _local_bytes(tensor: Any) -> int:
    local = _local(tensor)
    return int(local.numel() * local.element_size())


def _optimizer_bytes(parameters: list[Any], optimizers: list[Any]) -> int:
    """Take one step with gradients without contents, and count the state that the optimizer made for it."""
    import torch

    for parameter in parameters:
        parameter.grad = torch.empty_like(parameter)
    for optimizer in optimizers:
        optimizer.step()
    states = [state for optimizer in optimizers for state in optimizer.state.values()]
    return sum(_local_bytes(value) for state in states for value in state.values() if hasattr(value, "numel"))


def _unsharded(parameter: Any, tp: int) -> int:
    """Elements of a parameter that a rank computes with: all of them but for what tensor parallelism splits."""
    names = parameter.device_mesh.mesh_dim_names if hasattr(parameter, "device_mesh") else ()
    split = "tp" in names and not parameter.placements[names.index("tp")].is_replicate()
    return int(parameter.numel()) // (tp if split else 1)


def _working_bytes(parts: list[Any], layout: Layout) -> int:
    from torch.distributed.fsdp import FSDPModule

    whole = sum(_unsharded(parameter, layout.tp) for part in parts for parameter in part.parameters())
    if layout.pp > 1:  # gathered once a step, and gradients wait unreduced for the last microbatch
        return whole * (BFLOAT16 + FLOAT32)
    if layout.data_parallel == "none":  # autocast keeps a bfloat16 copy of every weight
        return whole * BFLOAT16
    if layout.data_parallel == "ddp":  # and DDP buckets to reduce gradients in
        return whole * (BFLOAT16 + FLOAT32)
    units = [
        sum(_unsharded(parameter, layout.tp) for parameter in _gathered_with(module))
        for part in parts
        for module in part.modules()
        if isinstance(module, FSDPModule)
    ]
    # This unit and the next one gathered; the gradients of this one, and their float32 copy on its way to be reduced.
    return max(units) * (2 * BFLOAT16 + BFLOAT16 + FLOAT32)


def _gathered_with(module: Any) -> Iterator[Any]:
    """The parameters that FSDP gathers together for a module: its own, and those inside that have no unit."""
    from torch.distributed.fsdp import FSDPModule

    yield from module.parameters(recurse=False)
    for child in module.children():
        if not isinstance(child, FSDPModule):
            yield from _gathered_with(child)


def activation_bytes(
    layout: Layout, layers: int, saved: dict[str, int], *, head: bool, in_flight: float
) -> int:
    """What waits for the backward pass at the peak: of all layers, plus the largest piece that is at work."""
    full = layout.activation_checkpointing == "full"
    kept = int(in_flight * layers) * (saved["block_input"] if full else saved["block"])
    at_work = [saved["block"] if full else 0]
    if head:
        at_work.append(
            saved["head"] + saved["head_largest"]
        )  # the gradient of the logits is as large as they are
    return kept + max(at_work)


if __name__ == "__main__":
    worker_main(work)
