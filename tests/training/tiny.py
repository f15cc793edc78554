"""Settings under which a whole pretraining run takes seconds, and models and corpora that need no run."""

from __future__ import annotations

import random
from pathlib import Path

from linnet.training.pretrain import PretrainConfig
from tests.model.corpora import WORDS

TINY_SHAPE = {"d_model": 64, "n_layers": 2, "n_heads": 2, "n_kv_heads": 2, "hidden_size": 96}
TINY = PretrainConfig(
    overrides=TINY_SHAPE,
    sequence_length=32,
    batch_tokens=256,
    max_epochs=2.0,
    checkpoint_every_steps=10,
    threads=1,
)


def random_model(out: Path, tokenizer: Path) -> Path:
    """A base model's folder with random weights: for what does not depend on what a model knows."""
    import torch
    from transformers import LlamaForCausalLM

    from linnet.model.presets import architecture
    from linnet.model.tokenizer import load_tokenizer
    from linnet.training.export import hf_config, save_model_folder

    torch.manual_seed(1)
    shape = architecture("nano", {**TINY_SHAPE, "n_layers": 1})
    vocab_size = load_tokenizer(tokenizer).vocab_size
    model = LlamaForCausalLM(
        hf_config(
            shape,
            vocab_size=vocab_size,
            context_length=64,
            token_ids=load_tokenizer(tokenizer).special_token_ids,
        )
    )
    save_model_folder(model, out / "hf", tokenizer=tokenizer)
    return out


def write_posts(folder: Path, authors: list[str], *, heldout: int = 0) -> Path:
    """Three posts an author, two a document, so that neighbours share documents. The last `heldout` documents are."""
    import polars as pl

    rows = []
    for author in authors:
        rng = random.Random(author)
        for number in range(3):
            text = f"{author} says " + " ".join(rng.choices(WORDS, k=6))
            rows.append((f"{author}-{number}", author, text))
    folder.mkdir(parents=True, exist_ok=True)
    documents = [rows[start : start + 2] for start in range(0, len(rows), 2)]
    pl.DataFrame(
        {
            "document_id": [document[0][0] for document in documents],
            "post_ids": [[row[0] for row in document] for document in documents],
            "author_ids": [[row[1] for row in document] for document in documents],
            "texts": [[row[2] for row in document] for document in documents],
            "language": ["en"] * len(documents),
            "month": ["2026-01"] * len(documents),
            "platform": ["test"] * len(documents),
            "copies": [1] * len(documents),
            "split": ["train"] * (len(documents) - heldout) + ["heldout"] * heldout,
        }
    ).write_parquet(folder / "documents-00000.parquet")
    return folder
