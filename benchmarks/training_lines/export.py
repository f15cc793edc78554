"""The exported model elsewhere: logits in transformers, text from CTranslate2, the tokenizer's round trip."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.machine import describe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", type=Path, help="a workspace with a base model")
    parser.add_argument("--posts", type=Path, help="a Parquet file of real posts for the round trip")
    parser.add_argument("--column", default="content")
    parser.add_argument("--most", type=int, default=100_000)


def run(args: argparse.Namespace) -> None:
    print(describe("torch", "transformers", "ctranslate2", "ai2-olmo-core"))
    base = args.workspace / "base"
    print(f"largest difference of logits, engine and transformers: {logit_difference(base):.2e}")
    print(f"CTranslate2 continues as transformers does: {ctranslate2_agrees(base / 'hf')}")
    if args.posts:
        lost, count, size = round_trip(base / "hf", args.posts, args.column, args.most)
        print(f"tokenizer round trip: {lost} of {count:,} posts lose anything ({size:,} bytes)")


def logit_difference(base: Path) -> float:
    """The engine's own weights, from the last checkpoint, against the exported folder on the same tokens."""
    import torch
    from olmo_core.distributed.checkpoint import load_model_and_optim_state
    from transformers import AutoModelForCausalLM

    from linnet.model.presets import Architecture
    from linnet.model.tokenizer import load_tokenizer
    from linnet.training.engine import olmo_config

    job = json.loads((base / "job.json").read_text())
    olmo = olmo_config(Architecture(**job["architecture"]), job["vocab_size"], seed=1).build(
        init_device="cpu"
    )
    checkpoint = max((base / "checkpoints").glob("step*"), key=lambda path: int(path.name[4:]))
    load_model_and_optim_state(checkpoint / "model_and_optim", olmo)
    exported: Any = AutoModelForCausalLM.from_pretrained(base / "hf", local_files_only=True)
    tokenizer = load_tokenizer(base / "hf")
    text = "The bird sings at dawn, und морской ветер 海 🐦 https://example.org/a?b=c"
    ids = torch.tensor([tokenizer.encode_document([text] * 2)])
    with torch.inference_mode():
        return float((olmo.eval()(ids) - exported.eval()(ids).logits).abs().max())


def ctranslate2_agrees(model: Path) -> str:
    import ctranslate2
    import torch
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoModelForCausalLM

    from linnet.model.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(model)
    exported: Any = AutoModelForCausalLM.from_pretrained(model, local_files_only=True).eval()
    prompts = [
        tokenizer.encode_document([text])[:-1] for text in ("The news of", "Breaking: the", "I think that we")
    ]
    names = {place: token for token, place in tokenizer._tokenizer.get_vocab().items()}
    with tempfile.TemporaryDirectory() as folder:
        TransformersConverter(str(model)).convert(str(Path(folder) / "ct2"))
        generator = ctranslate2.Generator(str(Path(folder) / "ct2"), device="cpu")
        agreed = 0
        for prompt in prompts:
            with torch.inference_mode():
                theirs = exported.generate(torch.tensor([prompt]), max_new_tokens=16, do_sample=False)[
                    0, len(prompt) :
                ]
            ours = generator.generate_batch(
                [[names[token] for token in prompt]],
                max_length=16,
                sampling_topk=1,
                include_prompt_in_result=False,
            )[0].sequences_ids[0]
            wanted = [token for token in theirs.tolist() if token != tokenizer.end_id]
            agreed += ours[: len(wanted)] == wanted
    return f"{agreed} of {len(prompts)} prompts, greedy, 16 tokens"


def round_trip(model: Path, posts: Path, column: str, most: int) -> tuple[int, int, int]:
    from linnet.model.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(model)
    texts = pl.read_parquet(posts, columns=[column]).head(most)[column].drop_nulls().to_list()
    lost = sum(
        tokenizer.decode(ids, keep_special_tokens=True) != text
        for text, ids in zip(texts, tokenizer.encode_texts(texts), strict=True)
    )
    return lost, len(texts), sum(len(text.encode()) for text in texts)
