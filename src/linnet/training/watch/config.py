"""The settings of watching a run. They say nothing about what is trained, so a change of them makes nothing stale."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.errors import WrongUse
from linnet.workspace import settings_for


@dataclass(frozen=True, kw_only=True)
class WatchConfig:
    tensorboard: bool = False  # whether to write files for TensorBoard, in tensorboard/ of the run's folder
    wandb: str = ""  # the project on Weights & Biases to report to; "" reports nowhere
    peak_flops: float = 0.0  # operations a second of one process' device at best, for the MFU; 0: measured
    spike_factor: float = (
        8.0  # a loss this many median deviations above the median is too high; 0: no rewinding
    )
    spike_window: int = 100  # steps that the median is taken over
    spike_steps: int = 5  # steps in a row with a loss too high that make a spike
    spike_margin_steps: int = 20  # batches left out before a spike's first step and after its last, in steps
    max_rewinds: int = 3  # times a run goes back before it gives up

    def __post_init__(self) -> None:
        for name in ("peak_flops", "spike_factor"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")
        if self.spike_window < 10:
            raise ValueError(f"spike_window is {self.spike_window}; it must be 10 or more")
        if self.spike_steps < 1:
            raise ValueError(f"spike_steps is {self.spike_steps}; it must be 1 or more")
        for name in ("spike_margin_steps", "max_rewinds"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 0 or more")

    def check_installed(self) -> None:
        """Raises WrongUse when a package that these settings need is not there."""
        if self.wandb and importlib.util.find_spec("wandb") is None:
            raise WrongUse(
                f'[training] wandb = "{self.wandb}" needs the package wandb: pip install wandb, or take the line out'
            )
        if self.tensorboard and importlib.util.find_spec("tensorboard") is None:
            raise WrongUse(
                "[training] tensorboard = true needs the package tensorboard: pip install tensorboard, "
                "or take the line out"
            )


def watch_config(table: Mapping[str, Any]) -> WatchConfig:
    """The table [training] of linnet.toml as settings."""
    try:
        return WatchConfig(**settings_for(WatchConfig, table))
    except (TypeError, ValueError) as error:
        raise WrongUse(f"[training] in linnet.toml cannot be used: {error}") from error
