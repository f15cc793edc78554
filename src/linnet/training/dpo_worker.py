"""The process that tunes on pairs: `python -m linnet.training.dpo_worker JOB.json`. The loop is TRL's DPOTrainer."""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from linnet.model.documents import document_files, read_documents
from linnet.model.tokenizer import ModelTokenizer, load_tokenizer
from linnet.training.export import save_model_folder
from linnet.training.preferences.measure import (
    SideScores,
    dpo_loss,
    preferences_of,
    reward_margins,
    share_preferred,
)
from linnet.training.tunable import load_tunable
from linnet.training.worker import WorkerChannel, worker_main

Pair = dict[str, Any]  # prompt_ids, chosen_ids, rejected_ids, source


def work(job: dict[str, Any], channel: WorkerChannel) -> dict[str, Any]:
    config, out, chat = job["config"], Path(job["out"]), Path(job["chat"])
    tokenizer = load_tokenizer(chat)
    pairs = json.loads(Path(job["pairs"]).read_text(encoding="utf-8"))
    train, heldout = pairs["train"], pairs["heldout"]
    channel.start("Loading the training engine")
    model = load_tunable(chat, tokenizer, threads=job["threads"], seed=config["seed"])
    context_length = model.config.max_position_embeddings
    posts = _heldout_posts(job, tokenizer, context_length)

    steps = max(1, math.ceil(len(train) * config["max_epochs"] / config["batch_size"]))
    channel.start("Scoring held-out pairs", len(heldout), "pairs")
    before, bits_before = score_pairs(model, heldout, tokenizer), _bits_per_byte(model, posts, tokenizer)
    trainer = _build_trainer(job, model, train, steps, channel)
    channel.start("Tuning on pairs", steps, "steps")
    trainer.train()
    channel.start("Scoring held-out pairs", len(heldout), "pairs")
    model.eval()
    after, bits_after = score_pairs(model, heldout, tokenizer), _bits_per_byte(model, posts, tokenizer)
    channel.start("Writing the model")
    model.config.use_cache = True
    save_model_folder(model, out / "hf", tokenizer=chat)
    shutil.rmtree(out / "trainer", ignore_errors=True)
    channel.finish()
    return {
        "steps": trainer.state.global_step,
        **_told(before, after, heldout, config["beta"]),
        "bits_per_byte_before": bits_before,
        "bits_per_byte_after": bits_after,
    }


def _told(before: SideScores, after: SideScores, heldout: list[Pair], beta: float) -> dict[str, Any]:
    """What the report says of held-out pairs."""
    if not heldout:
        return {"heldout_accuracy": {}}
    margins = reward_margins(before, after)
    sources = sorted({pair["source"] for pair in heldout})
    return {
        "heldout_accuracy": preferences_of(
            before, after, [(len(pair["chosen_ids"]), len(pair["rejected_ids"])) for pair in heldout]
        ),
        "heldout_accuracy_of_source": {
            source: share_preferred(
                [margin for margin, pair in zip(margins, heldout, strict=True) if pair["source"] == source]
            )
            for source in sources
        },
        "heldout_loss_before": dpo_loss([0.0] * len(margins), beta),
        "heldout_loss_after": dpo_loss(margins, beta),
    }


def score_pairs(model: Any, pairs: Sequence[Pair], tokenizer: ModelTokenizer) -> SideScores:
    sides = [
        [(pair["prompt_ids"] + pair[side], len(pair["prompt_ids"])) for pair in pairs]
        for side in ("chosen_ids", "rejected_ids")
    ]
    chosen, rejected = (log_probs(model, sequences, tokenizer.pad_id) for sequences in sides)
    return SideScores(chosen=chosen, rejected=rejected)


