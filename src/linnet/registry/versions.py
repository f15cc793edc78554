"""Versions: immutable folders `models/v0007`, whole or absent, with `version.json` written last.

hf/ and a GGUF       the chat model as it is or was served
base/hf/             the base model that it was made from
learnt.npy           which posts it learnt from
card.json            its model card; the page is hf/README.md
manifest.json        of the export that made it

Files are hard links to those of the stage's folder where the disk can do that, so a version that is also served
takes its space once. Nobody changes a file of a model in place: all are written beside and renamed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linnet.errors import BadInput, NotReady
from linnet.lineage import MANIFEST_FILE, digest_of, read_manifest, write_atomically
from linnet.registry import ledger
from linnet.swap import next_folder
from linnet.training.card import CARD_FILE, README_FILE
from linnet.training.learnt import LEARNT_FILE, read_learnt
from linnet.training.run_folder import MODEL_FOLDER
from linnet.workspace import Workspace

MODELS, VERSION_FILE = "models", "version.json"
CANDIDATE, SERVED = "candidate", "served"
PARTS = (MODEL_FOLDER, LEARNT_FILE, CARD_FILE, README_FILE)
PICKLES = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt")
"""Weights in these run code when they are read; versions hold safetensors alone."""


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """What version.json says."""

    version: str
    made_at: str
    recipe: str
    weights: str  # digest of the export
    base_weights: str | None  # digest of the base model; None where it was not kept
    vocabulary: str  # digest of the tokenizer's vocabulary
    base_vocabulary: str | None
    parameters: int | None
    bits_per_byte: float | None  # of the base model on held-out posts
    heldout_posts: int
    heldout_of: str | None  # digest of the corpus and settings that the figure above is of
    chat_loss: float | None  # nats a token, on held-out conversations
    posts_learnt: int | None  # None: it does not say


@dataclass(frozen=True, kw_only=True)
class Version:
    path: Path
    facts: VersionFacts

    @property
    def id(self) -> str:
        return self.facts.version

    @property
    def hf(self) -> Path:
        return self.path / MODEL_FOLDER

    @property
    def base_hf(self) -> Path | None:
        folder = self.path / "base" / MODEL_FOLDER
        return folder if (folder / "config.json").exists() else None


def list_versions(workspace: Workspace) -> list[Version]:
    """Oldest first. A folder that was not renamed to its version's name is none, whatever it holds."""
    folders = [path.parent for path in (workspace.root / MODELS).glob(f"v*/{VERSION_FILE}")]
    return [
        _read(path)
        for path in sorted(filter(is_version_folder, folders), key=lambda path: _number(path.name))
    ]


def version_named(workspace: Workspace, name: str) -> Version:
    versions = {version.id: version for version in list_versions(workspace)}
    if name not in versions:
        there = ", ".join(versions) or "none yet: run linnet build"
        raise BadInput(f'there is no version "{name}"; there are: {there}')
    return versions[name]


def served_id(workspace: Workspace) -> str | None:
    """The version that is served; None before the first, or when the served model was made by an earlier Linnet."""
    path = workspace.stage_path(SERVED) / VERSION_FILE
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path} is damaged; choose what to serve: linnet model promote VERSION") from error


def served_version(workspace: Workspace) -> Version | None:
    served = served_id(workspace)
    if served is None:
        return None
    folder = workspace.root / MODELS / served
    return _read(folder) if (folder / VERSION_FILE).exists() else None


def register_version(workspace: Workspace, source: Path, *, recipe: str, base: Path | None) -> Version:
    """The version made of the finished export in `source`; one of the same bytes is not made twice.

    `base` is the base model's folder that it was made from. Call it while no erasure can run beside: under the lock
    "build".
    """
    manifest = read_manifest(source)
    if manifest is None:
        raise NotReady(f"{source} holds no finished model: run linnet build")
    known = [one for one in list_versions(workspace) if one.facts.weights == manifest.output_digest]
    if known:
        return known[-1]
    out = workspace.root / MODELS / _next_id(workspace)
    work = next_folder(out)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    link_model(source, work)
    if base is not None:
        link_model(base, work / "base")
    facts = _facts(workspace, out.name, manifest.output_digest, source, base, recipe)
    write_atomically(work / VERSION_FILE, json.dumps(dataclasses.asdict(facts), indent=1))
    work.rename(out)
    ledger.append(workspace, "made", out.name, weights=facts.weights, recipe=recipe)
    return Version(path=out, facts=facts)


