"""What can stand behind `protocols.LanguageModel`. `[model] engine` in linnet.toml chooses.

embedded       the workspace's chat model in OpenVINO; falls back to transformers when OpenVINO refuses it
transformers   the same model in transformers, one request at a time
remote         any OpenAI-compatible server
canned         a fixed reply, for tests
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linnet.errors import WrongUse
from linnet.protocols import LanguageModel

SETTINGS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "embedded": {"capable": bool},
    "transformers": {"capable": bool},
    "remote": {
        "base_url": str,
        "model": str,
        "api_key_env": str,  # the name of an environment variable: no key stands in a settings file
        "timeout_seconds": (int, float),
        "capable": bool,
    },
    "canned": {"reply": str, "capable": bool},
}


def open_language_model(
    chat_model: Path | None, settings: Mapping[str, Any], *, name: str = "linnet"
) -> LanguageModel:
    """The model that the `[model]` table of linnet.toml asks for.

    `chat_model` is the folder of the chat stage; `name` is what the API calls a model of our own. Nothing heavy is
    loaded before the first request.
    """
    engine = settings.get("engine", "embedded")
    if engine not in SETTINGS:
        raise WrongUse(f"[model] engine is {engine!r}; use one of {', '.join(SETTINGS)}")
    known = SETTINGS[engine]
    for key, value in settings.items():
        if key == "engine":
            continue
        if key not in known:
            raise WrongUse(
                f"[model] {key} means nothing to engine {engine!r}; it knows {', '.join(known) or 'no settings'}"
            )
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise WrongUse(f"[model] {key} is {value!r}, which is of the wrong kind")
    if engine == "canned":
        from linnet.serving.engines.canned import CannedModel

        return CannedModel(settings.get("reply"), capable=settings.get("capable", False))
    if engine == "remote":
        return _open_remote(settings)
    from linnet.serving.engines.embedded import open_embedded

    return open_embedded(chat_model, name=name, capable=settings.get("capable"), engine=engine)


def _open_remote(settings: Mapping[str, Any]) -> LanguageModel:
    from linnet.serving.engines.remote import RemoteModel

    for key in ("base_url", "model"):
        if not settings.get(key):
            raise WrongUse(f'[model] {key} is missing; engine "remote" needs it in linnet.toml')
    api_key = None
    if variable := settings.get("api_key_env"):
        api_key = os.environ.get(variable)
        if not api_key:
            raise WrongUse(f"[model] api_key_env names {variable}, but that variable is not set")
    timeout_seconds = float(settings.get("timeout_seconds", 120.0))
    if timeout_seconds <= 0:
        raise WrongUse(f"[model] timeout_seconds is {timeout_seconds:g}; it must be more than 0")
    return RemoteModel(
        base_url=settings["base_url"],
        model=settings["model"],
        api_key=api_key,
        timeout_seconds=timeout_seconds,
        capable=settings.get("capable", True),
    )
