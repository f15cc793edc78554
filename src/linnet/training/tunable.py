"""A model and its tokenizer, ready to be tuned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from linnet.errors import NotReady
from linnet.model.tokenizer import ModelTokenizer


def load_tunable(folder: Path, tokenizer: ModelTokenizer, *, threads: int, seed: int) -> Any:
    """The Hugging Face model of `folder` in float32, and the process set to `threads` (0: as it is) and `seed`.

    Raises NotReady where it has another vocabulary than its tokenizer.
    """
    import torch
    from transformers import AutoModelForCausalLM

    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(seed)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    if len(model.get_input_embeddings().weight) != tokenizer.vocab_size:
        raise NotReady(f"the model in {folder} has another vocabulary than its tokenizer; train it again")
    return model