def link_model(source: Path, out: Path, *, also: Iterable[str] = ()) -> None:
    """The files of a model, as hard links where that works. Raises BadInput for weights in pickles."""
    names = [
        *PARTS,
        *(path.name for path in source.glob("*.gguf")),
        *also,
        MANIFEST_FILE,
    ]  # its presence means done
    for part in (source / name for name in names):
        for path in sorted(part.rglob("*")) if part.is_dir() else [part]:
            if path.is_dir() or not path.exists():
                continue
            if path.suffix in PICKLES:
                raise BadInput(f"{path} may hold a pickle, which runs code when it is read; use safetensors")
            to = out / path.relative_to(source)
            to.parent.mkdir(parents=True, exist_ok=True)
            _link(path, to)


def vocabulary_digest(hf: Path) -> str:
    """Of the tokens and their ids, whatever else stands in tokenizer.json."""
    tokenizer = json.loads((hf / "tokenizer.json").read_text(encoding="utf-8"))
    added = {token["content"]: token["id"] for token in tokenizer.get("added_tokens", [])}
    return digest_of({"vocabulary": tokenizer["model"]["vocab"], "added": added})


def heldout_digest(corpus: str | None, config: Mapping[str, Any]) -> str:
    """Which held-out posts a figure is of."""
    return digest_of({"corpus": corpus, "config": config})


def disk_bytes(folders: Iterable[Path]) -> int:
    """Bytes on disk, a file with several names counted once."""
    seen = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                stat = path.stat()
                seen[stat.st_dev, stat.st_ino] = stat.st_size
    return sum(seen.values())


def _link(path: Path, to: Path) -> None:
    try:
        os.link(path, to)
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(path, to)


def _read(folder: Path) -> Version:
    path = folder / VERSION_FILE
    try:
        return Version(path=folder, facts=VersionFacts(**json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, TypeError) as error:
        raise BadInput(f"{path} is damaged ({error}); delete the folder {folder}") from error


def is_version_folder(path: Path) -> bool:
    """Whether it is called v0001 or the like; v0001.next is one that was never finished."""
    return bool(_number(path.name))


def _number(name: str) -> int:
    found = re.fullmatch(r"v(\d+)", name)
    return int(found[1]) if found else 0


def _next_id(workspace: Workspace) -> str:
    """A number is never given twice, also when its version was deleted."""
    folders = (path.name for path in (workspace.root / MODELS).glob("v*"))
    known = [*folders, *(entry["version"] for entry in ledger.read_ledger(workspace))]
    return f"v{max(map(_number, known), default=0) + 1:04d}"


def _facts(
    workspace: Workspace, version: str, weights: str, source: Path, base: Path | None, recipe: str
) -> VersionFacts:
    pretrained = read_manifest(base) if base else None
    chat = read_manifest(workspace.stage_path("chat"))
    measured = read_manifest(workspace.stage_path("evaluation"))
    learnt = read_learnt(source)
    same_base = pretrained and measured and measured.inputs.get("pretrain") == pretrained.output_digest
    figures = measured.counts if measured and same_base else {}
    return VersionFacts(
        version=version,
        made_at=ledger.now(),
        recipe=recipe,
        weights=weights,
        base_weights=pretrained.output_digest if pretrained else None,
        vocabulary=vocabulary_digest(source / MODEL_FOLDER),
        base_vocabulary=vocabulary_digest(base / MODEL_FOLDER) if base else None,
        parameters=pretrained.counts.get("parameters") if pretrained else None,
        bits_per_byte=figures.get("bits_per_byte"),
        heldout_posts=figures.get("posts") or 0,
        heldout_of=heldout_digest(measured.inputs.get("curate"), measured.config)
        if measured and figures
        else None,
        chat_loss=chat.counts.get("heldout_loss_after") if chat else None,
        posts_learnt=None if learnt is None else len(learnt),
    )
