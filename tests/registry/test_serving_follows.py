"""A running platform takes up a promotion and a rollback without a restart and without dropping a request."""

from __future__ import annotations

import time

import pytest

from linnet.protocols import GenerationConfig, Message
from linnet.registry.decisions import promote, rollback
from linnet.registry.versions import version_named
from linnet.serving.engines import following
from linnet.wiring import Platform
from linnet.workspace import Workspace

ASKED = [Message(role="user", content="What is new?")]


@pytest.mark.parametrize("engine", ["transformers", "embedded"])
def test_answers_come_from_what_is_served(workspace: Workspace, monkeypatch, engine: str) -> None:
    from linnet.serving.engines.embedded import open_embedded

    monkeypatch.setattr(following, "LOOK_SECONDS", 0.1)
    path = workspace.settings_path
    path.write_text(path.read_text().replace('engine = "embedded"', f'engine = "{engine}"'))
    said: dict[str, list[str]] = {}
    for name in ("v0001", "v0002"):
        alone = open_embedded(version_named(workspace, name).path, name=name, engine=engine)
        said[name] = [alone.chat(ASKED, settings(seed)).text for seed in range(20)]
        alone.close()
    seed = next(n for n in range(20) if len(said["v0002"][n]) > 5 and said["v0001"][n] != said["v0002"][n])
    expected = {name: texts[seed] for name, texts in said.items()}
    asked = settings(seed)

    platform = Platform(workspace)
    model = platform.language_model
    name = model.name
    assert model.chat(ASKED, asked).text == expected["v0002"]
    under_way = model.stream_chat(ASKED, asked)
    first = next(under_way)
    rollback(workspace)
    assert wait_for(model, asked, expected["v0001"])
    assert first + "".join(under_way) == expected["v0002"]
    promote(workspace, "v0002")
    assert wait_for(model, asked, expected["v0002"])
    assert platform.language_model is model and model.name == name
    model.close()


def settings(seed: int) -> GenerationConfig:
    return GenerationConfig(max_tokens=16, temperature=1.0, seed=seed)


def wait_for(model, asked: GenerationConfig, text: str) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if model.chat(ASKED, asked).text == text:
            return True
        time.sleep(0.05)
    return False
