"""Limits of the API."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class ApiConfig:
    max_running: int = 16  # requests that a model works on at the same time
    max_waiting: int = 64  # requests that may wait for their turn; one more is refused with 429
    max_body_bytes: int = 8 * 1024 * 1024  # of one request
    max_embedding_inputs: int = 2048  # texts in one request
    default_max_tokens: int = 256  # new tokens when a request names no limit

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            least = 0 if field.name == "max_waiting" else 1
            if value < least:
                raise ValueError(f"{field.name} is {value}; it must be {least} or more")
