"""One rank of a pretraining run: `python -m linnet.training.pretrain_worker JOB.json`, or the same under torchrun.

Everything that learns is OLMo-core's: model, optimizer, data loader, trainer, checkpoints. This file only says which.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from linnet.errors import LinnetError
from linnet.model.presets import Architecture
from linnet.model.tokenizer import BOS_ID, END_ID, PAD_ID
from linnet.training.export import export_llama
from linnet.training.worker import WorkerChannel, worker_main

LOSS = "train/CE loss"
LOSS_WINDOW = 20  # steps averaged for the loss that is reported


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    channel.start("Loading the training engine")
    import torch
    from olmo_core.distributed.utils import get_rank, is_distributed
    from olmo_core.train import prepare_training_environment, teardown_training_environment

    distributed = int(os.environ.get("WORLD_SIZE", "1")) > 1
    backend = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
    prepare_training_environment(
        seed=job["config"]["seed"],
        backend=backend if distributed else None,
        shared_filesystem=True,
    )
    if job["threads"]:
        torch.set_num_threads(job["threads"])
    out = Path(job["out"])
    train_module, architecture = _build_train_module(job, distributed)
    trainer, follower = _build_trainer(job, out, train_module, channel)
    trainer.fit()
    if trainer.is_canceled or trainer.global_step < job["steps"]:
        raise LinnetError(
            f"training was stopped at step {trainer.global_step:,} of {job['steps']:,}; "
            "run the same command again to go on"
        )

    channel.start("Writing the model")
    state = _whole_state(train_module)
    if get_rank() == 0:
        export_llama(
            state, architecture, out / "hf",
            vocab_size=job["vocab_size"],
            context_length=job["config"]["sequence_length"],
            tokenizer=Path(job["tokenizer"]),
        )  # fmt: skip
        _keep_only_last_checkpoint(out)
        shutil.rmtree(out / "order", ignore_errors=True)
    channel.finish()
    if is_distributed():
        teardown_training_environment()
    return {
        "steps": trainer.global_step,
        "tokens_seen": trainer.global_train_tokens_seen,
        "parameters": architecture.num_parameters(job["vocab_size"]),
        "final_loss": follower.final_loss(),
        "resumed_from_step": follower.first_step,
        "tokens_per_second": follower.tokens_per_second(),
    }


def _build_train_module(job: dict[str, Any], distributed: bool) -> tuple[Any, Architecture]:
    import torch
    from olmo_core.config import DType
    from olmo_core.distributed.parallel import DataParallelType
    from olmo_core.optim import AdamWConfig, CosWithWarmup, OptimGroupOverride
    from olmo_core.train.train_module import TransformerDataParallelConfig, TransformerTrainModuleConfig

    config, shape = job["config"], Architecture(**job["architecture"])
    world_size = int(os.environ.get("WORLD_SIZE", "1"))
    length = config["sequence_length"]
    rank_sequences = job["batch_tokens"] // length // world_size
    model = olmo_config(shape, job["vocab_size"], seed=config["seed"]).build(init_device="cpu")
    train_module = TransformerTrainModuleConfig(
        rank_microbatch_size=rank_sequences * length,
        max_sequence_length=length,
        optim=AdamWConfig(
            lr=config["learning_rate"],
            betas=(0.9, 0.95),
            weight_decay=config["weight_decay"],
            group_overrides=[OptimGroupOverride(params=["*norm.weight"], opts={"weight_decay": 0.0})],
        ),
        scheduler=CosWithWarmup(
            warmup_fraction=config["warmup_fraction"], alpha_f=config["final_learning_rate_fraction"]
        ),
        max_grad_norm=config["max_grad_norm"],
        dp_config=TransformerDataParallelConfig(name=DataParallelType.ddp) if distributed else None,
        # On CPUs float32 is the faster one as well.
        autocast_precision=DType.bfloat16 if torch.cuda.is_available() else None,
    ).build(model)
    return train_module, shape


def olmo_config(shape: Architecture, vocab_size: int, *, seed: int) -> Any:
    """The preset as OLMo-core's model configuration."""
    from olmo_core.nn.feed_forward import FeedForwardConfig
    from olmo_core.nn.transformer import TransformerConfig

    return TransformerConfig.llama_like(
        d_model=shape.d_model,
        vocab_size=vocab_size,
        n_layers=shape.n_layers,
        n_heads=shape.n_heads,
        n_kv_heads=shape.n_kv_heads,
        layer_norm_eps=shape.norm_eps,
        rope_theta=shape.rope_theta,
        feed_forward=FeedForwardConfig(hidden_size=shape.hidden_size, bias=False),
        tie_word_embeddings=True,
        init_seed=seed,
    )


