"""Adapters into the model: the mean of the buckets' weight changes is added to the weights (task arithmetic).

An adapter changes a matrix W by s·B·A. The changes themselves are averaged, each bucket weighing as much as it has
posts; averaging A and B apart would mix every bucket's A with every other's B.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, NotReady
from linnet.training.adapters import ADAPTER_CONFIG_FILE, ADAPTER_FILE, BUCKET_FILE
from linnet.training.run_folder import MODEL_FOLDER

PEFT_PREFIX = "base_model.model."


def merge_adapters(model: Path, adapters: Path, out: Path) -> None:
    """Write the model folder `out`: the base or chat model (stage folder or `hf`) with all adapters merged in.

    The chat model started from the base that the adapters were trained on, so what they change fits it too.
    """
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    model = model / MODEL_FOLDER if (model / MODEL_FOLDER).is_dir() else model
    files = sorted(model.glob("*.safetensors"))
    if not files:
        raise NotReady(f"no model in {model}; train one first: linnet build")
    changes = _mean_changes(adapters)
    temporary = out.with_name(out.name + ".part")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(model, temporary, ignore=shutil.ignore_patterns("*.safetensors", "README.md"))
    for path in files:
        weights = load_file(path)
        with safe_open(path, framework="pt") as opened:
            metadata = opened.metadata()
        for name in weights.keys() & changes.keys():
            change = changes.pop(name)
            if change.shape != weights[name].shape:
                raise BadInput(f"the adapters in {adapters} do not fit the model in {model}: {name}")
            weights[name] = (weights[name].float() + change).to(weights[name].dtype)
        save_file(weights, temporary / path.name, metadata=metadata)
    if changes:
        raise BadInput(f"the model in {model} lacks what the adapters in {adapters} change: {min(changes)}")
    shutil.rmtree(out, ignore_errors=True)
    temporary.replace(out)


def _mean_changes(adapters: Path) -> dict[str, Any]:
    """Name of a weight -> the mean of what the buckets add to it, float32."""
    from safetensors.torch import load_file

    buckets = [
        (path, posts)
        for path in sorted(adapters.glob("bucket-[0-9]*"))
        if path.suffix != ".part" and (posts := _read_json(path / BUCKET_FILE)["posts"])
    ]
    if not buckets:
        raise NotReady(f"no adapter in {adapters}; train some first: buckets must be 1 or more")
    total = sum(posts for _, posts in buckets)
    changes: dict[str, Any] = {}
    for folder, posts in buckets:
        settings = _read_json(folder / ADAPTER_CONFIG_FILE)
        factor = settings["lora_alpha"] / settings["r"] * posts / total
        weights = load_file(folder / ADAPTER_FILE)
        for name in sorted(name for name in weights if name.endswith(".lora_A.weight")):
            down, up = weights[name], weights[name.replace(".lora_A.", ".lora_B.")]
            target = name.removeprefix(PEFT_PREFIX).replace(".lora_A.", ".")
            change = factor * (up @ down)
            changes[target] = changes[target] + change if target in changes else change
    return changes


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read ({error}); train the adapters again: linnet build") from error
