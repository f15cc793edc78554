"""Deterministic replies, for tests and for trying the API without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from linnet.protocols import Generation, GenerationConfig, Message
from linnet.serving.engines.local import TextStream, drain
from linnet.serving.text_assembler import TextAssembler


class CannedModel:
    """Answers what `reply` makes of the last user message; a string is said each time; None repeats the message.

    A word with the white space before it counts as one token.
    """

    def __init__(
        self,
        reply: str | Callable[[str], str] | None = None,
        *,
        name: str = "canned",
        capable: bool = False,
        context_length: int = 8192,
    ) -> None:
        self.name = name
        self.capable = capable
        self.context_length = context_length  # tokens, the prompt and the answer together
        self._reply = reply

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        return drain(self.stream_chat(messages, config))

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> TextStream:
        last = next((message.content for message in reversed(messages) if message.role == "user"), "")
        return self._stream(last, " ".join(message.content for message in messages), config)

    def complete(self, prompt: str, config: GenerationConfig) -> Generation:
        return drain(self.stream_complete(prompt, config))

    def stream_complete(self, prompt: str, config: GenerationConfig) -> TextStream:
        return self._stream(prompt, prompt, config)

    def _stream(self, last: str, prompt: str, config: GenerationConfig) -> TextStream:
        from linnet.serving.errors import ContextTooLong

        prompt_tokens = len(_words(prompt))
        if prompt_tokens >= self.context_length:
            raise ContextTooLong(
                f"the prompt has {prompt_tokens} tokens, but {self.name} takes {self.context_length} "
                "with the answer; shorten it"
            )
        reply = self._reply(last) if callable(self._reply) else self._reply
        words = _words(f"You said: {last}" if reply is None else reply)
        return self._pieces(words, prompt_tokens, config)

    def _pieces(self, words: list[str], prompt_tokens: int, config: GenerationConfig) -> TextStream:
        assembler = TextAssembler(config.stop)
        pieces, completion_tokens = [], 0
        for word in words[: config.max_tokens]:
            completion_tokens += 1
            if piece := assembler.feed(word.encode("utf-8", "replace")):
                pieces.append(piece)
                yield piece
            if assembler.stopped:
                break
        if piece := assembler.finish():
            pieces.append(piece)
            yield piece
        cut = completion_tokens == config.max_tokens < len(words) and not assembler.stopped
        return Generation(
            text="".join(pieces),
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            finish_reason="length" if cut else "stop",
        )


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)
