"""Going back after a loss spike: to the last checkpoint before it, leaving out the batches around it.

Chowdhery et al. 2022 (PaLM), section 5.1: restarting about 100 steps before a spike and skipping 200 to 500 batches
kept the spike from coming back; the same batches from another state of the weights did no harm.

The decision stands in `rewinds.jsonl` before anything of it is done; then the run ends, the checkpoints after the
one to go back to are deleted, and the run goes on. Killed in between, the next start does what is left to do.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from linnet.errors import LinnetError
from linnet.lineage import write_atomically
from linnet.training.watch.config import WatchConfig
from linnet.training.watch.spikes import Spike

REWINDS_FILE = "rewinds.jsonl"
CHECKPOINTS_FOLDER = "checkpoints"


@dataclass(frozen=True, kw_only=True)
class Rewind:
    to_step: int  # of the checkpoint to go back to
    skip_from: int  # first step whose batch is left out
    skip_to: int  # last step whose batch is left out
    first_step: int  # of the spike
    last_step: int  # of the spike, where it was noticed
    losses: tuple[float, ...]  # of the spike's steps, nats a token
    limit: float  # what those are above
    time: float  # when it was decided, unix seconds
    done: bool = False  # whether the later checkpoints are gone


def read_rewinds(out: Path) -> list[Rewind]:
    path = out / REWINDS_FILE
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Rewind(**{**row, "losses": tuple(row["losses"])}) for row in map(json.loads, lines)]


def write_rewinds(out: Path, rewinds: list[Rewind]) -> None:
    write_atomically(out / REWINDS_FILE, "".join(json.dumps(asdict(rewind)) + "\n" for rewind in rewinds))


def checkpoint_steps(out: Path) -> list[int]:
    """The steps of the whole checkpoints, in order."""
    found = (out / CHECKPOINTS_FOLDER).glob("step*/.metadata.json")
    names = [path.parent.name.removeprefix("step") for path in found]
    return sorted(int(name) for name in names if name.isdigit())


def decide_rewind(spike: Spike, checkpoints: list[int], config: WatchConfig, *, time: float) -> Rewind | None:
    """Where to go back to; None where no checkpoint is early enough.

    A checkpoint right before the spike may be harmed already, so one at least the margin before it is preferred.
    """
    earlier = [step for step in checkpoints if 0 < step < spike.first_step]
    if not earlier:
        return None
    safe = [step for step in earlier if step < spike.first_step - config.spike_margin_steps]
    to_step = max(safe or earlier)
    return Rewind(
        to_step=to_step,
        skip_from=max(to_step + 1, spike.first_step - config.spike_margin_steps),
        skip_to=spike.last_step + config.spike_margin_steps,
        first_step=spike.first_step,
        last_step=spike.last_step,
        losses=spike.losses,
        limit=spike.limit,
        time=time,
    )


def pending_rewind(out: Path) -> bool:
    """Whether a rewind is decided and not done."""
    return any(not rewind.done for rewind in read_rewinds(out))


def act_on_rewinds(out: Path, config: WatchConfig) -> list[Rewind]:
    """Do what was decided, and return all rewinds of this run. Raises LinnetError when they are too many."""
    rewinds = read_rewinds(out)
    if not pending_rewind(out):
        return rewinds
    last = rewinds[-1]
    if len(rewinds) > config.max_rewinds:
        raise LinnetError(
            f"the loss rose from {last.limit:.2f} or less to {max(last.losses):.2f} in steps {last.first_step:,} to "
            f"{last.last_step:,}, after {config.max_rewinds} rewinds already; see {out / REWINDS_FILE}. Lower "
            "learning_rate or look at the posts in those batches; max_rewinds under [training] in linnet.toml "
            f"allows more, and the run then goes on from step {last.to_step:,}"
        )
    for step in checkpoint_steps(out):
        if step > last.to_step:
            shutil.rmtree(out / CHECKPOINTS_FOLDER / f"step{step}")
    rewinds = [replace(rewind, done=True) for rewind in rewinds]
    write_rewinds(out, rewinds)
    return rewinds
