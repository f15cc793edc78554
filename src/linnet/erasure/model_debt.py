"""Which models learnt from erased posts, and which of those debts are still open.

Weights cannot be searched for bytes, so what a model learnt stays until it is trained again. Its `learnt.npy` says
from which posts; a debt is open as long as one of the erased posts stands in it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.lineage import read_manifest
from linnet.training.learnt import LEARNT_FILE, SIGNS_OF_TRAINING, posts_learnt, read_learnt
from linnet.workspace import Workspace

CACHES = ("tokens", "checkpoints", "order", "trainer")  # made again by the next training; they hold token ids
UNTIL = {
    "base": "the next pretraining: linnet build",
    "adapter": "the next linnet build retrains this adapter",
    "served": "a retrained model is served instead: linnet build",
    "version": "it is deleted once a retrained model is served: linnet build",
}
VERSIONS = "models"  # the folder of the served model's versions; each holds its own learnt.npy
NOT_MODELS = {"corpus", "tokenizer", "index", "posts", "provenance", "evaluation", "erasure", "keys", "locks"}


def model_folders(workspace: Workspace) -> list[Path]:
    """Every folder that something was trained in, unfinished work included."""
    found = []
    for folder in sorted(path for path in workspace.root.glob("*") if path.is_dir()):
        if folder.name.removesuffix(".next").removesuffix(".old") in NOT_MODELS:
            continue
        parts = sorted(folder.glob("v*" if folder.name == VERSIONS else "bucket-*"))
        if parts:
            found += parts
        elif (folder / LEARNT_FILE).exists() or any((folder / sign).exists() for sign in SIGNS_OF_TRAINING):
            found.append(folder)
    return found


def find_debt(workspace: Workspace, post_ids: Sequence[str]) -> list[dict[str, Any]]:
    """One entry a model that learnt from any of these posts. Ask before anything is deleted."""
    debts = []
    for folder in model_folders(workspace):
        place = folder.relative_to(workspace.root).as_posix()
        if ".next" in place or ".old" in place:
            continue  # unfinished work is deleted, not owed
        learnt = posts_learnt(folder, post_ids)
        if learnt:
            kind = "adapter" if folder.name.startswith("bucket-") else folder.name
            kind = "version" if folder.parent.name == VERSIONS else kind
            debts.append(
                {
                    "model": place,
                    "why": f"it learnt from {len(learnt):,} of the erased posts"
                    if (folder / LEARNT_FILE).exists()
                    else "it does not say what it learnt from, so it counts as having learnt from all",
                    "until": UNTIL.get(kind, "the next linnet build"),
                    "posts": len(learnt),
                }
            )
    return debts


def drop_caches(workspace: Workspace, post_ids: Sequence[str], *, in_corpus: bool) -> Counter[str]:
    """Token caches, optimizer checkpoints and unfinished training that hold these posts."""
    counts: Counter[str] = Counter()
    for folder in model_folders(workspace):
        unfinished = ".next" in folder.parts[-1] + folder.parts[-2] or ".old" in folder.parts[-1]
        if not in_corpus and not posts_learnt(folder, post_ids):
            continue
        if unfinished:
            whole = folder if folder.suffix in (".next", ".old") else folder.parent
            counts["files"] += _count(whole)
            shutil.rmtree(whole, ignore_errors=True)
            counts["unfinished folders"] += 1
            continue
        for name in CACHES:
            if (folder / name).is_dir():
                counts["files"] += _count(folder / name)
                shutil.rmtree(folder / name)
                counts["caches"] += 1
    return counts


def still_learnt(workspace: Workspace, debt: dict[str, Any], digests: Sequence[int], since: str) -> int:
    """How many of the erased posts (as in `learnt.npy`) the model of this debt still holds."""
    import numpy as np

    folder = workspace.root / debt["model"]
    if not folder.exists():
        return 0
    learnt = read_learnt(folder)
    if learnt is None:
        manifest = read_manifest(folder)
        return int(debt["posts"]) if manifest is None or manifest.finished_at <= since else 0
    return int(np.isin(np.array(digests, dtype="<u8"), learnt).sum())


def learnt_digests(post_ids: Sequence[str]) -> list[int]:
    """The form in which `learnt.npy` names posts."""
    import xxhash

    return [xxhash.xxh3_64_intdigest(post_id.encode("utf-8", "surrogatepass")) for post_id in post_ids]


def _count(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())
