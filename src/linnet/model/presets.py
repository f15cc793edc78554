"""Architecture presets: Llama-shaped models (RMSNorm, RoPE, SwiGLU, no biases) that train here and run anywhere.

With `qk_norm` the shape is Qwen3's: queries and keys are normalised per head. Every width is a multiple of 32 and so is
the head size, so that q8_0 quantisation (blocks of 32) takes each matrix whole.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.errors import WrongUse

Q8_BLOCK = 32


@dataclass(frozen=True, kw_only=True)
class Architecture:
    d_model: int  # width of the residual stream
    n_layers: int
    n_heads: int
    n_kv_heads: int  # key and value heads; n_heads is a multiple of it
    hidden_size: int  # width of the feed-forward network
    rope_theta: int = 10_000
    norm_eps: float = 1e-5
    tied: bool = True  # whether input embeddings and output head share their weights
    qk_norm: bool = False  # Qwen3's shape instead of Llama's

    def __post_init__(self) -> None:
        for name in ("d_model", "n_layers", "n_heads", "n_kv_heads", "hidden_size"):
            if getattr(self, name) < 1:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.d_model % self.n_heads or self.n_heads % self.n_kv_heads:
            raise WrongUse(
                f"{self.n_heads} heads cannot share d_model {self.d_model} and {self.n_kv_heads} key heads evenly"
            )
        for name in ("d_model", "hidden_size", "head_dim"):
            if getattr(self, name) % Q8_BLOCK:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be a multiple of {Q8_BLOCK}")

    @property
    def head_dim(self) -> int:
        return self.d_model // self.n_heads

    def num_parameters(self, vocab_size: int) -> int:
        """All parameters; an embedding matrix that the head shares counts once."""
        attention = 2 * self.d_model * self.d_model + 2 * self.d_model * self.n_kv_heads * self.head_dim
        feed_forward = 3 * self.d_model * self.hidden_size
        layer = attention + feed_forward + 2 * self.d_model + (2 * self.head_dim if self.qk_norm else 0)
        embeddings = vocab_size * self.d_model * (1 if self.tied else 2)
        return embeddings + self.n_layers * layer + self.d_model

    def flops_per_token(self, vocab_size: int, sequence_length: int) -> int:
        """Floating-point operations of one token's forward and backward pass.

        6 for each weight of a matrix that a token meets (looking up the input embedding costs none), and 12 x layers x
        width x length for the attention scores, causality not discounted: PaLM's count (Chowdhery et al. 2022, app. B).
        """
        norms = self.n_layers * (2 * self.d_model + (2 * self.head_dim if self.qk_norm else 0)) + self.d_model
        lookup = 0 if self.tied else vocab_size * self.d_model
        matrices = self.num_parameters(vocab_size) - norms - lookup
        return 6 * matrices + 12 * self.n_layers * self.d_model * sequence_length


def _shape(width: int, layers: int, heads: int, kv_heads: int, hidden: int, **rest: Any) -> Architecture:
    return Architecture(
        d_model=width, n_layers=layers, n_heads=heads, n_kv_heads=kv_heads, hidden_size=hidden, **rest
    )


# The larger ones follow Llama 3's proportions (Grattafiori et al. 2024, table 3); parameters with the vocabulary below.
PRESETS: Mapping[str, Architecture] = {
    "nano": _shape(128, 4, 2, 2, 352, tied=False),
    "micro": _shape(256, 4, 4, 4, 704, tied=False),
    "small": _shape(768, 14, 12, 12, 2048),
    "1b": _shape(2048, 16, 32, 8, 8192, rope_theta=500_000),
    "7b": _shape(4096, 32, 32, 8, 14336, rope_theta=500_000, tied=False),
    "70b": _shape(8192, 80, 64, 8, 28672, rope_theta=500_000, tied=False),
    "300b": _shape(16384, 92, 128, 16, 53248, rope_theta=500_000, tied=False),
}

VOCABULARIES: Mapping[str, int] = {
    "nano": 8192, "micro": 16384, "small": 32768, "1b": 65536, "7b": 131072, "70b": 131072, "300b": 131072,
}  # fmt: skip
"""The vocabulary that goes with a preset's size."""


def architecture(preset: str, overrides: Mapping[str, Any] | None = None) -> Architecture:
    """A preset by name, with single fields replaced."""
    if preset not in PRESETS:
        raise WrongUse(f'preset "{preset}" is unknown; use one of {", ".join(PRESETS)}')
    known = {field.name for field in dataclasses.fields(Architecture)}
    for name in overrides or {}:
        if name not in known:
            raise WrongUse(f'architecture field "{name}" is unknown; use one of {", ".join(sorted(known))}')
    return dataclasses.replace(PRESETS[preset], **(overrides or {}))