def log_probs(
    model: Any, sequences: Sequence[tuple[list[int], int]], pad_id: int, *, batch_size: int = 16
) -> list[float]:
    """The summed log-probability, in nats, of each sequence from its position `start` on, given what is before it."""
    import torch

    found = [0.0] * len(sequences)
    order = sorted(range(len(sequences)), key=lambda position: sequences[position][1])
    model.eval()
    for first in range(0, len(order), batch_size):
        batch = [sequences[position] for position in order[first : first + batch_size]]
        longest = max(len(ids) for ids, _ in batch)
        padded = torch.tensor(
            [ids + [pad_id] * (longest - len(ids)) for ids, _ in batch], device=model.device
        )
        attended = torch.tensor(
            [[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in batch], device=model.device
        )
        given = min(
            start for _, start in batch
        )  # prompts are not predicted: most of the work is in the vocabulary
        with torch.inference_mode():
            logits = model(
                input_ids=padded, attention_mask=attended, use_cache=False, logits_to_keep=longest - given + 1
            ).logits[:, :-1]
            losses = torch.nn.functional.cross_entropy(
                logits.float().transpose(1, 2), padded[:, given:], reduction="none"
            ).tolist()
        for position, row, (ids, start) in zip(order[first:], losses, batch, strict=False):
            found[position] = -math.fsum(row[start - given : len(ids) - given])
    return found


def _heldout_posts(
    job: dict[str, Any], tokenizer: ModelTokenizer, context_length: int
) -> list[tuple[list[int], int]]:
    """Held-out posts that fit, each alone, as token ids with its length in bytes."""
    documents = read_documents(document_files(Path(job["corpus"])), "heldout")
    texts = (text for document in documents for text in document.texts if text)
    encoded = (
        (tokenizer.encode_document([text]), len(text.encode("utf-8", "surrogatepass"))) for text in texts
    )
    fitting = (one for one in encoded if len(one[0]) <= context_length)
    pool = list(islice(fitting, 20 * job["config"]["guard_posts"]))
    random.Random(job["config"]["seed"]).shuffle(pool)
    return pool[: job["config"]["guard_posts"]]


def _bits_per_byte(
    model: Any, posts: Sequence[tuple[list[int], int]], tokenizer: ModelTokenizer
) -> float | None:
    if not posts:
        return None
    nats = -math.fsum(log_probs(model, [(ids, 1) for ids, _ in posts], tokenizer.pad_id))
    return nats / math.log(2) / sum(num_bytes for _, num_bytes in posts)


def _build_trainer(
    job: dict[str, Any], model: Any, train: list[Pair], steps: int, channel: WorkerChannel
) -> Any:
    import torch
    from datasets import Dataset
    from transformers import AutoTokenizer, TrainerCallback
    from trl import DPOConfig as TrlConfig
    from trl import DPOTrainer

    class TokenIdsTrainer(DPOTrainer):
        """Takes `prompt_ids`, `chosen_ids` and `rejected_ids` as they are: no text is ever rendered or parsed."""

        def _prepare_dataset(self, dataset: Any, *args: Any, **kwargs: Any) -> Any:
            return dataset

    class Follower(TrainerCallback):
        """Tells the parent process about every step."""

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
            if logs and "loss" in logs:
                channel.advance(1, f"loss {float(logs['loss']):.3f}")

    config = job["config"]
    on_cpu = not torch.cuda.is_available()
    arguments = TrlConfig(
        output_dir=str(Path(job["out"]) / "trainer"),
        max_steps=steps,
        per_device_train_batch_size=config["batch_size"],
        learning_rate=config["learning_rate"],
        lr_scheduler_type="cosine",
        warmup_steps=round(steps * config["warmup_fraction"]),
        max_grad_norm=1.0,
        weight_decay=0.0,
        beta=config["beta"],
        loss_type=["sigmoid"],
        precompute_ref_log_probs=True,  # by the model before its first step: no second copy in memory
        seed=config["seed"],
        data_seed=config["seed"],
        use_cpu=on_cpu,
        bf16=not on_cpu,
        gradient_checkpointing=False,
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        max_length=None,  # pairs that do not fit were left out
        dataloader_pin_memory=False,
    )
    columns = ("prompt_ids", "chosen_ids", "rejected_ids")
    return TokenIdsTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict({name: [pair[name] for pair in train] for name in columns}),
        processing_class=AutoTokenizer.from_pretrained(job["chat"], local_files_only=True),
        callbacks=[Follower()],
    )


if __name__ == "__main__":
    worker_main(work)
