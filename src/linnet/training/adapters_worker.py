"""The process that trains adapters: `python -m linnet.training.adapters_worker JOB.json`.

The loop is transformers' Trainer, the adapters are peft's. Every bucket starts from the base model as it lies on disk
and from the same seed, so it makes no difference which buckets were trained before it in this process.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.training.adapters import (
    ADAPTER_CONFIG_FILE,
    ADAPTER_FILE,
    bucket_folder,
    posts_by_bucket,
    shard_of,
    write_bucket,
)
from linnet.training.conversations import IGNORED
from linnet.training.worker import WorkerChannel, worker_main

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    config, out, base = job["config"], Path(job["out"]), Path(job["base"])
    tokenizer = load_tokenizer(base)
    posts = posts_by_bucket(Path(job["corpus"]), config["buckets"], seed=config["seed"])
    channel.start("Loading the training engine")
    import torch

    if job["threads"]:
        torch.set_num_threads(job["threads"])
    totals = {"steps": 0, "tokens_seen": 0}
    for bucket, identity in job["buckets"].items():
        shard = shard_of(posts, int(bucket))
        files: dict[str, bytes | str] = {}
        if len(shard):
            files, steps, tokens = _train(job, int(bucket), shard["text"].to_list(), tokenizer, channel)
            totals["steps"] += steps
            totals["tokens_seen"] += tokens
        write_bucket(bucket_folder(out, int(bucket)), shard, identity, files)
    shutil.rmtree(out / "checkpoints", ignore_errors=True)
    channel.finish()
    return totals


def _train(
    job: dict[str, Any], bucket: int, texts: list[str], tokenizer: ModelTokenizer, channel: WorkerChannel
) -> tuple[dict[str, bytes | str], int, int]:
    """The files of the bucket's adapter, the steps it took and the tokens it saw."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

    class Follower(TrainerCallback):
        """Tells the parent process about every step."""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if logs and "loss" in logs:
                channel.advance(1, f"loss {float(logs['loss']):.2f}")

    config = job["config"]
    torch.manual_seed(config["seed"])
    model: Any = AutoModelForCausalLM.from_pretrained(job["base"], dtype=torch.float32, local_files_only=True)
    if len(model.get_input_embeddings().weight) != tokenizer.vocab_size:
        raise NotReady(
            f"the model in {job['base']} has another vocabulary than its tokenizer; train it again"
        )
    model.config.use_cache = False
    lora = LoraConfig(
        r=config["rank"], lora_alpha=2 * config["rank"], target_modules=list(TARGETS), task_type="CAUSAL_LM"
    )
    adapted: Any = get_peft_model(model, lora)
    examples = _examples(texts, tokenizer, model.config.max_position_embeddings, config)
    steps_an_epoch = math.ceil(len(examples) / config["batch_posts"])
    steps = max(min(config["max_steps"], math.floor(steps_an_epoch * config["max_epochs"])), 1)
    on_cpu = not torch.cuda.is_available()
    channel.start(f"Adapter of bucket {bucket}", steps, "steps")
    trainer = Trainer(
        model=adapted,
        args=TrainingArguments(
            output_dir=str(Path(job["out"]) / "checkpoints"),
            max_steps=steps,
            per_device_train_batch_size=config["batch_posts"],
            learning_rate=config["learning_rate"],
            lr_scheduler_type="cosine",
            warmup_steps=round(steps * 0.05),
            max_grad_norm=1.0,
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
        train_dataset=examples,  # type: ignore[arg-type]
        data_collator=partial(_padded, pad_id=tokenizer.pad_id),
        callbacks=[Follower()],
    )
    trainer.train()
    mean_tokens = sum(map(len, examples)) / len(examples)
    seen = min(steps * config["batch_posts"], math.ceil(steps / steps_an_epoch * len(examples)))
    return _adapter_files(adapted, lora), steps, round(seen * mean_tokens)


def _examples(
    texts: list[str], tokenizer: ModelTokenizer, context_length: int, config: dict[str, Any]
) -> list[list[int]]:
    """Posts as documents of one post, as many as the steps can use, cut where the context ends."""
    wanted = config["max_steps"] * config["batch_posts"]
    if len(texts) > wanted:
        texts = random.Random(config["seed"]).sample(texts, wanted)
    return [
        [tokenizer.bos_id, *ids, tokenizer.end_id][:context_length] for ids in tokenizer.encode_texts(texts)
    ]


def _padded(examples: list[list[int]], pad_id: int) -> dict[str, Any]:
    """Padding stands behind the text, where causal attention never looks, and does not count."""
    import torch

    length = max(map(len, examples))
    input_ids = torch.full((len(examples), length), pad_id)
    labels = torch.full((len(examples), length), IGNORED)
    for row, ids in enumerate(examples):
        input_ids[row, : len(ids)] = labels[row, : len(ids)] = torch.tensor(ids)
    return {"input_ids": input_ids, "labels": labels}


def _adapter_files(adapted: Any, lora: Any) -> dict[str, bytes | str]:
    """What peft's own save_pretrained writes, without this machine's paths and in a fixed order."""
    from peft import get_peft_model_state_dict
    from safetensors.torch import save

    weights = {
        name: tensor.detach().float().cpu().contiguous()
        for name, tensor in get_peft_model_state_dict(adapted).items()
    }
    settings = {**lora.to_dict(), "base_model_name_or_path": "base", "inference_mode": True}
    settings["target_modules"] = sorted(settings["target_modules"])
    return {
        ADAPTER_FILE: save(weights, metadata={"format": "pt"}),
        ADAPTER_CONFIG_FILE: json.dumps(settings, indent=1, sort_keys=True),
    }


if __name__ == "__main__":
    worker_main(work)
