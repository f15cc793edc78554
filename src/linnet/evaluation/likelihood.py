"""What a model thinks of token sequences: windows over long ones, batches of like length, nats for each target.

`Scorer` loads a Hugging Face model folder that holds one of our tokenizers. A sequence is a header (`<|bos|>` and
control tokens, which are given and never scored) and a body, of which every token is scored exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.model.tokenizer import load_tokenizer
from linnet.training.run_folder import MODEL_FOLDER

LOGITS_AT_ONCE = 2**25  # numbers of 4 bytes: a batch's predictions are what takes memory


@dataclass(frozen=True, slots=True)
class Window:
    inputs: list[int]
    targets: list[int]  # for each of the last len(targets) inputs, the token that follows it


def windows_of(header: Sequence[int], body: Sequence[int], context_length: int) -> list[Window]:
    """Split a sequence so that every token of the body is a target exactly once.

    Every window begins with the header, so that what is given stays given; a window after the first sees at least
    half a context (less the header) of the body before the first token that it scores.
    """
    room = context_length - len(header)  # tokens of the body that a window can read
    if room < 1:
        raise NotReady(
            f"a context of {context_length} tokens has no room beside the {len(header)} given ones; "
            "use a model with a longer context"
        )
    done = min(room + 1, len(body))
    windows = [Window([*header, *body[: done - 1]], list(body[:done]))]
    stride = max(room // 2, 1)
    while done < len(body):
        end = min(done + stride, len(body))
        windows.append(Window([*header, *body[max(end - 1 - room, 0) : end - 1]], list(body[done:end])))
        done = end
    return windows


def batches(windows: Sequence[Window], batch_tokens: int) -> Iterator[list[int]]:
    """Positions of windows of similar length together, so that little is padded; the shortest first."""
    batch: list[int] = []
    for position in sorted(range(len(windows)), key=lambda position: len(windows[position].inputs)):
        if batch and len(windows[position].inputs) * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


class Scorer:
    """One model, ready to score. `folder` is a model folder or the stage's folder around it."""

    def __init__(self, folder: Path, *, batch_tokens: int = 4096) -> None:
        """`batch_tokens` bounds a batch, padding included."""
        import torch
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        if not (folder / "config.json").exists():
            folder = folder / MODEL_FOLDER
        if not (folder / "config.json").exists():
            raise NotReady(f"no model in {folder.parent}; train one first: linnet build")
        self.folder = folder
        self.tokenizer = load_tokenizer(folder)
        logging.disable_progress_bar()
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
        self.model = model.eval().to(self._device)
        self.context_length: int = model.config.max_position_embeddings
        self.batch_tokens = max(min(batch_tokens, LOGITS_AT_ONCE // model.config.vocab_size), 1)

    def nats(self, windows: Sequence[Window]) -> Iterator[tuple[int, float]]:
        """(position of a window, negative log-likelihood of its targets), batch by batch."""
        import torch
        from torch.nn.functional import cross_entropy

        with torch.inference_mode():
            for batch in batches(windows, self.batch_tokens):
                logits, labels = self._predictions([windows[position] for position in batch])
                losses = cross_entropy(
                    logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="none"
                ).view(labels.shape)
                yield from zip(batch, losses.double().sum(1).tolist(), strict=True)

    def greedy_matches(self, windows: Sequence[Window]) -> Iterator[tuple[int, int]]:
        """(position of a window, how many of its targets greedy decoding gives before it first differs).

        One pass over the true continuation: up to the first difference it is what greedy decoding would have written.
        """
        import torch

        with torch.inference_mode():
            for batch in batches(windows, self.batch_tokens):
                logits, labels = self._predictions([windows[position] for position in batch])
                right = (logits.argmax(-1) == labels) | (labels == -100)
                told = (right.cumprod(1).bool() & (labels != -100)).sum(1)
                yield from zip(batch, told.tolist(), strict=True)

    def _predictions(self, batch: Sequence[Window]) -> tuple[Any, Any]:
        """(logits, labels), -100 where nothing is scored. Padding stands behind the text, where causal attention
        never looks."""
        import torch

        length = max(len(window.inputs) for window in batch)
        input_ids = torch.full((len(batch), length), self.tokenizer.pad_id)
        labels = torch.full((len(batch), length), -100)
        for row, window in enumerate(batch):
            size = len(window.inputs)
            input_ids[row, :size] = torch.tensor(window.inputs)
            labels[row, size - len(window.targets) : size] = torch.tensor(window.targets)
        logits = self.model(input_ids=input_ids.to(self._device), use_cache=False).logits
        return logits, labels.to(self._device)
