"""The endpoints. Each checks its request, hands the blocking part to the job queue, and shapes the answer."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from linnet import __version__
from linnet.errors import LinnetError
from linnet.protocols import Embedder, Generation, LanguageModel
from linnet.serving.api.config import ApiConfig
from linnet.serving.api.errors import ApiError, model_not_found, shown_error
from linnet.serving.api.jobs import GenerationJob, JobQueue
from linnet.serving.api.metrics import ApiMetrics
from linnet.serving.api.requests import ChatRequest, CompletionRequest, EmbeddingRequest, GenerationRequest
from linnet.serving.api.route import EventStream, api_route_class

LanguageModelSource = LanguageModel | Callable[[], LanguageModel]
EmbedderSource = Embedder | Callable[[], Embedder]


class Models:
    """The models behind the API, opened at the first request that needs them."""

    def __init__(self, language_model: LanguageModelSource, embedder: EmbedderSource) -> None:
        self._language_model = _Once(language_model, "chat")
        self._embedder = _Once(embedder, "embed")
        self._embedding = threading.Lock()  # an embedder promises nothing about threads

    def names(self) -> list[str]:
        """Of the models that can be opened now."""
        names = []
        for source in (self._language_model, self._embedder):
            try:
                names.append(source.get().name)
            except LinnetError:  # not trained yet: a request for it says so
                continue
        return names

    def language_model(self, name: str) -> LanguageModel:
        model: LanguageModel = self._language_model.get()
        if model.name != name:
            raise model_not_found(name)
        return model

    def embed(self, request: EmbeddingRequest) -> Any:
        embedder: Embedder = self._embedder.get()
        if embedder.name != request.model:
            raise model_not_found(request.model)
        if request.dimensions not in (None, embedder.dimensions):
            raise ApiError(
                400, f"{embedder.name} makes {embedder.dimensions} dimensions only.", param="dimensions"
            )
        with self._embedding:
            return embedder.embed(request.texts())


class _Once:
    """A value, or what makes it when first asked for. A failure is not remembered."""

    def __init__(self, source: Any, method: str) -> None:
        ready = hasattr(source, method)
        self._value = source if ready else None
        self._make = None if ready else source
        self._lock = threading.Lock()

    def get(self) -> Any:
        with self._lock:
            if self._value is None:
                assert self._make is not None
                self._value = self._make()
            return self._value


def create_api(
    *,
    language_model: LanguageModelSource,
    embedder: EmbedderSource,
    clock: Callable[[], float] = time.time,
    config: ApiConfig | None = None,
    registry: CollectorRegistry | None = None,
) -> APIRouter:
    """The router. Models may be given as functions that open them; a function is called once, in a worker thread."""
    config = config or ApiConfig()
    models = Models(language_model, embedder)
    metrics = ApiMetrics(registry or CollectorRegistry())
    jobs = JobQueue(
        max_running=config.max_running, max_waiting=config.max_waiting, on_refused=metrics.refused.inc
    )
    router = APIRouter(route_class=api_route_class(metrics, config.max_body_bytes))

    def model_card(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": int(clock()), "owned_by": "linnet"}

    async def answer(
        request: Request,
        asked: GenerationRequest,
        style: AnswerStyle,
        make_stream: Callable[[], Iterator[str]],
    ) -> Any:
        """Run one generation to the end, or start streaming it once its first piece is there."""
        started = time.perf_counter()
        job = GenerationJob(jobs, make_stream)

        def count(pieces: int) -> Generation:
            generation = job.generation or _uncounted(pieces)
            metrics.prompt_tokens.inc(generation.prompt_tokens)
            metrics.completion_tokens.inc(generation.completion_tokens)
            return generation

        try:
            pieces = job.pieces()
            # Errors up to here still get their own status: nothing has been sent.
            first = await _unless_gone(request, job, anext(pieces, None))
            metrics.first_text_seconds.observe(time.perf_counter() - started)
            if asked.stream:
                events = _events(asked, style, first, pieces, count)
                return EventStream(events, on_close=job.cancel)
            rest = await _unless_gone(request, job, _collect(pieces))
            texts = [*([] if first is None else [first]), *rest]
            return style.whole("".join(texts), count(len(texts)))
        except BaseException:
            job.cancel()
            raise

    @router.get("/v1/models")
    async def list_models() -> Any:
        return {"object": "list", "data": [model_card(name) for name in await jobs.run(models.names)]}

    @router.get("/v1/models/{name:path}")
    async def one_model(name: str) -> Any:
        if name not in await jobs.run(models.names):
            raise model_not_found(name)
        return model_card(name)

    @router.post("/v1/chat/completions")
    async def chat_completions(asked: ChatRequest, request: Request) -> Any:
        messages, settings = asked.to_messages(), asked.to_config(config.default_max_tokens)
        style = ChatStyle(model=asked.model, created=int(clock()))
        return await answer(
            request, asked, style, lambda: models.language_model(asked.model).stream_chat(messages, settings)
        )

    @router.post("/v1/completions")
    async def completions(asked: CompletionRequest, request: Request) -> Any:
        prompt, settings = asked.text(), asked.to_config(config.default_max_tokens)
        style = CompletionStyle(model=asked.model, created=int(clock()))
        return await answer(
            request,
            asked,
            style,
            lambda: models.language_model(asked.model).stream_complete(prompt, settings),
        )

    @router.post("/v1/embeddings")
    async def embeddings(asked: EmbeddingRequest) -> Any:
        if len(asked.texts()) > config.max_embedding_inputs:
            raise ApiError(400, f"Send at most {config.max_embedding_inputs} texts at once.", param="input")
        vectors = await jobs.run(lambda: models.embed(asked))
        return {
            "object": "list",
            "model": asked.model,
            "data": [
                {"object": "embedding", "index": index, "embedding": _written(vector, asked.encoding_format)}
                for index, vector in enumerate(vectors)
            ],
            # An embedder does not tell its token count.
            "usage": {"prompt_tokens": 0, "total_tokens": 0},
        }

    @router.get("/healthz")
    async def healthz() -> Any:
        return {"status": "ok", "version": __version__}

    @router.get("/metrics")
    async def prometheus() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


class AnswerStyle:
    """How an answer is written: whole, or as chunks."""

    prefix: str
    whole_object: str
    chunk_object: str

    def __init__(self, *, model: str, created: int) -> None:
        self._base = {"id": f"{self.prefix}-{uuid.uuid4().hex}", "created": created, "model": model}

    def whole(self, text: str, generation: Generation) -> dict[str, Any]:
        choice = {
            "index": 0,
            **self.content(text),
            "finish_reason": generation.finish_reason,
            "logprobs": None,
        }
        return {**self._base, "object": self.whole_object, "choices": [choice], "usage": usage(generation)}

    def chunk(self, content: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, **content, "finish_reason": finish_reason, "logprobs": None}
        return {**self._base, "object": self.chunk_object, "choices": [choice]}

    def usage_chunk(self, generation: Generation) -> dict[str, Any]:
        return {**self._base, "object": self.chunk_object, "choices": [], "usage": usage(generation)}

    def content(self, text: str) -> dict[str, Any]:
        raise NotImplementedError

    def opening(self) -> list[dict[str, Any]]:
        """Chunks before the first text."""
        return []

    def delta(self, text: str) -> dict[str, Any]:
        raise NotImplementedError


class ChatStyle(AnswerStyle):
    prefix, whole_object, chunk_object = "chatcmpl", "chat.completion", "chat.completion.chunk"

    def content(self, text: str) -> dict[str, Any]:
        return {"message": {"role": "assistant", "content": text, "refusal": None}}

    def opening(self) -> list[dict[str, Any]]:
        return [self.chunk({"delta": {"role": "assistant", "content": ""}})]

    def delta(self, text: str) -> dict[str, Any]:
        return {"delta": {"content": text} if text else {}}


class CompletionStyle(AnswerStyle):
    prefix, whole_object, chunk_object = "cmpl", "text_completion", "text_completion"

    def content(self, text: str) -> dict[str, Any]:
        return {"text": text}

    def delta(self, text: str) -> dict[str, Any]:
        return {"text": text}


def usage(generation: Generation) -> dict[str, int]:
    return {
        "prompt_tokens": generation.prompt_tokens,
        "completion_tokens": generation.completion_tokens,
        "total_tokens": generation.prompt_tokens + generation.completion_tokens,
    }


async def _events(
    asked: GenerationRequest,
    style: AnswerStyle,
    first: str | None,
    rest: AsyncIterator[str],
    count: Callable[[int], Generation],
) -> AsyncIterator[str]:
    """The whole stream of server-sent events. An error on the way is an event too: the status has been sent."""
    for chunk in style.opening():
        yield _event(chunk)
    num_pieces = 0
    try:
        if first is not None:
            num_pieces += 1
            yield _event(style.chunk(style.delta(first)))
            async for piece in rest:
                num_pieces += 1
                yield _event(style.chunk(style.delta(piece)))
    except Exception as error:
        yield _event(shown_error(error, "a stream").body())
        return
    generation = count(num_pieces)
    yield _event(style.chunk(style.delta(""), generation.finish_reason))
    if asked.include_usage:
        yield _event(style.usage_chunk(generation))
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


async def _collect(pieces: AsyncIterator[str]) -> list[str]:
    return [piece async for piece in pieces]


async def _unless_gone(request: Request, job: GenerationJob, work: Any) -> Any:
    """Await `work`, but stop the job when the client hangs up."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ApiError(499, "The client closed the connection.")
        return await working
    finally:
        for task in (working, watching):
            task.cancel()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _written(vector: Any, encoding_format: str) -> Any:
    import numpy as np

    numbers = np.asarray(vector, dtype="<f4")
    return base64.b64encode(numbers.tobytes()).decode() if encoding_format == "base64" else numbers.tolist()


def _uncounted(pieces: int) -> Generation:
    """For a model whose streams tell nothing but text: a piece counts as a token."""
    return Generation(text="", prompt_tokens=0, completion_tokens=pieces, finish_reason="stop")
