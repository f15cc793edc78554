"""A language model of our own: text in, tokens made by a `TokenSource`, text out.

Everything about text (chat format, stop strings, half characters, the context limit) is here, once,
so an engine only has to turn token ids into more token ids.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from linnet.protocols import Generation, GenerationConfig, Message
from linnet.serving.chat_tokens import ChatTokenizer
from linnet.serving.errors import ContextTooLong
from linnet.serving.text_assembler import TextAssembler

# A stream yields pieces of text and returns the whole Generation when it ends by itself.
TextStream = Generator[str, None, Generation]


@dataclass(frozen=True, kw_only=True)
class TokenRequest:
    prompt_ids: tuple[int, ...]
    max_tokens: int  # new tokens at most
    temperature: float  # 0 is greedy
    top_p: float
    seed: int | None  # 31 bits; None: another answer each time
    stop_ids: frozenset[int]


class TokenSource(Protocol):
    """Makes tokens. Safe to call from several threads."""

    def generate(self, request: TokenRequest) -> Generator[int, None, None]:
        """New token ids, a stop id included as the last one. Closing the generator stops the work."""

    def close(self) -> None: ...


class LocalModel:
    """Fulfils `protocols.LanguageModel`. The weights are loaded at the first request."""

    def __init__(
        self,
        *,
        name: str,
        capable: bool,
        tokenizer: ChatTokenizer,
        context_length: int,
        open_source: Callable[[], TokenSource],
    ) -> None:
        self.name = name
        self.capable = capable
        self.context_length = context_length  # tokens, prompt and answer together
        self._tokenizer = tokenizer
        self._open_source = open_source
        self._opened: TokenSource | None = None
        self._lock = threading.Lock()

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        return drain(self.stream_chat(messages, config))

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> TextStream:
        assembler = TextAssembler(config.stop, drop_first=self._tokenizer.first_space)
        return self._stream(self._tokenizer.encode_chat(messages), config, assembler)

    def complete(self, prompt: str, config: GenerationConfig) -> Generation:
        return drain(self.stream_complete(prompt, config))

    def stream_complete(self, prompt: str, config: GenerationConfig) -> TextStream:
        return self._stream(self._tokenizer.encode_prompt(prompt), config, TextAssembler(config.stop))

    def start(self) -> None:
        """Load the weights now, instead of at the first request."""
        self._source()

    def close(self) -> None:
        with self._lock:
            if self._opened is not None:
                self._opened.close()
            self._opened = None

    def _source(self) -> TokenSource:
        with self._lock:
            if self._opened is None:
                self._opened = self._open_source()
            return self._opened

    def _stream(
        self, prompt_ids: list[int], config: GenerationConfig, assembler: TextAssembler
    ) -> TextStream:
        room = self.context_length - len(prompt_ids)
        if room < 1:
            raise ContextTooLong(
                f"the prompt has {len(prompt_ids)} tokens, but {self.name} takes {self.context_length} "
                "with the answer; shorten it"
            )
        request = TokenRequest(
            prompt_ids=tuple(prompt_ids),
            max_tokens=min(config.max_tokens, room),
            temperature=config.temperature,
            top_p=config.top_p,
            seed=None if config.seed is None else config.seed % 2**31,
            stop_ids=self._tokenizer.stop_ids,
        )
        return self._pieces(request, assembler)

    def _pieces(self, request: TokenRequest, assembler: TextAssembler) -> TextStream:
        pieces: list[str] = []
        completion_tokens = 0
        finish_reason = "length"
        with closing(self._source().generate(request)) as tokens:
            for token in tokens:
                completion_tokens += 1
                if token in request.stop_ids:
                    finish_reason = "stop"
                    break
                if piece := assembler.feed(self._tokenizer.token_bytes(token)):
                    pieces.append(piece)
                    yield piece
                if assembler.stopped:
                    finish_reason = "stop"
                    break
        if piece := assembler.finish():
            pieces.append(piece)
            yield piece
        return Generation(
            text="".join(pieces),
            prompt_tokens=len(request.prompt_ids),
            completion_tokens=completion_tokens,
            finish_reason=finish_reason,
        )


def drain(stream: TextStream) -> Generation:
    """Run a stream to its end."""
    while True:
        try:
            next(stream)
        except StopIteration as end:
            return end.value
