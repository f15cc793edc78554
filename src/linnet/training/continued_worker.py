"""The process that continues a base with LoRA: `python -m linnet.training.continued_worker JOB.json`.

The loop is transformers' Trainer, the adapter is peft's: low-rank changes of every matrix of the blocks, and the rows of
the tokens that the base does not know. At the end the changes are merged into the weights and the adapter is kept.
"""

from __future__ import annotations

import shutil
import time
from functools import partial
from pathlib import Path
from typing import Any

from linnet.model.tokenizer import load_tokenizer
from linnet.training.continued_weights import (
    InitialWeights,
    build_base,
    hf_weights,
    new_token_ids,
)
from linnet.training.export import save_model_folder
from linnet.training.watch.metrics import MetricsFile
from linnet.training.watch.progress import Clock, progress_note
from linnet.training.worker import WorkerChannel, worker_main

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
LOSS_WINDOW = 20  # steps averaged for the loss that is reported


class Blocks:
    """The corpus as training sequences, read from the shards as they are asked for."""

    def __init__(self, shards: list[str], dtype: str, length: int) -> None:
        import numpy as np

        self._shards = [np.memmap(path, dtype=np.dtype(dtype).newbyteorder("<"), mode="r") for path in shards]
        self._places = [
            (shard, start)
            for shard, ids in enumerate(self._shards)
            for start in range(0, len(ids) // length * length, length)
        ]
        self._length = length

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Any:
        shard, start = self._places[index]
        return self._shards[shard][start : start + self._length].astype("int64")


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    channel.start("Loading the training engine")
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import Trainer, TrainingArguments

    if job["threads"]:
        torch.set_num_threads(job["threads"])
    config, out, initial = job["config"], Path(job["out"]), InitialWeights.of_job(job)
    torch.manual_seed(config["seed"])
    token_ids = load_tokenizer(Path(job["tokenizer"])).special_token_ids
    model = build_base(hf_weights(initial), initial, token_ids)
    model.config.use_cache = False
    new = list(new_token_ids(initial))
    rows = {"embed_tokens": new} if initial.shape.tied else {"embed_tokens": new, "lm_head": new}
    lora = LoraConfig(
        r=config["lora_rank"],
        lora_alpha=2 * config["lora_rank"],
        target_modules=list(TARGETS),
        trainable_token_indices=rows if new else None,
        task_type="CAUSAL_LM",
    )
    adapted: Any = get_peft_model(model, lora)
    sequences = job["batch_tokens"] // config["sequence_length"]
    passes = _passes(sequences, config)
    metrics = MetricsFile(out, after_step=0)
    clock = Clock(batch_tokens=job["batch_tokens"], steps=job["steps"], flops_per_token=0, peak_flops=0.0)
    on_cpu = not torch.cuda.is_available()
    trainer = Trainer(
        model=adapted,
        args=TrainingArguments(
            output_dir=str(out / "checkpoints"),
            max_steps=job["steps"],
            per_device_train_batch_size=sequences // passes,
            gradient_accumulation_steps=passes,
            learning_rate=config["learning_rate"],
            lr_scheduler_type="cosine_with_min_lr",
            lr_scheduler_kwargs={"min_lr_rate": config["final_learning_rate_fraction"]},
            warmup_steps=config["warmup_steps"],
            max_grad_norm=config["max_grad_norm"],
            weight_decay=0.0,
            seed=config["seed"],
            data_seed=config["seed"],
            use_cpu=on_cpu,
            bf16=not on_cpu,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            remove_unused_columns=False,
            dataloader_pin_memory=False,
        ),
        train_dataset=Blocks(job["shards"], job["dtype"], config["sequence_length"]),  # type: ignore[arg-type]
        data_collator=partial(_batch, bos_id=token_ids["bos_token_id"] if config["document_masks"] else None),
        callbacks=[_follower(job, metrics, clock, channel)],
    )
    started = time.monotonic()
    trainer.train()
    seconds = time.monotonic() - started
    metrics.sync()
    metrics.close()

    channel.start("Writing the model")
    _save_adapter(adapted, out / "adapter")
    merged = adapted.merge_and_unload().float().cpu()
    merged.config.use_cache = True
    save_model_folder(merged, out / "hf", tokenizer=Path(job["tokenizer"]))
    shutil.rmtree(out / "checkpoints", ignore_errors=True)
    channel.finish()
    last = [row["loss"] for row in metrics.rows[-LOSS_WINDOW:]]
    return {
        "steps": job["steps"],
        "tokens_seen": job["steps"] * job["batch_tokens"],
        "parameters": initial.shape.num_parameters(initial.vocab_size),
        "final_loss": sum(last) / len(last),
        "resumed_from_step": 0,
        "tokens_per_second": job["steps"] * job["batch_tokens"] / seconds,
    }


def _passes(sequences: int, config: dict[str, Any]) -> int:
    """Forward passes a step: the fewest equal ones that keep to microbatch_tokens."""
    most = (
        max(config["microbatch_tokens"] // config["sequence_length"], 1)
        if config["microbatch_tokens"]
        else sequences
    )
    return next(
        passes
        for passes in range(1, sequences + 1)
        if sequences % passes == 0 and sequences // passes <= most
    )


def _batch(blocks: list[Any], bos_id: int | None) -> dict[str, Any]:
    """Positions that start again at each document: transformers then keeps attention inside it."""
    import numpy as np
    import torch

    ids = np.stack(blocks)
    batch = {"input_ids": torch.from_numpy(ids), "labels": torch.from_numpy(ids)}
    if bos_id is not None:
        places = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)
        starts = np.maximum.accumulate(np.where(ids == bos_id, places, 0), axis=1)
        batch["position_ids"] = torch.from_numpy(places - starts)
    return batch


def _follower(job: dict[str, Any], metrics: MetricsFile, clock: Clock, channel: WorkerChannel) -> Any:
    from transformers import TrainerCallback

    class Follower(TrainerCallback):
        """Reports every step."""

        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            channel.start("Training", job["steps"], "steps")
            clock.step_ended(0, time.monotonic())

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if not logs or "loss" not in logs:
                return
            speed = clock.step_ended(state.global_step, time.monotonic())
            assert speed is not None
            metrics.append(
                {
                    "step": state.global_step,
                    "tokens": state.global_step * job["batch_tokens"],
                    "loss": float(logs["loss"]),
                    "learning_rate": float(logs["learning_rate"]),
                    "grad_norm": float(logs["grad_norm"]),
                    "tokens_per_second": round(speed.tokens_per_second, 1),
                    "mfu": None,  # of a LoRA step there is no agreed count of operations
                    "seconds_left": round(speed.seconds_left, 1),
                    "cpu_seconds": round(time.process_time(), 2),
                    "time": round(time.time(), 2),
                }
            )
            channel.advance(1, progress_note(float(logs["loss"]), speed))

    return Follower()


def _save_adapter(adapted: Any, out: Path) -> None:
    """As peft saves it, without this machine's paths; the folder is there whole or not at all."""
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    adapted.peft_config["default"].base_model_name_or_path = "base"
    adapted.save_pretrained(temporary, safe_serialization=True, save_embedding_layers=False)
    (temporary / "README.md").unlink(missing_ok=True)
    shutil.rmtree(out, ignore_errors=True)
    temporary.replace(out)


if __name__ == "__main__":
    worker_main(work)
