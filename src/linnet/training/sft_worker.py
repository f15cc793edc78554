"""The process that fine-tunes: `python -m linnet.training.sft_worker JOB.json`. The loop is TRL's SFTTrainer."""

from __future__ import annotations

import math
import random
import shutil
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.model.documents import document_files, read_documents
from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.training.conversations import (
    TrainingConversation,
    choose_documents,
    conversation_of,
    encode_conversation,
    is_exchange,
)
from linnet.training.export import save_model_folder
from linnet.training.learnt import write_learnt
from linnet.training.worker import WorkerChannel, worker_main


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    config, out, base = job["config"], Path(job["out"]), Path(job["base"])
    tokenizer = load_tokenizer(base)
    channel.start("Loading the training engine")
    import torch
    from transformers import AutoModelForCausalLM

    if job["threads"]:
        torch.set_num_threads(job["threads"])
    torch.manual_seed(config["seed"])
    model: Any = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, local_files_only=True)
    if len(model.get_input_embeddings().weight) != tokenizer.vocab_size:
        raise NotReady(f"the model in {base} has another vocabulary than its tokenizer; train it again")
    context_length = model.config.max_position_embeddings

    channel.start("Making conversations")
    wanted = config["max_steps"] * config["batch_size"]
    train, num_threads, post_ids = _conversations(job, "train", wanted, tokenizer, context_length)
    heldout, _, _ = _conversations(
        job, "heldout", config["max_heldout_conversations"], tokenizer, context_length
    )
    if not train:
        raise NotReady(
            f"no conversation can be made from the corpus in {job['corpus']}: no post fits the model's "
            f"{context_length} tokens; ingest more posts"
        )
    write_learnt(out, post_ids, also=[base])
    steps_an_epoch = math.ceil(len(train) / config["batch_size"])
    steps = min(config["max_steps"], math.ceil(steps_an_epoch * config["max_epochs"]))

    trainer = _build_trainer(job, model, train, heldout, steps, channel)
    before = _heldout_loss(trainer, heldout, channel)
    channel.start("Fine-tuning", steps, "steps")
    trainer.train()
    after = _heldout_loss(trainer, heldout, channel)
    channel.start("Writing the model")
    model.config.use_cache = True
    save_model_folder(model, out / "hf", tokenizer=base)
    shutil.rmtree(out / "trainer", ignore_errors=True)
    channel.finish()
    return {
        "steps": trainer.state.global_step,
        "conversations": len(train),
        "thread_conversations": num_threads,
        "heldout_conversations": len(heldout),
        "heldout_loss_before": before,
        "heldout_loss_after": after,
    }


def _conversations(
    job: dict[str, Any], split: str, count: int, tokenizer: ModelTokenizer, context_length: int
) -> tuple[list[TrainingConversation], int, list[str]]:
    """At most `count` conversations of the split, how many of them are exchanges between authors, and their posts."""
    config = job["config"]
    documents = list(read_documents(document_files(Path(job["corpus"])), split)) if count else []
    chosen = choose_documents(
        documents,
        count,
        single_post_share=config["single_post_share"],
        rng=random.Random(f"{config['seed']}:{split}"),
    )
    conversations: list[TrainingConversation] = []
    post_ids: list[str] = []
    num_threads = 0
    for document in chosen:
        messages = conversation_of(document)
        encoded = encode_conversation(messages, tokenizer, max_tokens=context_length)
        if encoded is not None:
            conversations.append(encoded)
            num_threads += is_exchange(document)
            post_ids += document.post_ids
    return conversations, num_threads, post_ids


def _build_trainer(
    job: dict[str, Any],
    model: Any,
    train: list[TrainingConversation],
    heldout: list[TrainingConversation],
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

    def dataset(conversations: list[TrainingConversation]) -> Any:
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
        per_device_train_batch_size=config["batch_size"],
        per_device_eval_batch_size=config["batch_size"],
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
        eval_dataset=dataset(heldout) if heldout else None,
        processing_class=AutoTokenizer.from_pretrained(job["base"], local_files_only=True),
        callbacks=[Follower()],
    )


def _heldout_loss(trainer: Any, heldout: list[TrainingConversation], channel: WorkerChannel) -> float | None:
    if not heldout:
        return None
    channel.start("Scoring held-out conversations", len(heldout), "conversations")
    loss = float(trainer.evaluate()["eval_loss"])
    channel.advance(len(heldout))
    return loss


if __name__ == "__main__":
    worker_main(work)
