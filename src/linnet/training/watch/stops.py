"""A loss or gradient that is no number: the step is not applied, and one line says which batch it was.

Everything about the batch stands in `stopped.json` of the run's folder.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from linnet.errors import LinnetError
from linnet.lineage import write_atomically
from linnet.training.watch.batches import SequencePlace, name_places
from linnet.training.watch.rewinds import checkpoint_steps

STOPPED_FILE = "stopped.json"


def stop_error(
    out: Path,
    *,
    step: int,
    loss: float,
    grad_norm: float,
    weight: str | None,
    places: Sequence[SequencePlace],
) -> LinnetError:
    """The error that ends the run; `weight` is the first parameter that holds NaN or infinity already."""
    stopped: dict[str, Any] = {
        "step": step,
        "loss": repr(loss),  # JSON has no NaN
        "grad_norm": repr(grad_norm),
        "weight": weight,
        "sequences": [asdict(place) for place in places],
    }
    write_atomically(out / STOPPED_FILE, json.dumps(stopped, indent=1))
    what = f"the loss is {loss}" if not math.isfinite(loss) else f"the gradient norm is {grad_norm}"
    checkpoints = [saved for saved in checkpoint_steps(out) if saved < step]
    stands = (
        f"the checkpoint of step {checkpoints[-1]:,} stands, and the same command goes on from it"
        if checkpoints
        else "there is no checkpoint yet, and the same command starts again"
    )
    if weight is not None:
        cause = f"the weight {weight} was no number before this batch, so the batch is not the cause"
    else:
        cause = f"its batch is {name_places(places)}"
    return LinnetError(
        f"step {step:,} was not applied: {what}; {cause}; {stands}. If it stops at the same step again, lower "
        f"learning_rate; the whole batch is named in {out / STOPPED_FILE}"
    )


def first_bad_weight(model: Any) -> str | None:
    """The name of the first parameter of this rank that holds NaN or infinity."""
    import torch

    for name, parameter in model.named_parameters():
        if not bool(torch.isfinite(_local(parameter)).all()):
            return str(name)
    return None


def gradient_norm(model: Any) -> float:
    """The norm of this rank's gradients, before any clipping."""
    import torch

    gradients = [_local(one.grad) for one in model.parameters() if one.grad is not None]
    return float(torch.nn.utils.get_total_norm(gradients)) if gradients else 0.0


def _local(tensor: Any) -> Any:
    """The part of a sharded tensor that this rank holds; any other tensor as it is."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor
