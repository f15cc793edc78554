"""The process that runs OpenVINO: `python -m linnet.serving.engines.openvino_worker MODEL.gguf`.

A process of its own, because a pipeline's `step()` holds the interpreter lock while it computes: in one process, web
pages and other requests would stand still for that long. A crash in native code stays in here as well.

It speaks JSON lines. In:  {"id", "prompt_ids", "max_tokens", "temperature", "top_p", "seed", "stop_ids"} | {"cancel": id}
                      Out: {"ready": true} | {"failed": reason}, then {"tokens": [[id, [token, ...]], ...], "ended": [id, ...]}
                           and {"id", "refused": reason} for a request that cannot be run or finished.
It ends when its standard input does.
"""

from __future__ import annotations

import json
import os
import queue
import secrets
import signal
import sys
import threading
from contextlib import suppress
from typing import Any, TextIO

# Prompt tokens computed in one step at most: bounds how long running answers wait for a new prompt.
MAX_TOKENS_PER_STEP = 256


class Pipeline:
    """The running requests of one OpenVINO pipeline."""

    def __init__(self, gguf: str) -> None:
        from linnet.quiet_openvino import import_openvino

        self._openvino = import_openvino()
        import openvino_genai

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.max_num_batched_tokens = MAX_TOKENS_PER_STEP
        scheduler.dynamic_split_fuse = True
        self._genai = openvino_genai
        self._pipeline = openvino_genai.ContinuousBatchingPipeline(gguf, scheduler, "CPU", {}, {})
        # A request whose handle is let go is cancelled by OpenVINO.
        self._handles: dict[int, Any] = {}

    @property
    def busy(self) -> bool:
        """Also true right after a cancel: the next step gives the request's cache back."""
        return bool(self._handles) or self._pipeline.has_non_finished_requests()

    def add(self, request: dict[str, Any]) -> None:
        import numpy as np

        config = self._genai.GenerationConfig(max_new_tokens=request["max_tokens"])
        config.stop_token_ids = set(request["stop_ids"])
        config.ignore_eos = False
        if request["temperature"] > 0:
            config.do_sample = True
            config.temperature = request["temperature"]
            config.top_p = request["top_p"]
            # OpenVINO's default seed is 0 for every request: the same answer each time.
            config.rng_seed = secrets.randbits(31) if request["seed"] is None else request["seed"]
        prompt = self._openvino.Tensor(np.array([request["prompt_ids"]], dtype=np.int64))
        self._handles[request["id"]] = self._pipeline.add_request(request["id"], prompt, config)

    def cancel(self, request_id: int) -> None:
        handle = self._handles.pop(request_id, None)
        if handle is not None:
            handle.cancel()

    def cancel_all(self) -> None:
        for request_id in list(self._handles):
            self.cancel(request_id)
        if self.busy:
            self._pipeline.step()

    def step(self) -> list[dict[str, Any]]:
        """One forward pass for all running requests, and what to tell the parent of it."""
        self._pipeline.step()
        status = self._genai.GenerationStatus
        tokens, ended, answers = [], [], []
        for request_id, handle in list(self._handles.items()):
            state = handle.get_status()  # asked before reading, so that nothing comes after the last tokens
            new: list[int] = []
            while handle.can_read():
                for output in handle.read().values():
                    new += output.generated_ids
            if new:
                tokens.append([request_id, new])
            if state == status.FINISHED:
                ended.append(request_id)
            elif state != status.RUNNING:
                answers.append({"id": request_id, "refused": "there is not enough memory for its tokens"})
            if state != status.RUNNING:
                del self._handles[request_id]
        if tokens or ended:
            answers.insert(0, {"tokens": tokens, "ended": ended})
        return answers


def serve(pipeline: Pipeline, commands: queue.SimpleQueue[dict[str, Any] | None], answers: TextIO) -> None:
    """Take commands as they come; step while there is work; sleep while there is none."""
    while True:
        while not pipeline.busy or not commands.empty():
            command = commands.get()
            if command is None:
                pipeline.cancel_all()
                return
            if "cancel" in command:
                pipeline.cancel(command["cancel"])
                continue
            try:
                pipeline.add(command)
            except (RuntimeError, ValueError, TypeError, OverflowError) as error:
                _say(answers, {"id": command["id"], "refused": _one_line(error)})
        for answer in pipeline.step():
            _say(answers, answer)


def main() -> None:
    # Native code may print: standard output becomes standard error, and answers keep a private copy of the pipe.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    try:
        pipeline = Pipeline(sys.argv[1])
    except Exception as error:
        _say(answers, {"failed": _one_line(error)})
        raise SystemExit(1) from error
    commands: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            commands.put(json.loads(line))
        commands.put(None)

    threading.Thread(target=read, daemon=True).start()
    _say(answers, {"ready": True})
    with suppress(BrokenPipeError):  # the parent is gone
        serve(pipeline, commands, answers)


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _one_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


if __name__ == "__main__":
    main()
