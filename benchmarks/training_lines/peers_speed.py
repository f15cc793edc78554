"""The two loops that pretraining is compared with, each in a process of its own: `python -m ... KIND JOB.json`.

Both train a Llama of the given shape with AdamW on sequences of random tokens, and print the CPU seconds and tokens of
the steps after the first ones as one JSON object.
"""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        shape = (batch, length, self.heads, width // self.heads)
        q, k, v = (part(x).view(shape).transpose(1, 2) for part in (self.query, self.key, self.value))
        q, k = (_rotate(part, cos, sin) for part in (q, k))
        attended = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(attended.transpose(1, 2).reshape(batch, length, width))


def _rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


class Block(nn.Module):
    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.attention = Attention(width, heads)
        self.first_norm, self.second_norm = nn.RMSNorm(width, eps=1e-5), nn.RMSNorm(width, eps=1e-5)
        self.gate, self.up = nn.Linear(width, hidden, bias=False), nn.Linear(width, hidden, bias=False)
        self.down = nn.Linear(hidden, width, bias=False)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.first_norm(x), cos, sin)
        y = self.second_norm(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Llama(nn.Module):
    def __init__(self, shape: dict[str, Any], vocab_size: int, length: int) -> None:
        super().__init__()
        width, heads = shape["d_model"], shape["n_heads"]
        self.embedding = nn.Embedding(vocab_size, width)
        self.blocks = nn.ModuleList(
            Block(width, heads, shape["hidden_size"]) for _ in range(shape["n_layers"])
        )
        self.norm = nn.RMSNorm(width, eps=1e-5)
        self.head = nn.Linear(width, vocab_size, bias=False)
        if shape["tied"]:
            self.head.weight = self.embedding.weight
        for weight in self.parameters():
            if weight.ndim == 2:
                nn.init.normal_(weight, std=0.02)
        size = width // heads
        angles = torch.outer(torch.arange(length), 10_000 ** -(torch.arange(0, size, 2) / size))
        self.register_buffer("cos", torch.cat([angles, angles], -1).cos())
        self.register_buffer("sin", torch.cat([angles, angles], -1).sin())

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        x = self.embedding(ids)
        for block in self.blocks:
            x = block(x, self.cos, self.sin)
        return self.head(self.norm(x))


def by_hand(job: dict[str, Any]) -> dict[str, float]:
    tokens, length = _tokens(job), job["length"]
    model: Any = Llama(job["shape"], job["vocab_size"], length)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True
    )
    if job["compile"]:
        model = torch.compile(model)
    started, first = 0.0, job["skip_steps"]
    for step in range(job["steps"]):
        if step == first:
            started = time.process_time()
        place = step * job["batch_tokens"]
        ids = tokens[place : place + job["batch_tokens"]].view(-1, length)
        logits = model(ids)[:, :-1]
        loss = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * (1 - step / job["steps"])
        optimizer.step()
        optimizer.zero_grad()
    return _measured(job, time.process_time() - started)


def hf_trainer(job: dict[str, Any]) -> dict[str, float]:
    from transformers import LlamaConfig, LlamaForCausalLM, Trainer, TrainerCallback, TrainingArguments

    shape, length = job["shape"], job["length"]
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=job["vocab_size"],
            hidden_size=shape["d_model"],
            intermediate_size=shape["hidden_size"],
            num_hidden_layers=shape["n_layers"],
            num_attention_heads=shape["n_heads"],
            num_key_value_heads=shape["n_kv_heads"],
            max_position_embeddings=length,
            tie_word_embeddings=shape["tied"],
            use_cache=False,
        )
    )
    rows = _tokens(job).view(-1, length)
    marks: dict[int, float] = {}

    class Marks(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            marks[state.global_step] = time.process_time()

    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=str(Path(job["folder"]) / "hf-trainer"),
            max_steps=job["steps"],
            per_device_train_batch_size=job["batch_tokens"] // length,
            learning_rate=1e-3,
            weight_decay=0.1,
            adam_beta2=0.95,
            lr_scheduler_type="linear",
            optim="adamw_torch_fused",
            max_grad_norm=1.0,
            torch_compile=job["compile"],
            use_cpu=True,
            logging_steps=5,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=False,
        ),
        train_dataset=[{"input_ids": row, "labels": row} for row in rows],  # type: ignore[arg-type]
        callbacks=[Marks()],
    )
    trainer.train()
    return _measured(job, marks[job["steps"]] - marks[job["skip_steps"]])


def _tokens(job: dict[str, Any]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(40, job["vocab_size"], (job["steps"] * job["batch_tokens"],), generator=generator)


def _measured(job: dict[str, Any], cpu_seconds: float) -> dict[str, float]:
    tokens = (job["steps"] - job["skip_steps"]) * job["batch_tokens"]
    assert math.isfinite(cpu_seconds)
    return {"tokens": tokens, "cpu_seconds": cpu_seconds}


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    torch.set_num_threads(asked["threads"])
    told = {"by-hand": by_hand, "hf-trainer": hf_trainer}[sys.argv[1]](asked)
    print(json.dumps(told))
