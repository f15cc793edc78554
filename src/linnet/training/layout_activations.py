"""What a block and the head of a model save for the backward pass, measured on fake tensors.

One block of the trainer's own model, with its tensor and context parallelism, runs forward on tensors that know their
shape and type and hold nothing; autograd's hooks see what is kept. The attention is torch's own on a CPU, which like the
kernels of an accelerator keeps no matrix of scores.
"""

from __future__ import annotations

from typing import Any

from linnet.model.presets import Architecture
from linnet.training.layout import Layout, train_module_parallel_kwargs


def saved_for_backward(job: dict[str, Any], layout: Layout, world_mesh: Any) -> dict[str, int]:
    """Bytes on one rank for one microbatch: `block`, `block_input`, `head`, and `head_largest`, a single tensor.

    Also `block_output_elements`, the numbers that a block hands on.
    """
    import torch
    from torch._subclasses.fake_tensor import FakeTensorMode

    from linnet.training.engine import olmo_config

    shape = Architecture(**{**job["architecture"], "n_layers": 1})
    with FakeTensorMode(allow_non_fake_inputs=True):
        model = olmo_config(shape, job["vocab_size"], seed=0).build(init_device="cpu")
        _in_bfloat16(model)
        _split(model, layout, world_mesh)
        tokens = torch.empty(layout.microbatch, job["sequence_length"], dtype=torch.long)
        return _run(model, tokens)


def _in_bfloat16(model: Any) -> None:
    """`model.to(bfloat16)`, which fake tensors do not support. Shared weights stay shared."""
    import torch

    cast: dict[int, Any] = {}
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None:
                if id(parameter) not in cast:
                    cast[id(parameter)] = torch.nn.Parameter(parameter.detach().to(torch.bfloat16))
                module._parameters[name] = cast[id(parameter)]


def _split(model: Any, layout: Layout, world_mesh: Any) -> None:
    from olmo_core.distributed.parallel import get_cp_mesh, get_tp_mesh

    if layout.cp > 1:
        model.apply_cp(get_cp_mesh(world_mesh), uly=train_module_parallel_kwargs(layout)["cp_config"].uly)
    if layout.tp > 1:
        model.apply_tp(get_tp_mesh(world_mesh))


def _run(model: Any, tokens: Any) -> dict[str, int]:
    import torch

    weights = {_storage(parameter)._cdata for parameter in model.parameters()}
    saved: dict[str, dict[int, int]] = {"embedding": {}, "block": {}, "head": {}}
    place, block_input, block_output = "embedding", 0, 0

    def enter(name: str) -> Any:
        def hook(module: Any, inputs: tuple[Any, ...]) -> None:
            nonlocal place, block_input
            place = name
            if name == "block":
                block_input = _storage(inputs[0]).nbytes()

        return hook

    def leave(module: Any, inputs: Any, output: Any) -> None:
        nonlocal block_output
        block_output = _local(output).numel()

    def keep(tensor: Any) -> Any:
        storage = _storage(tensor)
        if storage._cdata not in weights:
            saved[place][storage._cdata] = storage.nbytes()
        return tensor

    model.blocks["0"].register_forward_pre_hook(enter("block"), prepend=True)
    model.blocks["0"].register_forward_hook(leave)
    model.lm_head.register_forward_pre_hook(enter("head"), prepend=True)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(tokens, labels=tokens)
    return {
        "block": sum(saved["block"].values()),
        "block_input": block_input,
        "block_output_elements": block_output,
        "head": sum(saved["head"].values()),
        "head_largest": max(saved["head"].values()),
    }


def _local(tensor: Any) -> Any:
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def _storage(tensor: Any) -> Any:
    return _local(tensor).untyped_storage()
