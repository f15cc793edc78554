"""The policy of masking."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PrivacyConfig:
    """A mention is public and part of how posts speak to each other, so it stays unless the operator says otherwise;
    a model that is shown to others is better trained with "mask"."""

    handles: str = "keep"  # "keep" leaves @mentions as they are, "mask" makes each [handle]

    def __post_init__(self) -> None:
        if self.handles not in ("keep", "mask"):
            raise ValueError(f'handles is {self.handles!r}; it must be "keep" or "mask"')


DEFAULT = PrivacyConfig()
