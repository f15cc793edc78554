"""A capable model that says what a test wants it to say, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from linnet.protocols import Generation, GenerationConfig, Message


class ScriptedModel:
    def __init__(self, reply: str | Callable[[str], str] = "", *, capable: bool = True) -> None:
        self.name = "scripted"
        self.capable = capable
        self.reply = reply
        self.prompts: list[str] = []

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        prompt = "\n".join(message.content for message in messages)
        self.prompts.append(prompt)
        text = self.reply(prompt) if callable(self.reply) else self.reply
        return Generation(text=text, prompt_tokens=1, completion_tokens=1, finish_reason="stop")

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> Iterator[str]:
        yield self.chat(messages, config).text

    def complete(self, prompt: str, config: GenerationConfig) -> Generation:
        raise NotImplementedError

    def stream_complete(self, prompt: str, config: GenerationConfig) -> Iterator[str]:
        raise NotImplementedError
