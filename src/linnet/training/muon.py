"""Muon for the matrices inside the blocks, AdamW for everything else, as one optimizer.

Muon (Jordan et al. 2024) is PyTorch's, but for the precision of its Newton-Schulz iteration: PyTorch rounds to bfloat16,
which blows rounding differences up, so that another number of ranks would change losses in the fourth digit. AdamW:
Loshchilov & Hutter 2019. OLMo-core's trainer wants a single optimizer, and its own Muon needs a package that is not
published on the registries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from olmo_core.optim import OptimConfig

MUON, ADAMW = "muon", "adamw"


class Float32Muon(torch.optim.Muon):
    """`torch.optim.Muon` with Nesterov momentum, its iteration in float32."""

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if "momentum_buffer" not in state:
                    state["momentum_buffer"] = torch.zeros_like(weight.grad)
                momentum = state["momentum_buffer"].lerp_(weight.grad, 1 - group["momentum"])
                update = orthogonal(
                    weight.grad.lerp(momentum, group["momentum"]), group["ns_coefficients"], group["ns_steps"]
                )
                weight.mul_(1 - group["lr"] * group["weight_decay"])
                # An update of a tall matrix grows with the root of its height over its width.
                weight.add_(update, alpha=-group["lr"] * max(1.0, weight.shape[0] / weight.shape[1]) ** 0.5)


def orthogonal(matrix: torch.Tensor, coefficients: tuple[float, float, float], steps: int) -> torch.Tensor:
    """Near U V^T of the matrix's singular value decomposition, by Newton-Schulz: its singular values come near 1."""
    a, b, c = coefficients
    wide = matrix.float()
    if is_tall := matrix.shape[0] > matrix.shape[1]:
        wide = wide.T
    wide = wide / wide.norm().clamp(min=1e-7)
    for _ in range(steps):
        square = wide @ wide.T
        wide = torch.addmm(wide, torch.addmm(square, square, square, beta=b, alpha=c), wide, beta=a)
    return (wide.T if is_tall else wide).to(matrix.dtype)


class MuonAdamW(torch.optim.Optimizer):
    """Parameter groups with `algorithm` "muon" hold matrices only; those with "adamw" hold anything."""

    def __init__(
        self,
        groups: Iterable[dict[str, Any]],
        lr: float,
        momentum: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        fused: bool = True,
    ) -> None:
        defaults = {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay}
        super().__init__(list(groups), {"algorithm": MUON, "momentum": momentum, **defaults})
        self._engines: dict[str, torch.optim.Optimizer] = {}
        kinds: dict[str, Callable[..., torch.optim.Optimizer]] = {
            MUON: Float32Muon,
            ADAMW: partial(torch.optim.AdamW, fused=fused),
        }
        for name, kind in kinds.items():
            params = [p for group in self.param_groups if group["algorithm"] == name for p in group["params"]]
            if params:
                self._engines[name] = kind(params, lr=lr)
        for group in self.param_groups:
            engine = self._engines[group["algorithm"]]
            for key, value in engine.defaults.items():
                group.setdefault(key, value)

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        for name, engine in self._engines.items():
            # Loading a checkpoint replaces these objects, so they are shared anew at every step.
            engine.param_groups = [group for group in self.param_groups if group["algorithm"] == name]
            engine.state = self.state
            engine.step()


@dataclass
class MuonAdamWConfig(OptimConfig):
    """How OLMo-core builds it: `lr` is Muon's; groups may override it."""

    lr: float = 0.02
    momentum: float = 0.95
    betas: tuple[float, float] = (0.9, 0.95)
    eps: float = 1e-10
    weight_decay: float = 0.0
    fused: bool = True  # AdamW's step

    @classmethod
    def optimizer(cls) -> type[MuonAdamW]:
        return MuonAdamW
