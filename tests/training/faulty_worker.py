"""A pretraining worker in which something goes wrong, as FAULT says: "nan_weight:STEP" or "bad_batches:FIRST:LAST"."""

from __future__ import annotations

import os
from typing import Any

from linnet.training import pretrain_worker
from linnet.training.worker import worker_main


def add_fault(watch: Any) -> Any:
    kind, *steps = os.environ["FAULT"].split(":")
    first, last = int(steps[0]), int(steps[-1])

    def with_fault(*arguments: Any) -> dict[str, Any]:
        import torch
        from olmo_core.train.callbacks import Callback

        class Fault(Callback):
            def pre_step(self, batch: dict[str, Any]) -> None:
                if not first <= self.step <= last:
                    return
                if kind == "nan_weight":
                    with torch.no_grad():
                        next(iter(self.trainer.train_module.model.parameters()))[:, 5] = float("nan")
                elif kind == "nan_gradient":
                    weight = next(iter(self.trainer.train_module.model.parameters()))
                    weight.register_hook(lambda gradient: gradient * float("nan"))
                else:  # ids that no document has: nothing but a surprise
                    batch["input_ids"].random_(20, 31, generator=torch.Generator().manual_seed(self.step))

        return {**watch(*arguments), "fault": Fault()}

    return with_fault


if __name__ == "__main__":
    pretrain_worker.watch_callbacks = add_fault(pretrain_worker.watch_callbacks)
    worker_main(pretrain_worker.work)
