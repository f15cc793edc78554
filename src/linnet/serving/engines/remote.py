"""Any OpenAI-compatible server as the language model: vLLM, llama.cpp, Ollama, a hosted one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from linnet.errors import BadInput, WrongUse
from linnet.protocols import Generation, GenerationConfig, Message
from linnet.serving.engines.local import TextStream, drain
from linnet.serving.errors import ContextTooLong, ModelUnavailable

if TYPE_CHECKING:
    import httpx

CONNECT_TIMEOUT_SECONDS = 5.0
SHOWN_CHARACTERS = 200  # of a server's own error message


class RemoteModel:
    """Fulfils `protocols.LanguageModel`. Opening it connects to nothing."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        api_key: str | None = None,
        timeout_seconds: float = 120.0,  # between two pieces of an answer
        capable: bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        import httpx

        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise WrongUse(f"base_url is {base_url!r}; give an address such as http://127.0.0.1:8000/v1")
        self.name = model
        self.capable = capable
        self._base_url = base_url.rstrip("/") + ("" if parts.path.strip("/") else "/v1")
        self._timeout_seconds = timeout_seconds
        self._client = httpx.Client(
            timeout=httpx.Timeout(timeout_seconds, connect=min(CONNECT_TIMEOUT_SECONDS, timeout_seconds)),
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            transport=transport,
        )

    def chat(self, messages: Sequence[Message], config: GenerationConfig) -> Generation:
        return drain(self.stream_chat(messages, config))

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> TextStream:
        written = [{"role": message.role, "content": message.content} for message in messages]
        return self._stream("/chat/completions", {"messages": written}, config)

    def complete(self, prompt: str, config: GenerationConfig) -> Generation:
        return drain(self.stream_complete(prompt, config))

    def stream_complete(self, prompt: str, config: GenerationConfig) -> TextStream:
        return self._stream("/completions", {"prompt": prompt}, config)

    def close(self) -> None:
        self._client.close()

    def _stream(self, path: str, body: dict[str, Any], config: GenerationConfig) -> TextStream:
        body |= {
            "model": self.name,
            "max_tokens": config.max_tokens,
            "temperature": config.temperature,
            "top_p": config.top_p,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if config.stop:
            body["stop"] = list(config.stop)
        if config.seed is not None:
            body["seed"] = config.seed
        pieces: list[str] = []
        usage: dict[str, Any] = {}
        finish_reason = ""
        with self._clear_errors(), self._client.stream("POST", self._base_url + path, json=body) as response:
            self._check(response)
            for event in self._events(response):
                usage = event.get("usage") or usage
                for choice in event.get("choices") or ():
                    finish_reason = choice.get("finish_reason") or finish_reason
                    piece = choice.get("text") or (choice.get("delta") or {}).get("content")
                    if piece:
                        pieces.append(piece)
                        yield piece
        if not finish_reason:
            raise ModelUnavailable(f"{self._base_url} broke off in the middle of an answer; ask again")
        return Generation(
            text="".join(pieces),
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            # Servers send about one piece a token, for those that do not count.
            completion_tokens=int(usage.get("completion_tokens") or len(pieces)),
            finish_reason="length" if finish_reason == "length" else "stop",
        )

    def _events(self, response: httpx.Response) -> Iterator[dict[str, Any]]:
        for line in response.iter_lines():
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                return
            event = json.loads(data)
            if not isinstance(event, dict):
                raise ValueError("an event is not a JSON object")
            if event.get("error"):
                raise ModelUnavailable(f"{self._base_url} stopped with an error: {_message(event)[0]}")
            yield event

    def _check(self, response: httpx.Response) -> None:
        if response.status_code == 200:
            return
        response.read()
        try:
            message, code = _message(response.json())
        except ValueError:
            message, code = response.text[:SHOWN_CHARACTERS], ""
        message = " ".join(message.split())
        where = f"{self._base_url} (HTTP {response.status_code})"
        if response.status_code in (401, 403):
            raise ModelUnavailable(
                f"{where} refuses our key; set api_key_env in [model] to the variable that holds it: {message}"
            )
        if response.status_code == 404:
            raise ModelUnavailable(f"{where} does not know the model {self.name!r} or the address: {message}")
        if code == "context_length_exceeded" or "maximum context length" in message:
            raise ContextTooLong(f"{where}: {message}")
        if response.status_code in (400, 413, 422):
            raise BadInput(f"{where} refuses the request: {message}")
        raise ModelUnavailable(f"{where} cannot answer now: {message}")

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        import httpx

        try:
            yield
        except httpx.ConnectError as error:
            raise ModelUnavailable(
                f"{self._base_url} cannot be reached ({error}); start the server or mend base_url in [model]"
            ) from error
        except httpx.TimeoutException as error:
            raise ModelUnavailable(
                f"{self._base_url} gave no answer within {self._timeout_seconds:g} s; "
                "raise timeout_seconds in [model] if it is only slow"
            ) from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"the connection to {self._base_url} failed: {error}") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelUnavailable(
                f"{self._base_url} does not answer as OpenAI's API does: {error}"
            ) from error


def _message(body: Any) -> tuple[str, str]:
    """(message, code) of an error body; servers differ in its shape."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        message = str(error.get("message") or error.get("detail") or error)
        return message[:SHOWN_CHARACTERS], str(error.get("code") or "")
    return str(error)[:SHOWN_CHARACTERS], ""
