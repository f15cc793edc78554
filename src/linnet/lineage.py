"""Manifests: what a stage made, from what, with which settings. Written last, so its presence means done.

A stage's output is fresh when its manifest names the same settings and the same input digests as now. An input
digest is the digest of the bytes that an earlier stage wrote, so a stage that ran again and made the same bytes
makes nothing after it stale.
`trace` and erasure are joins over manifests.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linnet import __version__

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    stage: str
    config: Mapping[str, Any]
    inputs: Mapping[str, str]  # name -> digest: "posts", "consent", or an earlier stage
    counts: Mapping[str, Any] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()  # paths relative to the manifest
    seconds: float = 0.0  # wall time
    cpu_seconds: float = 0.0
    finished_at: str = ""
    output_digest: str = ""  # of the bytes of all outputs: a later stage is stale only when these change
    code_version: str = __version__


def digest_of(value: Any) -> str:
    """A stable digest of plain JSON values (dataclasses are taken as their fields)."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = dataclasses.asdict(value)
    text = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def config_to_json(config: Any) -> dict[str, Any]:
    """A frozen config as the plain mapping that a manifest keeps."""
    return json.loads(json.dumps(dataclasses.asdict(config), default=str))


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest atomically; call it after every output of the stage is on disk."""
    if not manifest.finished_at:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        manifest = dataclasses.replace(manifest, finished_at=now)
    write_atomically(folder / MANIFEST_FILE, json.dumps(dataclasses.asdict(manifest), indent=1, default=str))
    return manifest


def digest_of_files(folder: Path, names: tuple[str, ...]) -> str:
    """A digest over the names and bytes of files below `folder`."""
    total = hashlib.blake2b(digest_size=12)
    for name in sorted(names):
        total.update(name.encode())
        with (folder / name).open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def write_atomically(path: Path, content: str | bytes) -> None:
    """The file is there whole, or as it was before: synced to disk, then renamed into place."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a finished stage, or None."""
    path = folder / MANIFEST_FILE
    if not path.exists():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    data["outputs"] = tuple(data.get("outputs", ()))
    return Manifest(**data)


def why_stale(manifest: Manifest | None, config: Any, inputs: Mapping[str, str]) -> str | None:
    """The reason to run a stage, in words; None when its output is fresh."""
    if manifest is None:
        return "never finished"
    if manifest.code_version != __version__:
        return f"made by version {manifest.code_version}"
    now = config_to_json(config)
    changed = [key for key in now if manifest.config.get(key) != now[key]]
    if changed:
        return "settings changed: " + ", ".join(changed)
    moved = [name for name in inputs if manifest.inputs.get(name) != inputs[name]]
    if moved:
        return "newer " + ", ".join(moved)
    return None
