"""What a request may ask. What we cannot do is refused by name rather than ignored; unknown fields are let pass."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from linnet.protocols import GenerationConfig, Message

MAX_STOP_STRINGS = 4


class StreamOptions(BaseModel):
    include_usage: bool = False


class TextPart(BaseModel):
    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @field_validator("content", mode="before")
    @classmethod
    def only_text(cls, value: Any) -> Any:
        parts = value if isinstance(value, list) else []
        if value is None or any(isinstance(part, dict) and part.get("type") != "text" for part in parts):
            raise ValueError("only text is supported")
        return value

    def to_message(self) -> Message:
        content = self.content
        text = content if isinstance(content, str) else "".join(part.text for part in content)
        return Message(role="system" if self.role == "developer" else self.role, content=text)


class GenerationRequest(BaseModel):
    """What chat and text completions have in common."""

    model: str
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    logit_bias: dict[str, float] | None = None

    @field_validator("n")
    @classmethod
    def one_choice(cls, value: int | None) -> int | None:
        if value not in (None, 1):
            raise ValueError("only n = 1 is supported; send the request several times")
        return value

    @field_validator("presence_penalty", "frequency_penalty", "logit_bias")
    @classmethod
    def not_supported(cls, value: Any) -> Any:
        if value:
            raise ValueError("this is not supported; leave it out")
        return value

    @field_validator("stop")
    @classmethod
    def few_stop_strings(cls, value: str | list[str] | None) -> str | list[str] | None:
        strings = [value] if isinstance(value, str) else value or []
        if len(strings) > MAX_STOP_STRINGS:
            raise ValueError(f"at most {MAX_STOP_STRINGS} stop strings are supported")
        if "" in strings:
            raise ValueError("a stop string must not be empty")
        return value

    @property
    def include_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def token_limit(self) -> int | None:
        return self.max_tokens

    def to_config(self, default_max_tokens: int) -> GenerationConfig:
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return GenerationConfig(
            max_tokens=self.token_limit() or default_max_tokens,
            temperature=1.0 if self.temperature is None else self.temperature,
            top_p=1.0 if self.top_p is None else self.top_p,
            seed=self.seed,
            stop=stop,
        )


class ChatRequest(GenerationRequest):
    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    logprobs: bool | None = None
    response_format: dict[str, Any] | None = None

    @field_validator("tools", "functions", "logprobs")
    @classmethod
    def no_tools(cls, value: Any) -> Any:
        if value:
            raise ValueError("this is not supported; leave it out")
        return value

    @field_validator("response_format")
    @classmethod
    def only_text(cls, value: dict[str, Any] | None) -> dict[str, Any] | None:
        if value and value.get("type") != "text":
            raise ValueError('only {"type": "text"} is supported')
        return value

    def token_limit(self) -> int | None:
        return self.max_completion_tokens or self.max_tokens

    def to_messages(self) -> list[Message]:
        return [message.to_message() for message in self.messages]


class CompletionRequest(GenerationRequest):
    prompt: str | list[Any]
    echo: bool | None = None
    suffix: str | None = None
    best_of: int | None = None
    logprobs: int | None = None

    @field_validator("prompt")
    @classmethod
    def one_text(cls, value: str | list[Any]) -> str | list[Any]:
        if isinstance(value, list) and not (len(value) == 1 and isinstance(value[0], str)):
            raise ValueError("only one prompt, as text, is supported")
        return value

    @field_validator("echo", "suffix", "logprobs")
    @classmethod
    def not_offered(cls, value: Any) -> Any:
        if value:
            raise ValueError("this is not supported; leave it out")
        return value

    @model_validator(mode="after")
    def best_of_one(self) -> CompletionRequest:
        if self.best_of not in (None, 1):
            raise ValueError("only best_of = 1 is supported")
        return self

    def text(self) -> str:
        return self.prompt if isinstance(self.prompt, str) else self.prompt[0]


class EmbeddingRequest(BaseModel):
    model: str
    input: str | list[Any]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None

    @field_validator("input")
    @classmethod
    def texts_only(cls, value: str | list[Any]) -> str | list[Any]:
        texts = [value] if isinstance(value, str) else value
        if not texts:
            raise ValueError("give at least one text")
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("give text, not token ids; this embedder has its own tokenizer")
        if "" in texts:
            raise ValueError("an input text must not be empty")
        return value

    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input
