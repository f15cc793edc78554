"""Architecture presets: Llama-shaped models (RMSNorm, RoPE, SwiGLU, no biases) that train here and run anywhere.

Every width is a multiple of 32 and so is the head size, so that q8_0 quantisation (blocks of 32) takes each matrix
whole. Input embeddings and output head share their weights.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

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
        """All parameters, the shared embedding matrix counted once."""
        attention = 2 * self.d_model * self.d_model + 2 * self.d_model * self.n_kv_heads * self.head_dim
        feed_forward = 3 * self.d_model * self.hidden_size
        layer = attention + feed_forward + 2 * self.d_model
        return vocab_size * self.d_model + self.n_layers * layer + self.d_model


PRESETS: Mapping[str, Architecture] = {
    "nano": Architecture(d_model=128, n_layers=4, n_heads=2, n_kv_heads=2, hidden_size=384),
    "micro": Architecture(d_model=384, n_layers=6, n_heads=6, n_kv_heads=6, hidden_size=1024),
    "small": Architecture(d_model=768, n_layers=16, n_heads=12, n_kv_heads=12, hidden_size=2048),
}


def architecture(preset: str, overrides: Mapping[str, int] | None = None) -> Architecture:
    """A preset by name, with single fields replaced."""
    if preset not in PRESETS:
        raise WrongUse(f'preset "{preset}" is unknown; use one of {", ".join(PRESETS)}')
    known = {field.name for field in dataclasses.fields(Architecture)}
    for name in overrides or {}:
        if name not in known:
            raise WrongUse(f'architecture field "{name}" is unknown; use one of {", ".join(sorted(known))}')
    return dataclasses.replace(PRESETS[preset], **(overrides or {}))  # type: ignore[arg-type]
