"""A version as a folder for other programs: transformers, llama.cpp, Ollama, LM Studio."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from linnet.errors import BadInput, NotReady
from linnet.lineage import read_manifest
from linnet.registry.debts import owed_posts, trainable_digests
from linnet.registry.versions import PICKLES, Version, disk_bytes, served_version, version_named
from linnet.training.card import CARD_FILE
from linnet.training.run_folder import MODEL_FOLDER
from linnet.workspace import Workspace

LAST = "config.json"  # no program loads a folder without it, so a half copied one is not taken for a model


@dataclass(frozen=True, kw_only=True)
class Release:
    folder: str
    model: str  # chat or base
    version: str | None  # None: the base model of a workspace that has no chat model yet
    gguf: str | None  # the file's name; None where the shape has no GGUF
    note: str | None  # why there is no GGUF
    bytes: int
    owed_posts: int | None  # learnt from and not to be trained on now; None: unknown


def export_release(
    workspace: Workspace, out: Path, *, version: str | None = None, base: bool = False
) -> Release:
    """Copy the chat model of a version (default: the served one), or its base model, to an empty folder.

    Without any chat model it is the base model.
    """
    out = out.expanduser().resolve()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out} is not an empty folder; name a new one")
    chosen = version_named(workspace, version) if version is not None else served_version(workspace)
    hf, folder = _model(workspace, chosen, base)
    is_base = base or chosen is None
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(hf.iterdir(), key=lambda path: path.name == LAST):
        if path.is_file() and path.suffix not in PICKLES:
            shutil.copyfile(path, out / path.name)
    if (folder / CARD_FILE).exists():
        shutil.copyfile(folder / CARD_FILE, out / CARD_FILE)
    gguf, note = _gguf(hf, folder, out, name="base" if is_base else "chat")
    return Release(
        folder=str(out),
        model="base" if is_base else "chat",
        version=chosen.id if chosen else None,
        gguf=gguf,
        note=note,
        bytes=disk_bytes([out]),
        owed_posts=owed_posts(folder, trainable_digests(workspace)),
    )


def _model(workspace: Workspace, version: Version | None, base: bool) -> tuple[Path, Path]:
    """(the Hugging Face folder, the folder with its card)"""
    if version is not None:
        if not base:
            return version.hf, version.path
        if version.base_hf is None:
            raise NotReady(f"the base model of {version.id} was not kept; export another version")
        return version.base_hf, version.base_hf.parent
    folder = workspace.stage_path("base")
    if read_manifest(folder) is None and not (folder / MODEL_FOLDER / "config.json").exists():
        raise NotReady(f"{workspace.root} has no model yet: run linnet build")
    return folder / MODEL_FOLDER, folder


def _gguf(hf: Path, folder: Path, out: Path, *, name: str) -> tuple[str | None, str | None]:
    """The GGUF beside the model, or one written for it; (its name, why there is none)."""
    from linnet.serving.engines.embedded import GGUF_FILE
    from linnet.serving.gguf import write_gguf

    if (folder / GGUF_FILE).exists():
        shutil.copyfile(folder / GGUF_FILE, out / GGUF_FILE)
        return GGUF_FILE, None
    try:
        write_gguf(hf, out / GGUF_FILE, name=name)
    except BadInput as error:
        return None, str(error)
    return GGUF_FILE, None
