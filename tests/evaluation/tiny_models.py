"""Models whose probabilities are known: uniform, random, and one that has learnt a text by heart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.model.presets import Architecture
from linnet.model.tokenizer import TokenizerConfig, load_tokenizer, train_tokenizer

SHAPE = Architecture(d_model=64, n_layers=2, n_heads=2, n_kv_heads=2, hidden_size=64)


def with_second_platform(corpus: Path) -> Path:
    """The last document of the train split comes from elsewhere: a single platform has no token."""
    import polars as pl

    path = corpus / "documents-00000.parquet"
    rows = pl.read_parquet(path).with_row_index()
    last = rows.filter(pl.col("split") == "train")["index"].max()
    platform = pl.when(pl.col("index") == last).then(pl.lit("other")).otherwise("platform")
    rows.with_columns(platform.alias("platform")).drop("index").write_parquet(path)
    return corpus


def make_tokenizer(corpus: Path, out: Path, vocab_size: int = 420) -> Path:
    train_tokenizer(corpus, out, config=TokenizerConfig(vocab_size=vocab_size))
    return out


def untrained(tokenizer: Path, *, context_length: int, seed: int = 0) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    from linnet.training.export import hf_config

    ours = load_tokenizer(tokenizer)
    torch.manual_seed(seed)
    config = hf_config(
        SHAPE,
        vocab_size=ours.vocab_size,
        context_length=context_length,
        token_ids=ours.special_token_ids,
    )
    return AutoModelForCausalLM.from_config(config)


def save(model: Any, out: Path, tokenizer: Path) -> Path:
    from linnet.training.export import save_model_folder

    out.mkdir(parents=True, exist_ok=True)
    save_model_folder(model, out / "hf", tokenizer=tokenizer)
    return out / "hf"


def random_weights(out: Path, tokenizer: Path, *, context_length: int = 64) -> Path:
    return save(untrained(tokenizer, context_length=context_length), out, tokenizer)


def uniform(out: Path, tokenizer: Path, *, context_length: int = 64) -> Path:
    """Every token is as likely as any other, whatever stands before it: all weights are zero."""
    import torch

    model = untrained(tokenizer, context_length=context_length)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return save(model, out, tokenizer)


def overfitted(
    out: Path,
    tokenizer: Path,
    sequences: Sequence[Sequence[int]],
    *,
    steps: int = 120,
    context_length: int = 64,
) -> Path:
    """A model that has seen these token sequences and nothing else, until it knows them by heart."""
    import torch

    pad = load_tokenizer(tokenizer).pad_id
    length = max(map(len, sequences))
    ids = torch.tensor([[*sequence, *[pad] * (length - len(sequence))] for sequence in sequences])
    labels = torch.where(ids == pad, -100, ids)
    model = untrained(tokenizer, context_length=context_length)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(steps):
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return save(model, out, tokenizer)
