"""Watching, hooked into OLMo-core's trainer: `watch_callbacks` gives the callbacks that a worker adds to its own.

follower    writes metrics.jsonl and TensorBoard, tells the parent process how far the run is, notices spikes
nan_guard   ends the run before a step that is no number is applied
wandb       OLMo-core's own reporting to Weights & Biases, where it is asked for
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import time
from pathlib import Path
from typing import Any

from linnet.errors import WrongUse
from linnet.model.tokenizer import load_tokenizer
from linnet.training.base_model import job_shape
from linnet.training.watch.batches import batch_sequences, find_sequences
from linnet.training.watch.config import WatchConfig
from linnet.training.watch.metrics import MetricsFile
from linnet.training.watch.peak import measure_peak_flops
from linnet.training.watch.progress import Clock, progress_note
from linnet.training.watch.rewinds import (
    Rewind,
    act_on_rewinds,
    checkpoint_steps,
    decide_rewind,
    pending_rewind,
    read_rewinds,
    write_rewinds,
)
from linnet.training.watch.spikes import find_spike
from linnet.training.watch.stops import STOPPED_FILE, first_bad_weight, gradient_norm, stop_error
from linnet.training.watch.tensorboard import TensorBoardFile
from linnet.training.worker import WorkerChannel

LOSS, GRAD_NORM = "train/CE loss", "optim/total grad norm"
LEARNING_RATE = "optim/LR (group 1)"  # of the matrices; group 0 is what lies outside the blocks
LOSS_WINDOW = 20  # steps averaged for the loss that is reported

logger = logging.getLogger(__name__)


def watch_callbacks(job: dict[str, Any], out: Path, channel: WorkerChannel) -> dict[str, Any]:
    """The callbacks by name. A rewind that was decided is done here, before the trainer looks for checkpoints.

    `job["watch"]` holds the fields of WatchConfig; without it the defaults hold.
    """
    config = WatchConfig(**job.get("watch", {}))
    config.check_installed()
    first_rank = os.environ.get("RANK", "0") == "0"
    rewinds = act_on_rewinds(out, config) if first_rank else read_rewinds(out)
    callbacks = {
        "follower": _follower(job, out, channel, config, rewinds, first_rank=first_rank),
        "nan_guard": _nan_guard(job, out, first_rank=first_rank),
    }
    if config.wandb:
        callbacks["wandb"] = _wandb(job, out, config, first_rank=first_rank)
    return callbacks


def _follower(
    job: dict[str, Any],
    out: Path,
    channel: WorkerChannel,
    config: WatchConfig,
    rewinds: list[Rewind],
    *,
    first_rank: bool,
) -> Any:
    from olmo_core.train.callbacks import Callback
    from olmo_core.train.common import StepSkipRange

    class Follower(Callback):
        """Reports every step. `first_step` is the step that this process went on from."""

        priority = 2  # before the checkpointer, which asks for the figures of its own step
        first_step = 0
        started = 0.0
        cpu_before = 0.0  # of the run's earlier pieces
        metrics: MetricsFile | None = None
        tensorboard: TensorBoardFile | None = None
        clock: Clock
        ends: dict[int, tuple[float, float, int]]  # step -> monotonic, CPU seconds, tokens at its end

        def post_attach(self) -> None:
            skips = [StepSkipRange(start=rewind.skip_from, stop=rewind.skip_to + 1) for rewind in rewinds]
            self.trainer.steps_to_skip = [*(self.trainer.steps_to_skip or ()), *skips]

        def pre_train(self) -> None:
            self.first_step, self.ends, self.started = self.step, {}, time.monotonic()
            self.clock = Clock(
                batch_tokens=job["batch_tokens"],
                steps=job["steps"],
                flops_per_token=job_shape(job).flops_per_token(
                    job["vocab_size"], job["config"]["sequence_length"]
                ),
                peak_flops=(config.peak_flops or measure_peak_flops())
                * int(os.environ.get("WORLD_SIZE", "1")),
            )
            if first_rank:
                self.metrics = MetricsFile(out, after_step=self.step)
                self.cpu_before = self.metrics.cpu_seconds_before
                if config.tensorboard:
                    self.tensorboard = TensorBoardFile(out, after_step=self.step)
            self.tell_total(self.step)

        def tell_total(self, done: int) -> None:
            """A run that has a budget of time learns only on its way how many steps it will have."""
            self.clock.steps = self.trainer.max_steps or job["steps"]
            channel.start("Training", self.clock.steps, "steps")
            channel.advance(done)

        def pre_epoch(self) -> None:
            if self.step == self.first_step:
                self.started = time.monotonic()
                self.clock.step_ended(self.step, self.started)

        def post_train_batch(self) -> None:
            self.ends[self.step] = (
                time.monotonic(),
                time.process_time(),
                self.trainer.global_train_tokens_seen,
            )

        def log_metrics(self, step: int, metrics: dict[str, float]) -> None:
            """Called for some steps at a time, in their order."""
            if step not in self.ends or self.metrics is None:
                return
            ended, cpu_seconds, tokens = self.ends.pop(step)
            if self.clock.steps != (self.trainer.max_steps or self.clock.steps):
                self.tell_total(step - 1)
            speed = self.clock.step_ended(step, ended)
            assert speed is not None
            if LOSS not in metrics:  # its batch was left out
                channel.advance(1)
                return
            row = {
                "step": step,
                "steps": self.clock.steps,
                "tokens": tokens,
                "loss": metrics[LOSS],
                "learning_rate": metrics.get(LEARNING_RATE),
                "grad_norm": metrics.get(GRAD_NORM),
                "tokens_per_second": round(speed.tokens_per_second, 1),
                "mfu": None if speed.mfu is None else round(speed.mfu, 4),
                "seconds_left": round(speed.seconds_left, 1),
                "cpu_seconds": round(self.cpu_before + cpu_seconds, 2),
                "time": round(time.time() - (time.monotonic() - ended), 2),
            }
            self.metrics.append(row)
            if self.tensorboard is not None:
                self.tensorboard.append(row)
            channel.advance(1, progress_note(metrics[LOSS], speed))
            self.look_for_spike()

        def look_for_spike(self) -> None:
            assert self.metrics is not None
            recent = self.metrics.rows[-config.spike_window - config.spike_steps :]
            spike = find_spike([(row["step"], row["loss"]) for row in recent], config)
            if spike is None or pending_rewind(out):
                return
            rewind = decide_rewind(spike, checkpoint_steps(out), config, time=time.time())
            if rewind is None:
                logger.warning("a loss spike at step %s, and no checkpoint before it", spike.first_step)
                return
            write_rewinds(out, [*read_rewinds(out), rewind])
            self.trainer.cancel_run(f"loss spike from step {spike.first_step}: back to step {rewind.to_step}")

        def post_checkpoint_saved(self, path: Any) -> None:
            for file in (self.metrics, self.tensorboard):
                if file is not None:
                    file.sync()

        def close(self) -> None:
            for file in (self.metrics, self.tensorboard):
                if file is not None:
                    file.close()

        def tokens_per_second(self) -> float:
            """Of this piece of the run."""
            steps = self.step - self.first_step
            return steps * job["batch_tokens"] / max(time.monotonic() - self.started, 1e-9)

        def final_loss(self) -> float:
            last = self.metrics.rows[-LOSS_WINDOW:] if self.metrics is not None else []
            return sum(row["loss"] for row in last) / len(last) if last else float("nan")

    return Follower()


def _nan_guard(job: dict[str, Any], out: Path, *, first_rank: bool) -> Any:
    from olmo_core.distributed.utils import is_distributed
    from olmo_core.train.callbacks import Callback, CheckpointerCallback

    class NanGuard(Callback):
        """Looks at every step between its gradients and its optimizer; all ranks stop together."""

        def pre_train(self) -> None:
            if first_rank:
                (out / STOPPED_FILE).unlink(missing_ok=True)

        def pre_optim_step(self) -> None:
            recorded = self.trainer.get_metric(LOSS)
            loss = 0.0 if recorded is None else float(recorded)
            model: Any = self.trainer.train_module.model  # type: ignore[attr-defined]
            norm = gradient_norm(model)
            if not self.on_any_rank(not (math.isfinite(loss) and math.isfinite(norm))):
                return
            places = find_sequences(
                batch_sequences(self.trainer.data_loader),
                job["shards"],
                length=job["config"]["sequence_length"],
                dtype=job["dtype"],
                bos_id=load_tokenizer(Path(job["tokenizer"])).bos_id,
            )
            weight = first_bad_weight(model)
            self.await_checkpoint()
            raise stop_error(out, step=self.step, loss=loss, grad_norm=norm, weight=weight, places=places)

        def await_checkpoint(self) -> None:
            """One that is still being written stands a moment later, and the error names it."""
            for callback in self.trainer.callbacks.values():
                if isinstance(callback, CheckpointerCallback):
                    with contextlib.suppress(Exception):  # what stops the run is the step, not a full disk
                        callback._await_last_checkpoint()

        def on_any_rank(self, bad: bool) -> bool:
            if not is_distributed():
                return bad
            import torch
            import torch.distributed as dist

            flag = torch.tensor(float(bad), device=self.trainer.device)
            dist.all_reduce(flag, op=dist.ReduceOp.MAX)
            return bool(flag.item())

    return NanGuard()


def _wandb(job: dict[str, Any], out: Path, config: WatchConfig, *, first_rank: bool) -> Any:
    from olmo_core.train.callbacks import WandBCallback
    from olmo_core.train.callbacks.wandb import WANDB_API_KEY_ENV_VAR

    if first_rank and WANDB_API_KEY_ENV_VAR not in os.environ:
        raise WrongUse(
            f'[training] wandb = "{config.wandb}" needs the key of your account: set {WANDB_API_KEY_ENV_VAR}'
        )
    name = f"{out.resolve().parent.name}-{out.name}"
    return WandBCallback(project=config.wandb, name=name, config=job["config"], cancel_check_interval=50)
