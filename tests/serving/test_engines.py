"""The choice of an engine, the canned model, and the remote one against our own API and against broken servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from linnet.errors import BadInput, LinnetError, WrongUse
from linnet.protocols import GenerationConfig, Message
from linnet.serving.api import ApiConfig, check_listen_address, create_app
from linnet.serving.engines import open_language_model
from linnet.serving.engines.canned import CannedModel
from linnet.serving.engines.remote import RemoteModel
from linnet.serving.errors import ContextTooLong, ModelUnavailable
from tests.serving.conftest import FakeEmbedder, running_server

HELLO = [Message(role="system", content="Be kind."), Message(role="user", content="hello there")]
CONFIG = GenerationConfig(max_tokens=50, stop=("zzz",), seed=4)


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"engine": "vllm"}, "embedded, transformers, remote, canned"),
        ({"engine": "remote"}, "base_url is missing"),
        ({"engine": "remote", "base_url": "http://127.0.0.1:1"}, "model is missing"),
        ({"engine": "remote", "base_url": "127.0.0.1:8000", "model": "m"}, "http://127.0.0.1:8000/v1"),
        ({"engine": "remote", "base_url": 3, "model": "m"}, "base_url is 3"),
        (
            {"engine": "remote", "base_url": "http://x", "model": "m", "api_key_env": "LINNET_NO_KEY"},
            "not set",
        ),
        ({"engine": "remote", "base_url": "http://x", "model": "m", "timeout_seconds": 0}, "more than 0"),
        ({"engine": "remote", "base_url": "http://x", "model": "m", "timeout_seconds": True}, "wrong kind"),
        ({"engine": "embedded", "base_url": "http://x"}, "base_url means nothing"),
        ({"engine": "canned", "capable": "yes"}, "wrong kind"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WrongUse, match=complaint):
        open_language_model(None, settings)


def test_settings_choose_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    canned = open_language_model(None, {"engine": "canned", "reply": "yes"})
    assert canned.chat(HELLO, CONFIG).text == "yes"
    monkeypatch.setenv("MY_KEY", "k")
    remote = open_language_model(
        None, {"engine": "remote", "base_url": "http://127.0.0.1:1/v1", "model": "m", "api_key_env": "MY_KEY"}
    )
    assert (remote.name, remote.capable) == ("m", True)


def test_the_canned_model_can_be_a_function() -> None:
    model = CannedModel(lambda question: question.upper(), capable=True)
    assert model.chat(HELLO, CONFIG).text == "HELLO THERE"
    assert list(model.stream_complete("a b", CONFIG)) == ["A", " B"]
    assert model.capable


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    app = create_app(
        language_model=CannedModel(context_length=50), embedder=FakeEmbedder(), config=ApiConfig()
    )
    with running_server(app) as address:
        yield address


def test_remote_answers_as_the_model_behind_it(address: str) -> None:
    behind = CannedModel()
    remote = RemoteModel(base_url=address, model="canned")  # /v1 is added
    assert remote.chat(HELLO, CONFIG) == behind.chat(HELLO, CONFIG)
    assert list(remote.stream_chat(HELLO, CONFIG)) == ["You", " said:", " hello", " there"]
    cut = GenerationConfig(max_tokens=3)
    assert remote.complete("a b", cut) == behind.complete("a b", cut)
    assert "".join(remote.stream_complete("a b", CONFIG)) == "You said: a b"
    with pytest.raises(ContextTooLong):
        remote.complete("x " * 60, CONFIG)
    remote.close()


def test_an_unknown_model_is_named(address: str) -> None:
    with pytest.raises(ModelUnavailable, match="does not know the model 'other'"):
        RemoteModel(base_url=f"{address}/v1/", model="other").chat(HELLO, CONFIG)


def answering(status: int, **content: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, **content)


def failing(error: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return fail


@pytest.mark.parametrize(
    ("server", "kind", "complaint"),
    [
        (answering(401, json={"error": {"message": "no key"}}), ModelUnavailable, "api_key_env.*no key"),
        (
            answering(500, text="<html>\nbad\n</html>"),
            ModelUnavailable,
            "HTTP 500.*cannot answer now: <html> bad",
        ),
        (answering(503, json={"detail": "loading"}), ModelUnavailable, "loading"),
        (answering(400, json={"error": {"message": "bad stop"}}), BadInput, "refuses the request: bad stop"),
        (
            answering(400, json={"error": {"message": "m", "code": "context_length_exceeded"}}),
            ContextTooLong,
            "HTTP 400",
        ),
        (answering(200, text="<html>"), ModelUnavailable, "broke off"),
        (answering(200, text="data: {oops\n\n"), ModelUnavailable, "not answer as OpenAI's"),
        (answering(200, text="data: [1]\n\n"), ModelUnavailable, "not answer as OpenAI's"),
        (answering(200, text='data: {"choices": [7]}\n\n'), ModelUnavailable, "not answer as OpenAI's"),
        (answering(200, text='data: {"error": {"message": "gpu lost"}}\n\n'), ModelUnavailable, "gpu lost"),
        (answering(200, text='data: {"choices": [{"text": "a"}]}\n\n'), ModelUnavailable, "broke off"),
        (failing(httpx.ConnectError("refused")), ModelUnavailable, "cannot be reached"),
        (failing(httpx.ReadTimeout("slow")), ModelUnavailable, "within 2 s"),
        (failing(httpx.RemoteProtocolError("gone")), ModelUnavailable, "connection.*failed"),
    ],
)
def test_what_goes_wrong_is_one_clear_line(
    server: Callable[[httpx.Request], httpx.Response], kind: type[LinnetError], complaint: str
) -> None:
    remote = RemoteModel(
        base_url="http://model.example/v1",
        model="m",
        timeout_seconds=2,
        transport=httpx.MockTransport(server),
    )
    with pytest.raises(kind, match=complaint) as failed:
        remote.chat(HELLO, CONFIG)
    assert "\n" not in str(failed.value)


def test_the_key_is_sent_and_unset_fields_are_not() -> None:
    seen: list[httpx.Request] = []

    def server(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        event = '{"choices": [{"delta": {"content": "ok"}, "finish_reason": "stop"}]}'
        return httpx.Response(200, text=f"data: {event}\n\ndata: [DONE]\n\n")

    remote = RemoteModel(
        base_url="http://h/v1", model="m", api_key="k", transport=httpx.MockTransport(server)
    )
    assert remote.chat(HELLO, GenerationConfig()).completion_tokens == 1
    assert seen[0].headers["authorization"] == "Bearer k"
    assert b'"stop"' not in seen[0].content and b'"seed"' not in seen[0].content


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2"])
def test_loopback_addresses(host: str) -> None:
    assert check_listen_address(host) == host.strip("[]")


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.4", "example.org", "", "localhost.evil.example"]
)
def test_any_other_address_is_refused(host: str) -> None:
    with pytest.raises(WrongUse, match="authenticating proxy"):
        check_listen_address(host)


@pytest.mark.parametrize(
    "limit", ["max_running", "max_body_bytes", "max_embedding_inputs", "default_max_tokens"]
)
def test_limits_are_positive(limit: str) -> None:
    ApiConfig(max_waiting=0)
    with pytest.raises(ValueError, match=limit):
        ApiConfig(**{limit: 0})
