"""The served model is exchanged under way: no stream breaks, and the old engine ends after its last one."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from linnet.protocols import Generation, GenerationConfig, Message
from linnet.serving.engines.following import FollowingModel
from linnet.serving.errors import ContextTooLong, ModelUnavailable

CONFIG = GenerationConfig(max_tokens=8)
HELLO = [Message(role="user", content="hello")]


class Toy:
    """Says its name three times; remembers whether it was started and closed, and how often."""

    capable, context_length = False, 64

    def __init__(self, name: str) -> None:
        self.name, self.started, self.closed = name, 0, threading.Event()

    def start(self) -> None:
        self.started += 1

    def close(self) -> None:
        assert not self.closed.is_set()
        self.closed.set()

    def stream_chat(self, messages: Sequence[Message], config: GenerationConfig) -> Any:
        if messages[0].content == "too long":
            raise ContextTooLong("too long")
        return self._say()

    def _say(self) -> Iterator[str]:
        for _ in range(3):
            assert not self.closed.is_set()
            yield self.name
        return Generation(text=self.name * 3, prompt_tokens=1, completion_tokens=3, finish_reason="stop")


class Shelf:
    """What is served, and every model that was opened."""

    def __init__(self) -> None:
        self.served: str | None = "a"
        self.opened: list[Toy] = []

    def open(self) -> Toy:
        if self.served == "broken":
            raise ModelUnavailable("it cannot be loaded")
        self.opened.append(Toy(str(self.served)))
        return self.opened[-1]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def model(shelf: Shelf) -> Iterator[FollowingModel]:
    model = FollowingModel(shelf.open, lambda: shelf.served, look_seconds=3600)  # type: ignore[arg-type]
    yield model
    model.close()


def test_a_stream_under_way_ends_on_the_old_model_and_new_ones_take_the_new(shelf, model) -> None:
    stream = model.stream_chat(HELLO, CONFIG)
    assert next(stream) == "a"
    shelf.served = "b"
    assert model.look() and model.name == "b"
    old, new = shelf.opened
    assert new.started == 1 and not old.closed.is_set()
    assert model.chat(HELLO, CONFIG).text == "bbb"
    assert list(stream) == ["a", "a"]
    assert old.closed.is_set() and not new.closed.is_set()


@pytest.mark.parametrize("end", ["close", "drop", "unbegun"])
def test_a_stream_that_is_given_up_lets_the_old_model_end(shelf, model, end) -> None:
    stream = model.stream_chat(HELLO, CONFIG)
    if end != "unbegun":
        next(stream)
    shelf.served = "b"
    model.look()
    assert not shelf.opened[0].closed.is_set()
    if end == "close":
        stream.close()
        stream.close()
    del stream
    assert shelf.opened[0].closed.wait(5)


def test_an_idle_model_ends_at_once_and_a_refused_request_holds_nothing(shelf, model) -> None:
    with pytest.raises(ContextTooLong):
        model.stream_chat([Message(role="user", content="too long")], CONFIG)
    shelf.served = "b"
    model.look()
    assert shelf.opened[0].closed.wait(5)


def test_the_old_one_goes_on_when_the_new_one_cannot_be_opened(shelf, model, caplog) -> None:
    for nothing_new in ("a", None):
        shelf.served = nothing_new
        assert not model.look()
    shelf.served = "broken"
    assert not model.look() and not model.look()
    assert "cannot be opened (it cannot be loaded)" in caplog.text
    assert model.chat(HELLO, CONFIG).text == "aaa" and not shelf.opened[0].closed.is_set()
    shelf.served = "c"
    assert model.look() and model.chat(HELLO, CONFIG).text == "ccc"


def test_a_model_that_was_opened_while_all_ended_ends_too(shelf, model, monkeypatch) -> None:
    shelf.served = "b"
    monkeypatch.setattr(Toy, "start", lambda toy: model.close())
    model.look()
    assert all(toy.closed.wait(5) for toy in shelf.opened)


def test_it_looks_by_itself(shelf) -> None:
    model = FollowingModel(shelf.open, lambda: shelf.served, look_seconds=0.01)
    shelf.served = "b"
    until = time.monotonic() + 5
    while model.name != "b" and time.monotonic() < until:
        time.sleep(0.01)
    assert model.name == "b"
    model.close()


def test_many_streams_and_many_switches_break_nothing(shelf, model) -> None:
    wrong: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            text = model.chat(HELLO, CONFIG).text
            if len(set(text)) != 1 or len(text) != 3:
                wrong.append(text)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for name in "bcdefgh":
        shelf.served = name
        assert model.look()
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join(10)
    assert not wrong and len(shelf.opened) == 8
    assert all(toy.closed.wait(5) for toy in shelf.opened[:-1])
