"""The service of a real workspace: the official openai client, and the console's JSON."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request

import openai
import pytest


@pytest.fixture(scope="module")
def client(service_url):
    return openai.OpenAI(base_url=f"{service_url}/v1", api_key="none", timeout=120, max_retries=0)


@pytest.fixture(scope="module")
def model_name(client):
    return next(model.id for model in client.models.list() if model.id.startswith("linnet-"))


def get_json(url):
    with urllib.request.urlopen(url, timeout=60) as answer:
        return json.loads(answer.read())


def test_chat_and_stream_agree(client, model_name):
    ask = {
        "model": model_name,
        "messages": [{"role": "user", "content": "Is the tram running today?"}],
        "max_tokens": 12,
        "temperature": 0,
    }
    whole = client.chat.completions.create(**ask)
    assert whole.usage.completion_tokens > 0
    pieces = [
        chunk.choices[0].delta.content or ""
        for chunk in client.chat.completions.create(**ask, stream=True)
        if chunk.choices
    ]
    assert "".join(pieces) == whole.choices[0].message.content


def test_completions(client, model_name):
    made = client.completions.create(model=model_name, prompt="The ferry", max_tokens=8, temperature=0)
    assert made.choices[0].finish_reason in ("stop", "length")


def test_embeddings(client):
    models = [model.id for model in client.models.list()]
    embedder = next(name for name in models if not name.startswith("linnet-"))
    made = client.embeddings.create(model=embedder, input=["the ferry runs", "the boat sails", "tax law"])
    ferry, boat, tax = (row.embedding for row in made.data)
    dot = lambda left, right: sum(a * b for a, b in zip(left, right, strict=True))  # noqa: E731
    assert len(ferry) == 384
    assert dot(ferry, boat) > dot(ferry, tax)


def test_an_unknown_model_is_a_404(client):
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": "hi"}])


def test_console_json_twins(service_url, built):
    assert get_json(f"{service_url}/api/status")["posts"] == built.linnet("status")["posts"]
    found = get_json(f"{service_url}/api/search?" + urllib.parse.urlencode({"q": "lang:en", "limit": 3}))
    post_id = found["hits"][0]["post_id"]
    page = get_json(f"{service_url}/api/post?" + urllib.parse.urlencode({"post_id": post_id}))
    assert page["post_id"] == post_id


def test_metrics_and_foreign_hosts(service_url):
    with urllib.request.urlopen(f"{service_url}/metrics", timeout=30) as answer:
        assert b"# HELP" in answer.read()
    foreign = urllib.request.Request(f"{service_url}/api/status", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(foreign, timeout=30)
