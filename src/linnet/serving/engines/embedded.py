"""The workspace's own chat model in OpenVINO, many requests at once. See `openvino_worker.py` for the other end."""

from __future__ import annotations

import atexit
import itertools
import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import linnet
from linnet.errors import BadInput, LinnetError, NotReady
from linnet.serving.chat_tokens import ChatTokenizer
from linnet.serving.engines.local import LocalModel, TokenRequest, TokenSource
from linnet.serving.errors import ModelUnavailable
from linnet.serving.gguf import TensorFiles, read_llama_config, write_gguf

GGUF_FILE = "model-q8_0.gguf"
CAPABLE_PARAMETERS = 1_000_000_000  # below this a model cannot be trusted to compose an answer from posts

logger = logging.getLogger(__name__)


def open_embedded(
    chat_model: Path | None, *, name: str, capable: bool | None = None, engine: str = "embedded"
) -> LocalModel:
    """The model of a stage folder (with `hf/` in it) or of a Hugging Face folder.

    `capable` None decides by size. `engine` "transformers" leaves OpenVINO out.
    """
    hf = find_hf(chat_model)
    config = json.loads((hf / "config.json").read_text(encoding="utf-8"))
    if capable is None:
        with TensorFiles(hf) as tensors:
            capable = tensors.num_parameters() >= CAPABLE_PARAMETERS

    def open_transformers() -> TokenSource:
        from linnet.serving.engines.transformers_engine import TransformersTokens

        return TransformersTokens(hf)

    def open_openvino() -> TokenSource:
        try:
            return OpenVinoTokens(current_gguf(hf))
        except LinnetError as error:
            logger.warning("OpenVINO does not run %s (%s); transformers runs it, slower", name, error)
            return open_transformers()

    return LocalModel(
        name=name,
        capable=capable,
        tokenizer=ChatTokenizer(hf),
        context_length=int(config["max_position_embeddings"]),
        open_source=open_transformers if engine == "transformers" else open_openvino,
    )


def find_hf(chat_model: Path | None) -> Path:
    if chat_model is not None:
        for folder in (chat_model, chat_model / "hf"):
            if (folder / "config.json").exists():
                return folder
    where = f" in {chat_model}" if chat_model is not None else ""
    raise NotReady(f"there is no chat model{where} yet; make one with: linnet build")


def current_gguf(hf: Path) -> Path:
    """The GGUF beside `hf`, written again when the model or tokenizer is newer."""
    out = (hf.parent if hf.name == "hf" else hf) / GGUF_FILE
    sources = [
        *hf.glob("*.safetensors"),
        hf / "config.json",
        hf / "tokenizer.json",
        hf / "tokenizer_config.json",
    ]
    newest = max((path.stat().st_mtime_ns for path in sources if path.exists()), default=0)
    if out.exists() and out.stat().st_mtime_ns >= newest:
        return out
    read_llama_config(hf)
    try:
        return write_gguf(hf, out)
    except OSError as error:
        raise BadInput(f"{out} cannot be written: {error}") from error


class OpenVinoTokens:
    """A `TokenSource` in a child process, started at once and started anew after it died."""

    def __init__(self, gguf: Path) -> None:
        self._gguf = gguf
        self._lock = threading.Lock()
        self._ids = itertools.count(1)
        self._child = _Child(gguf)
        atexit.register(self.close)

    def generate(self, request: TokenRequest) -> Generator[int, None, None]:
        request_id = next(self._ids)
        child = self._living_child()
        answers = child.submit(
            request_id,
            {
                "id": request_id,
                "prompt_ids": request.prompt_ids,
                "max_tokens": request.max_tokens,
                "temperature": request.temperature,
                "top_p": request.top_p,
                "seed": request.seed,
                "stop_ids": sorted(request.stop_ids),
            },
        )
        ended = False
        try:
            while not ended:
                answer = answers.get()
                if isinstance(answer, Exception):
                    ended = True
                    raise answer
                yield from answer["tokens"]
                ended = answer["ended"]
        finally:
            if not ended:
                child.cancel(request_id)

    def close(self) -> None:
        atexit.unregister(self.close)
        self._child.close()

    def _living_child(self) -> _Child:
        with self._lock:
            if self._child.exit_reason is not None:
                self._child = _Child(self._gguf)
            return self._child


class _Child:
    """One worker process and the requests it has in hand."""

    def __init__(self, gguf: Path) -> None:
        package_root = str(Path(linnet.__file__).parents[1])
        search_path = os.pathsep.join(filter(None, (package_root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "linnet.serving.engines.openvino_worker", str(gguf)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": search_path},
            text=True,
            encoding="utf-8",
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._lock = threading.Lock()  # guards the table, exit_reason and writes
        self._answers: dict[int, queue.SimpleQueue[Any]] = {}
        self.exit_reason: str | None = None
        first = self._stdout.readline()
        greeting = (
            json.loads(first) if first else {"failed": "the process ended before it had loaded the model"}
        )
        if "failed" in greeting:
            self.close()
            raise ModelUnavailable(f"OpenVINO cannot load {gguf}: {greeting['failed']}")
        threading.Thread(target=self._read, daemon=True, name="openvino-answers").start()

    def submit(self, request_id: int, command: dict[str, Any]) -> queue.SimpleQueue[Any]:
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with self._lock:
            if self.exit_reason is not None:
                raise ModelUnavailable(self.exit_reason)
            self._answers[request_id] = answers
        self._write(command)
        return answers

    def cancel(self, request_id: int) -> None:
        with self._lock:
            self._answers.pop(request_id, None)
        self._write({"cancel": request_id})

    def close(self) -> None:
        """End the process: it stops when its standard input ends, or is killed after a grace time."""
        try:
            self._stdin.close()
        except BrokenPipeError:
            pass  # it is gone already
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write(self, command: dict[str, Any]) -> None:
        try:
            with self._lock:
                self._stdin.write(json.dumps(command) + "\n")
                self._stdin.flush()
        except (BrokenPipeError, ValueError):
            pass  # the process is gone: `_read` tells every waiting request

    def _read(self) -> None:
        for line in self._stdout:
            answer = json.loads(line)
            if "refused" in answer:
                self._put(
                    answer["id"], ModelUnavailable(f"the model cannot run this request: {answer['refused']}")
                )
                continue
            ended = set(answer["ended"])
            for request_id, tokens in answer["tokens"]:
                self._put(request_id, {"tokens": tokens, "ended": request_id in ended})
                ended.discard(request_id)
            for request_id in ended:
                self._put(request_id, {"tokens": [], "ended": True})
        code = self._process.wait()
        with self._lock:
            self.exit_reason = f"the model's process ended with exit code {code}; ask again, it starts anew"
            waiting, self._answers = list(self._answers.values()), {}
        for answers in waiting:
            answers.put(ModelUnavailable(self.exit_reason))

    def _put(self, request_id: int, answer: Any) -> None:
        with self._lock:
            answers = self._answers.get(request_id)
            if isinstance(answer, Exception) or answer["ended"]:
                self._answers.pop(request_id, None)
        if answers is not None:
            answers.put(answer)
