"""What a chat model loses on held-out conversations, task by task, with 95% intervals.

A loss is in nats a token of the assistant's. Intervals are bootstraps over conversations (Efron's percentiles): tokens
of one conversation belong together. Before and after are resampled together, so their difference is a paired one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from linnet.training.conversations import IGNORED, TrainingConversation
from linnet.training.worker import WorkerChannel

RESAMPLES = 1000
BATCH_TOKENS = 4096  # of a batch, padding counted


def conversation_losses(
    model: Any, conversations: Sequence[TrainingConversation], pad_id: int, channel: WorkerChannel
) -> np.ndarray:
    """The summed loss of each conversation, in nats."""
    import torch
    from torch.nn.functional import cross_entropy

    losses = np.zeros(len(conversations))
    if not conversations:
        return losses
    channel.start("Scoring held-out conversations", len(conversations), "conversations")
    was_training = model.training
    model.eval()
    for batch in _batches(conversations):
        longest = max(len(conversations[index].input_ids) for index in batch)
        ids = torch.full((len(batch), longest), pad_id)
        labels = torch.full((len(batch), longest), IGNORED)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, index in enumerate(batch):
            size = len(conversations[index].input_ids)
            ids[row, :size] = torch.tensor(conversations[index].input_ids)
            labels[row, :size] = torch.tensor(conversations[index].labels)
            mask[row, :size] = 1
        with torch.inference_mode():
            logits = model(input_ids=ids.to(model.device), attention_mask=mask.to(model.device)).logits
        lost = cross_entropy(
            logits[:, :-1].float().transpose(1, 2),
            labels[:, 1:].to(model.device),
            ignore_index=IGNORED,
            reduction="none",
        )
        losses[batch] = lost.double().sum(dim=1).cpu().numpy()
        channel.advance(len(batch))
    model.train(was_training)
    return losses


def _batches(conversations: Sequence[TrainingConversation]) -> list[list[int]]:
    """Positions of conversations of about one length together."""
    order = sorted(range(len(conversations)), key=lambda index: len(conversations[index].input_ids))
    batches: list[list[int]] = []
    for index in order:
        size = len(conversations[index].input_ids)
        if not batches or (len(batches[-1]) + 1) * size > BATCH_TOKENS:
            batches.append([])
        batches[-1].append(index)
    return batches


def compare(before: np.ndarray, after: np.ndarray, counted: np.ndarray, *, seed: int) -> dict[str, Any]:
    """Losses of the same conversations before and after, and after minus before, each with its interval."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(counted), size=(RESAMPLES, len(counted)))
    tokens = counted[chosen].sum(axis=1)

    def interval(losses: np.ndarray) -> dict[str, float]:
        low, high = np.percentile(losses[chosen].sum(axis=1) / tokens, [2.5, 97.5])
        return {"value": float(losses.sum() / counted.sum()), "low": float(low), "high": float(high)}

    return {
        "heldout_loss_before": interval(before),
        "heldout_loss_after": interval(after),
        "heldout_loss_change": interval(after - before),
    }
