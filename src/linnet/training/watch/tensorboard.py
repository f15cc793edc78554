"""The rows of metrics.jsonl for TensorBoard, in `tensorboard/` of the run's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TENSORBOARD_FOLDER = "tensorboard"
TAGS = {
    "loss": "train/loss",
    "learning_rate": "train/learning rate",
    "grad_norm": "train/gradient norm",
    "tokens_per_second": "speed/tokens per second",
    "mfu": "speed/MFU",
    "tokens": "train/tokens",
}


class TensorBoardFile:
    def __init__(self, out: Path, *, after_step: int) -> None:
        """Open for a run that goes on after `after_step`; what an earlier piece wrote of later steps is hidden."""
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(out / TENSORBOARD_FOLDER), purge_step=after_step + 1)

    def append(self, row: dict[str, Any]) -> None:
        for name, tag in TAGS.items():
            if row.get(name) is not None:
                self._writer.add_scalar(tag, row[name], row["step"], walltime=row["time"])

    def sync(self) -> None:
        self._writer.flush()

    def close(self) -> None:
        self._writer.close()
