"""The process that fine-tunes: `python -m linnet.training.sft_worker JOB.json`. The loop is TRL's SFTTrainer."""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.model.documents import document_files, read_documents
from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.training.conversations import FittedExample, TrainingConversation
from linnet.training.export import save_model_folder
from linnet.training.learnt import write_learnt
from linnet.training.sft_data import TaskExamples, mixture, sample_documents
from linnet.training.sft_scores import compare, conversation_losses
from linnet.training.tunable import load_tunable
from linnet.training.worker import WorkerChannel, worker_main


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    config, out, base = job["config"], Path(job["out"]), Path(job["base"])
    tokenizer = load_tokenizer(base)
    channel.start("Loading the training engine")
    model = load_tunable(base, tokenizer, threads=job["threads"], seed=config["seed"])
    context_length = model.config.max_position_embeddings

    channel.start("Making conversations")
    wanted = config["max_steps"] * config["batch_size"]
    made = _made(job, "train", wanted, config["task_shares"], tokenizer, context_length)
    train = _shuffled(made, config["seed"])
    if not train:
        raise NotReady(
            f"no conversation can be made from the corpus in {job['corpus']}: no post fits the model's "
            f"{context_length} tokens; ingest more posts"
        )
    evenly = {name: 1.0 for name, share in config["task_shares"].items() if share}
    heldout = _made(job, "heldout", config["max_heldout_conversations"], evenly, tokenizer, context_length)
    post_ids = {post_id for one in train for post_id in one.example.post_ids}
    write_learnt(out, sorted(post_ids), also=[base])
    steps_an_epoch = math.ceil(len(train) / config["batch_size"])
    steps = min(config["max_steps"], math.ceil(steps_an_epoch * config["max_epochs"]))

    scored = [one.conversation for task in heldout.values() for one in task.fitted]
    before = conversation_losses(model, scored, tokenizer.pad_id, channel)
    trainer = _build_trainer(job, model, [one.conversation for one in train], steps, channel)
    channel.start("Fine-tuning", steps, "steps")
    trainer.train()
    after = conversation_losses(model, scored, tokenizer.pad_id, channel)
    channel.start("Writing the model")
    model.config.use_cache = True
    save_model_folder(model, out / "hf", tokenizer=base)
    shutil.rmtree(out / "trainer", ignore_errors=True)
    channel.finish()
    counted = sum(one.num_counted for one in scored)
    return {
        "steps": trainer.state.global_step,
        "conversations": len(train),
        "shortened": sum(one.shortened for one in made.values()),
        "left_out": sum(one.left_out for one in made.values()),
        "posts": len(post_ids),
        "heldout_conversations": len(scored),
        "heldout_loss_before": float(before.sum()) / counted if scored else None,
        "heldout_loss_after": float(after.sum()) / counted if scored else None,
        "tasks": _task_figures(made, heldout, before, after, seed=config["seed"]),
    }


def _made(
    job: dict[str, Any],
    split: str,
    count: int,
    shares: dict[str, float],
    tokenizer: ModelTokenizer,
    context_length: int,
) -> dict[str, TaskExamples]:
    """At most `count` conversations of the split, by task."""
    config, seed = job["config"], f"{job['config']['seed']}:{split}"
    documents = sample_documents(
        read_documents(document_files(Path(job["corpus"])), split) if count else (),
        config["max_documents"],
        random.Random(seed),
    )
    if not documents and split == "train":
        raise NotReady(
            f"the corpus in {job['corpus']} has no document to train on; ingest posts and curate again"
        )
    return mixture(documents, count, shares=shares, tokenizer=tokenizer, max_tokens=context_length, seed=seed)


def _shuffled(made: dict[str, TaskExamples], seed: int) -> list[FittedExample]:
    examples = [one for task in made.values() for one in task.fitted]
    random.Random(seed).shuffle(examples)
    return examples


def _task_figures(
    made: dict[str, TaskExamples], heldout: dict[str, TaskExamples], before: Any, after: Any, *, seed: int
) -> dict[str, dict[str, Any]]:
    """What the report says of each task; the losses stand in the order of the held-out tasks."""
    import numpy as np

    figures: dict[str, dict[str, Any]] = {}
    start = 0
    for name, task in made.items():
        held = heldout[name].fitted if name in heldout else []
        end = start + len(held)
        figures[name] = {
            "conversations": len(task.fitted),
            "shortened": task.shortened,
            "left_out": task.left_out,
            "kinds": task.kinds,
            "heldout_conversations": len(held),
        }
        if held:
            counted = np.array([one.conversation.num_counted for one in held])
            figures[name] |= compare(before[start:end], after[start:end], counted, seed=seed)
        start = end
    return figures


def _build_trainer(
    job: dict[str, Any],
    model: Any,
    train: Sequence[TrainingConversation],
    steps: int,
    channel: WorkerChannel,
) -> Any:
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import SFTConfig as TrlConfig
    from trl import SFTTrainer

    class Follower(TrainerCallback):
        """Tells the parent process about every step."""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if logs and "loss" in logs:
                channel.advance(1, f"loss {float(logs['loss']):.2f}")

    def dataset(conversations: Sequence[TrainingConversation]) -> Any:
        return Dataset.from_dict(
            {
                "input_ids": [conversation.input_ids for conversation in conversations],
                "labels": [conversation.labels for conversation in conversations],
            }
        )

    config = job["config"]
    on_cpu = not torch.cuda.is_available()
    arguments = TrlConfig(
        output_dir=str(Path(job["out"]) / "trainer"),
        max_steps=steps,
        train_sampling_strategy="group_by_length",  # less padding
        per_device_train_batch_size=config["batch_size"],
        learning_rate=config["learning_rate"],
        lr_scheduler_type="cosine",
        warmup_steps=round(steps * config["warmup_fraction"]),
        max_grad_norm=1.0,
        weight_decay=0.0,
        seed=config["seed"],
        data_seed=config["seed"],
        use_cpu=on_cpu,
        bf16=not on_cpu,
        gradient_checkpointing=False,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        max_length=None,
        dataset_kwargs={
            "skip_prepare_dataset": True
        },  # ids and labels are made here, never from rendered text
        dataloader_pin_memory=False,
    )
    return SFTTrainer(
        model=model,
        args=arguments,
        train_dataset=dataset(train),
        processing_class=AutoTokenizer.from_pretrained(job["base"], local_files_only=True),
        callbacks=[Follower()],
    )


if __name__ == "__main__":
    worker_main(work)
