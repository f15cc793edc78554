"""One rank of a pretraining run: `python -m linnet.training.pretrain_worker JOB.json`, or the same under torchrun.

Everything that learns is OLMo-core's: model, optimizer, data loader, trainer, checkpoints. This file only says which.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, LinnetError
from linnet.model.tokenizer import load_tokenizer
from linnet.training.base_model import BaseShape, job_shape
from linnet.training.budget import Budget, budget_callback
from linnet.training.continued_weights import export_continued
from linnet.training.engine import START_FILE, build_train_module
from linnet.training.export import export_model
from linnet.training.watch.callbacks import watch_callbacks
from linnet.training.watch.rewinds import CHECKPOINTS_FOLDER, checkpoint_steps, pending_rewind
from linnet.training.worker import WorkerChannel, is_full_disk, worker_main


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    channel.start("Loading the training engine")
    import torch
    from olmo_core.distributed.utils import get_rank, is_distributed
    from olmo_core.train import prepare_training_environment, teardown_training_environment
    from torch.distributed.checkpoint.api import CheckpointException  # a BaseException

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
    architecture = job_shape(job)
    train_module = build_train_module(job, channel)
    trainer, follower = _build_trainer(job, out, train_module, channel)
    try:
        trainer.fit()
    except (Exception, CheckpointException) as error:
        steps_saved = checkpoint_steps(out)
        if follower.started or not steps_saved or isinstance(error, LinnetError) or is_full_disk(error):
            raise
        raise BadInput(
            f"{out / 'checkpoints' / f'step{steps_saved[-1]}'} cannot be read ({type(error).__name__}); delete that folder "
            "and run the same command again: it goes on from the checkpoint before it, or from the start"
        ) from error
    if pending_rewind(out):
        return {"rewind": True}
    if trainer.is_canceled or trainer.global_step < (steps := trainer.max_steps or 0):
        raise LinnetError(
            f"training was stopped at step {trainer.global_step:,} of {steps:,}; "
            "run the same command again to go on"
        )

    channel.start("Writing the model")
    state = _whole_state(train_module)
    if get_rank() == 0:
        if isinstance(architecture, BaseShape):
            export_continued(state, job, out / "hf")
        else:
            export_model(
                state, architecture, out / "hf",
                vocab_size=job["vocab_size"],
                context_length=job["config"]["context_length"] or job["config"]["sequence_length"],
                tokenizer=Path(job["tokenizer"]),
            )  # fmt: skip
        _keep_only_last_checkpoint(out)
        shutil.rmtree(out / "order", ignore_errors=True)
        (out / START_FILE).unlink(missing_ok=True)
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
    token_ids: dict[str, Any] = load_tokenizer(Path(job["tokenizer"])).special_token_ids
    order = str(out / "order")  # the shuffled order of sequences, one file an epoch
    dataset = NumpyFSLDatasetConfig(
        paths=job["shards"],
        sequence_length=config["sequence_length"],
        tokenizer=TokenizerConfig(vocab_size=job["vocab_size"], **token_ids),
        dtype=NumpyDatasetDType(job["dtype"]),
        work_dir=order,
        include_instance_metadata=False,
        generate_doc_lengths=config["document_masks"],
    ).build()
    loader = NumpyDataLoaderConfig(
        global_batch_size=job["batch_tokens"], seed=config["seed"], num_workers=0, work_dir=order
    ).build(dataset, dp_process_group=train_module.dp_process_group)
    watching = watch_callbacks(job, out, channel)
    if config["cpu_minutes"]:
        watching["budget"] = budget_callback(
            Budget(
                out,
                cpu_seconds=config["cpu_minutes"] * 60,
                most_steps=job["steps"],
                world_size=int(os.environ.get("WORLD_SIZE", "1")),
            )
        )
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
                save_async=True,
                pre_train_checkpoint=False,
            ),
            **watching,
        },
    ).build(train_module, loader)
    return trainer, watching["follower"]


def _whole_state(train_module: Any) -> dict[str, Any]:
    """The model's weights, gathered on the first rank."""
    import torch.distributed.checkpoint.state_dict as checkpoint_state

    options = checkpoint_state.StateDictOptions(full_state_dict=True, cpu_offload=True)
    return checkpoint_state.get_model_state_dict(train_module.model, options=options)


def _keep_only_last_checkpoint(out: Path) -> None:
    """Of the whole ones; a kill may have left others, and `step7-tmp`."""
    last = f"step{checkpoint_steps(out)[-1]}"
    for path in (out / CHECKPOINTS_FOLDER).glob("step*"):
        if path.name != last:
            shutil.rmtree(path)


if __name__ == "__main__":
    worker_main(work)
