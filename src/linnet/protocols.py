"""What the apps ask for, so that they meet through small protocols and never import each other.

`wiring.py` joins each protocol to what fulfils it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from linnet.records import Hit


@dataclass(frozen=True, kw_only=True)
class Message:
    role: str  # "system", "user" or "assistant"
    content: str


@dataclass(frozen=True, kw_only=True)
class GenerationConfig:
    max_tokens: int = 128  # new tokens at most
    temperature: float = 0.0  # 0 is greedy
    top_p: float = 1.0
    seed: int | None = None
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise ValueError(f"max_tokens is {self.max_tokens}; it must be 1 or more")
        if not 0.0 <= self.temperature <= 2.0:
            raise ValueError(f"temperature is {self.temperature}; it must lie in 0..2")
        if not 0.0 < self.top_p <= 1.0:
            raise ValueError(f"top_p is {self.top_p}; it must lie in (0, 1]")


@dataclass(frozen=True, kw_only=True)
class Generation:
    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str  # "stop" or "length"


class LanguageModel(Protocol):
    """A model that talks. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """The id under which the API lists it."""

    @property
    def capable(self) -> bool:
        """Whether it can be trusted to compose an answer from posts. A tiny model cannot: apps then extract."""

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation: ...

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> Iterator[str]:
        """Pieces of text as they are made."""

    def complete(self, prompt: str, config: GenerationConfig) -> Generation: ...

    def stream_complete(self, prompt: str, config: GenerationConfig) -> Iterator[str]: ...


class Embedder(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Any:
        """float32 array of shape (len(texts), dimensions), rows of unit length."""


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """What a retriever found. `coverage` is the share of retrievable posts each part of the index holds, 0..1."""

    hits: tuple[Hit, ...]
    query: Mapping[str, Any]  # the query as understood: words and filters
    coverage: Mapping[str, float]  # {"lexical": 1.0, "vectors": 0.31}
    as_of: datetime | None  # the newest post in the index
    notes: tuple[str, ...] = field(default=())


class Retriever(Protocol):
    def retrieve(self, query: str, *, limit: int, reader: str | None, purpose: str = "retrieve") -> Retrieved:
        """Best hits first. `reader` is an author id, None for an anonymous reader.

        Never returns a post that `reader` may not see or whose author denies `purpose`.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A post as an index knows it, before the last check."""

    post_id: str
    author_id: str
    visibility: str
    repost_of: str | None = None


class PostGate(Protocol):
    """The last check before a post surfaces: the state of the store now, not of an index built earlier."""

    def visible(
        self, candidates: Sequence[Candidate], *, purpose: str, reader: str | None, index_seq: int
    ) -> set[str]:
        """The post_ids that `reader` may be shown for `purpose` at this moment.

        A post that was withdrawn, restricted or edited after `index_seq` is left out until the index caught up.
        A repost repeats its original: it is left out when that one may not be shown.
        """


@dataclass(frozen=True, kw_only=True)
class ChangeBatch:
    """Some changes of the post store in order. Applying batches again from an earlier `seq` does no harm."""

    upserts: Any  # pyarrow.Table with POST_SCHEMA: the posts as they are now
    removed: tuple[str, ...]  # post_ids that must not be in the index any more
    seq: int  # once this batch is applied and on disk, the index has reached this sequence number


class ChangeFeed(Protocol):
    """The posts that an index follows. The post store fulfils it."""

    def current_seq(self) -> int:
        """Grows with every change of posts or consent; 0 for an empty store."""

    def changes(self, *, purpose: str, since_seq: int) -> Iterator[ChangeBatch]:
        """Everything after `since_seq` for `purpose`, oldest first; since_seq=0 is the whole store."""

    def count(self, *, purpose: str) -> int:
        """Posts that may be used for `purpose` by anyone."""
