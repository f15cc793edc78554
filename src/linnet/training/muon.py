"""Muon for the matrices inside the blocks, AdamW for everything else, as one optimizer.

Both are PyTorch's own (`torch.optim.Muon`: Jordan et al. 2024; AdamW: Loshchilov & Hutter 2019). OLMo-core's trainer
wants a single optimizer, and its own Muon needs a package that is not published on the registries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch
from olmo_core.optim import OptimConfig

MUON, ADAMW = "muon", "adamw"


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
    ) -> None:
        defaults = {"lr": lr, "betas": tuple(betas), "eps": eps, "weight_decay": weight_decay}
        super().__init__(list(groups), {"algorithm": MUON, "momentum": momentum, **defaults})
        self._engines: dict[str, torch.optim.Optimizer] = {}
        for name, kind in ((MUON, torch.optim.Muon), (ADAMW, torch.optim.AdamW)):
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

    @classmethod
    def optimizer(cls) -> type[MuonAdamW]:
        return MuonAdamW
