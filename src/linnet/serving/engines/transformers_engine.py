"""The same model through transformers, one token at a time: for models that OpenVINO does not take."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

from linnet.serving.engines.local import TokenRequest


class TransformersTokens:
    """A `TokenSource` in this process. Requests take turns token by token: one that nobody reads on holds up no other."""

    def __init__(self, hf: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM

        self._model = AutoModelForCausalLM.from_pretrained(
            hf, dtype=torch.float32, local_files_only=True
        ).eval()
        self._lock = threading.Lock()

    def generate(self, request: TokenRequest) -> Generator[int, None, None]:
        import torch

        chooser = torch.Generator().manual_seed(request.seed) if request.seed is not None else None
        inputs = torch.tensor([request.prompt_ids])
        cache = None
        for _ in range(request.max_tokens):
            # Entered anew for each token: neither a grad mode nor the turn may be kept by a generator that is paused.
            with self._lock, torch.inference_mode():
                output = self._model(input_ids=inputs, past_key_values=cache, use_cache=True)
                token = choose(output.logits[0, -1], request, chooser)
            cache = output.past_key_values
            yield token
            if token in request.stop_ids:
                return
            inputs = torch.tensor([[token]])

    def close(self) -> None:
        """Nothing outlives the object."""


def choose(logits: Any, request: TokenRequest, chooser: Any) -> int:
    """The next token: the likeliest at temperature 0, else drawn from the smallest set with mass top_p."""
    import torch

    if request.temperature == 0:
        return int(logits.argmax())
    probabilities, order = torch.softmax(logits / request.temperature, dim=-1).sort(descending=True)
    before = probabilities.cumsum(dim=-1) - probabilities
    probabilities[before >= request.top_p] = 0.0
    return int(order[torch.multinomial(probabilities, 1, generator=chooser)])