def _build_trainer(
    job: dict[str, Any], out: Path, train_module: Any, channel: WorkerChannel
) -> tuple[Any, Any]:
    from olmo_core.data import (
        NumpyDataLoaderConfig,
        NumpyDatasetDType,
        NumpyFSLDatasetConfig,
        TokenizerConfig,
    )
    from olmo_core.train import Duration, TrainerConfig
    from olmo_core.train.callbacks import CheckpointerCallback

    config = job["config"]
    order = str(out / "order")  # the shuffled order of sequences, one file an epoch
    dataset = NumpyFSLDatasetConfig(
        paths=job["shards"],
        sequence_length=config["sequence_length"],
        tokenizer=TokenizerConfig(
            vocab_size=job["vocab_size"], eos_token_id=END_ID, pad_token_id=PAD_ID, bos_token_id=BOS_ID
        ),
        dtype=NumpyDatasetDType(job["dtype"]),
        work_dir=order,
        include_instance_metadata=False,
    ).build()
    loader = NumpyDataLoaderConfig(
        global_batch_size=job["batch_tokens"], seed=config["seed"], num_workers=0, work_dir=order
    ).build(dataset, dp_process_group=train_module.dp_process_group)
    follower = _follower(job, channel)
    trainer = TrainerConfig(
        save_folder=str(out / "checkpoints"),
        save_overwrite=True,  # a checkpoint that a killed run left half written is in the way otherwise
        metrics_collect_interval=5,
        cancel_check_interval=5,
        max_duration=Duration.steps(job["steps"]),
        callbacks={
            "checkpointer": CheckpointerCallback(
                save_interval=config["checkpoint_every_steps"],
                max_checkpoints=2,
                save_async=False,
                pre_train_checkpoint=False,
            ),
            "follower": follower,
        },
    ).build(train_module, loader)
    return trainer, follower


def _follower(job: dict[str, Any], channel: WorkerChannel) -> Any:
    from olmo_core.train.callbacks import Callback

    class Follower(Callback):
        """Tells the parent process about every step."""

        first_step = 0
        losses: list[float]
        started = 0.0

        def pre_train(self) -> None:
            self.first_step = self.step
            self.losses = []
            self.started = time.monotonic()
            channel.start("Training", job["steps"], "steps")
            channel.advance(self.step)

        def log_metrics(self, step: int, metrics: dict[str, float]) -> None:
            if LOSS not in metrics or step <= self.first_step:
                return
            self.losses.append(metrics[LOSS])
            left = (job["steps"] - step) * (time.monotonic() - self.started) / (step - self.first_step)
            speed = f"{self.tokens_per_second(step):,.0f} tokens/s"
            channel.advance(1, f"loss {metrics[LOSS]:.2f}, {speed}, {left:.0f} s left")

        def state_dict(self) -> dict[str, Any]:
            return {"losses": self.losses[-LOSS_WINDOW:]}

        def tokens_per_second(self, step: int | None = None) -> float:
            steps = (self.step if step is None else step) - self.first_step
            return steps * job["batch_tokens"] / max(time.monotonic() - self.started, 1e-9)

        def final_loss(self) -> float:
            last = self.losses[-LOSS_WINDOW:]
            return sum(last) / len(last) if last else float("nan")

    return Follower()


def _whole_state(train_module: Any) -> dict[str, Any]:
    """The model's weights, gathered on the first rank."""
    import torch.distributed.checkpoint.state_dict as checkpoint_state

    options = checkpoint_state.StateDictOptions(full_state_dict=True, cpu_offload=True)
    return checkpoint_state.get_model_state_dict(train_module.model, options=options)


def _keep_only_last_checkpoint(out: Path) -> None:
    checkpoints = sorted(
        (out / "checkpoints").glob("step*"), key=lambda path: int(path.name.removeprefix("step"))
    )
    for path in checkpoints[:-1]:
        shutil.rmtree(path)


if __name__ == "__main__":
    worker_main(work)
