"""Bits per byte: how well a model predicts posts, on a scale that does not depend on its tokenizer.

Every post is scored alone: the negative log2 probability of all its tokens after `<|bos|>` and of the `<|end|>` that
closes it, over the bytes of its UTF-8 text. Nothing is masked and nothing dropped: a post longer than the model's
context is read in overlapping windows, each token scored once with at least half a context before it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linnet.errors import LinnetError, NotReady
from linnet.model.tokenizer import BOS_ID, END_ID, PAD_ID, load_tokenizer
from linnet.progress import SILENT, Progress

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class BitsPerByteReport:
    bits_per_byte: float  # lower is better
    bytes: int  # of UTF-8 text
    posts: int
    tokens: int  # scored: the text's and one <|end|> a post


@dataclass(frozen=True, slots=True)
class Window:
    inputs: list[int]
    targets: list[int]  # for each of the last len(targets) inputs, the token that follows it


def bits_per_byte(
    model: Path, texts: Iterable[str], *, batch_tokens: int = 4096, progress: Progress = SILENT
) -> BitsPerByteReport:
    """Score `texts` under the Hugging Face model folder `model`. `batch_tokens` bounds a batch, padding included."""
    import torch
    from transformers import AutoModelForCausalLM

    if not (model / "config.json").exists():
        raise NotReady(f"no model in {model}; train one first: linnet pretrain")
    tokenizer = load_tokenizer(model)
    texts = list(texts)
    num_bytes = sum(len(text.encode()) for text in texts)
    if not num_bytes:
        raise NotReady("no text to score: the held-out part of the corpus is empty; ingest more posts")
    encoded = tokenizer.encode_texts(texts)
    for text, ids in zip(texts, encoded, strict=True):
        if tokenizer.decode(ids, keep_special_tokens=True) != text:
            raise LinnetError(
                f"the tokenizer in {model} loses text, so bits per byte mean nothing: {text[:60]!r}"
            )

    language_model: Any = AutoModelForCausalLM.from_pretrained(
        model, dtype=torch.float32, local_files_only=True
    )
    language_model.eval()
    context_length = language_model.config.max_position_embeddings
    windows = [window for ids in encoded for window in windows_of([BOS_ID, *ids, END_ID], context_length)]
    nats = 0.0
    progress.start("Measuring bits per byte", len(windows), "windows")
    with torch.inference_mode():
        for batch in _batches(windows, batch_tokens):
            nats += _negative_log_likelihood(language_model, batch)
            progress.advance(len(batch))
    progress.finish()
    return BitsPerByteReport(
        bits_per_byte=nats / math.log(2) / num_bytes,
        bytes=num_bytes,
        posts=len(texts),
        tokens=sum(len(window.targets) for window in windows),
    )


def windows_of(ids: list[int], context_length: int) -> list[Window]:
    """Split a sequence so that every token but the first is a target exactly once."""
    inputs, targets = ids[:-1], ids[1:]
    windows = [Window(inputs[:context_length], targets[:context_length])]
    done = context_length
    stride = max(context_length // 2, 1)
    while done < len(targets):
        end = min(done + stride, len(targets))
        windows.append(Window(inputs[max(end - context_length, 0) : end], targets[done:end]))
        done = end
    return windows


def _batches(windows: list[Window], batch_tokens: int) -> Iterator[list[Window]]:
    """Windows of similar length together, so that little is padded."""
    batch: list[Window] = []
    for window in sorted(windows, key=lambda window: len(window.inputs)):
        if batch and len(window.inputs) * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _negative_log_likelihood(language_model: Any, batch: list[Window]) -> float:
    """In nats, summed over the targets. Padding stands behind the text, where causal attention never looks."""
    import torch
    from torch.nn.functional import cross_entropy

    length = max(len(window.inputs) for window in batch)
    input_ids = torch.full((len(batch), length), PAD_ID)
    labels = torch.full((len(batch), length), -100)
    for row, window in enumerate(batch):
        size = len(window.inputs)
        input_ids[row, :size] = torch.tensor(window.inputs)
        labels[row, size - len(window.targets) : size] = torch.tensor(window.targets)
    logits: torch.Tensor = language_model(input_ids=input_ids, use_cache=False).logits
    return float(cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"))
