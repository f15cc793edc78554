"""A real server on a free loopback port, and a tiny real model to put behind it."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "2")


class FakeEmbedder:
    """A unit vector for each text, made from its hash."""

    name = "fake-embedder"
    dimensions = 8

    def embed(self, texts: Sequence[str]) -> Any:
        import numpy as np

        rows = [
            np.frombuffer(hashlib.blake2b(text.encode(), digest_size=8).digest(), np.uint8) for text in texts
        ]
        matrix = np.array(rows, dtype=np.float32) + 1
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


@contextmanager
def running_server(app: Any) -> Iterator[str]:
    """The base address of `app` served by uvicorn in a thread."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def wait_until(condition: Callable[[], bool], timeout_seconds: float = 10.0) -> None:
    deadline = time.monotonic() + timeout_seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def tiny_hf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Hugging Face folder of a tiny Llama that knows a few chats by heart."""
    from tests.serving.tiny_model import make_tiny_model

    return make_tiny_model(tmp_path_factory.mktemp("tiny") / "chat" / "hf")


@pytest.fixture(scope="session")
def embedded(tiny_hf: Path) -> Iterator[Any]:
    """The tiny model in OpenVINO."""
    from linnet.serving.engines import open_language_model

    model = open_language_model(tiny_hf.parent, {}, name="linnet-tiny")
    yield model
    model.close()  # type: ignore[attr-defined]
