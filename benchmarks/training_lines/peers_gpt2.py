"""GPT-2's shape at the size of `micro`, trained by HF Trainer for so much CPU time: `python -m ... JOB.json`.

Its vocabulary of 8,192 tokens is learnt from the same documents. Posts are packed into sequences of 256 tokens; AdamW,
a warm-up of 5% and a cosine to zero, the settings that nanoGPT made common.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

LENGTH, BATCH = 256, 8


def main() -> None:
    from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainerCallback, TrainingArguments

    from linnet.model.documents import document_files, read_documents
    from linnet.model.tokenizer import TokenizerConfig, load_tokenizer, train_tokenizer
    from linnet.training.export import save_model_folder

    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    out = Path(job["out"])
    torch.set_num_threads(job["threads"])
    torch.manual_seed(0)
    train_tokenizer(Path(job["corpus"]), out / "tokenizer", config=TokenizerConfig(vocab_size=8192))
    tokenizer = load_tokenizer(out / "tokenizer")
    documents = list(read_documents(document_files(Path(job["corpus"])), "train"))
    random.Random(0).shuffle(documents)
    started = time.process_time()
    wanted = 12_000_000  # tokens; more than the time allows
    ids: list[int] = []
    for start in range(0, len(documents), 2048):
        for document in documents[start : start + 2048]:
            ids += tokenizer.encode_document(document.texts, document.author_ids, document.controls)
        if len(ids) > wanted:
            break
    rows = torch.from_numpy(np.array(ids[: len(ids) // LENGTH * LENGTH]).reshape(-1, LENGTH))
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=tokenizer.vocab_size, n_positions=LENGTH, n_embd=320, n_layer=7, n_head=5,
            resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, **tokenizer.special_token_ids,
        )
    )  # fmt: skip

    class Deadline(TrainerCallback):
        """The learning rate follows the CPU time that is spent, and so does the end."""

        def on_step_begin(
            self, args: Any, state: Any, control: Any, optimizer: Any = None, **kwargs: Any
        ) -> None:
            share = min((time.process_time() - started) / job["cpu_seconds"], 1.0)
            factor = min(share / 0.05, 0.5 + 0.5 * np.cos(np.pi * share))
            for group in optimizer.param_groups:
                group["lr"] = 1e-3 * max(factor, 0.02)

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if time.process_time() - started >= job["cpu_seconds"]:
                control.should_training_stop = True

    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(out / "trainer"), max_steps=10**6, per_device_train_batch_size=BATCH, learning_rate=1e-3,
            lr_scheduler_type="constant", weight_decay=0.1, adam_beta2=0.95, optim="adamw_torch_fused",
            max_grad_norm=1.0, use_cpu=True, logging_steps=10**6, save_strategy="no", report_to="none",
            disable_tqdm=True, dataloader_pin_memory=False, seed=0,
        ),
        train_dataset=[{"input_ids": row, "labels": row} for row in rows],  # type: ignore[arg-type]
        callbacks=[Deadline()],
    )  # fmt: skip
    trainer.train()
    spent = time.process_time() - started
    model.config.max_position_embeddings = LENGTH
    save_model_folder(model, out / "hf", tokenizer=out / "tokenizer")
    report = {
        "parameters": model.num_parameters(),
        "tokens": trainer.state.global_step * BATCH * LENGTH,
        "cpu_seconds": spent,
    }
    (out / "report.json").write_text(json.dumps(report), encoding="utf-8")


if __name__ == "__main__":
    main()
