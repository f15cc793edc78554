"""What is served: putting a version in the place of the one before, and which versions are kept."""

from __future__ import annotations

import shutil

from linnet.lineage import read_manifest
from linnet.registry import ledger
from linnet.registry.config import VersionConfig
from linnet.registry.debts import owed_posts, trainable_digests
from linnet.registry.versions import (
    CANDIDATE,
    SERVED,
    VERSION_FILE,
    Version,
    is_version_folder,
    link_model,
    list_versions,
    served_id,
)
from linnet.swap import next_folder, recover, swap_in
from linnet.workspace import Workspace


def serve_version(workspace: Workspace, version: Version, *, how: str) -> None:
    """Put it in `served/`. Call it under the lock "erasure", which also clears unfinished folders."""
    out = workspace.stage_path(SERVED)
    recover(out)
    work = next_folder(out)
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    before = served_id(workspace)
    link_model(version.path, work, also=[VERSION_FILE])
    swap_in(out)
    ledger.append(workspace, "served", version.id, how=how, before=before)


def remember_served(workspace: Workspace) -> None:
    """Write down what is served, where a crash came between the swap and its line in the ledger."""
    recover(workspace.stage_path(SERVED))
    served, history = served_id(workspace), ledger.served_before(ledger.read_ledger(workspace))
    if served is not None and (not history or history[-1] != served):
        how = "rolled back" if served in history else "promoted"
        ledger.append(workspace, "served", served, how=how, before=history[-1] if history else None)


def delete_old(workspace: Workspace, config: VersionConfig) -> dict[str, str]:
    """Delete versions that owe more than what is served, then all but the `keep` last ones. Returns why, by id.

    Never the served one, and never the one that the last build made.
    """
    served = served_id(workspace)
    candidate = read_manifest(workspace.stage_path(CANDIDATE))
    versions = list_versions(workspace)
    trainable = trainable_digests(workspace)
    owed = {version.id: owed_posts(version.path, trainable) for version in versions}
    deleted: dict[str, str] = {}
    kept: list[Version] = []
    history = ledger.served_before(ledger.read_ledger(workspace))
    for version in versions:
        debt, debt_served = owed[version.id], owed.get(served or "")
        if version.id == served or (candidate and version.facts.weights == candidate.output_digest):
            continue
        if debt_served is not None and (debt is None or debt > debt_served):
            posts = (
                "posts that it does not name"
                if debt is None
                else f"{debt:,} posts that may not be trained on now"
            )
            deleted[version.id] = f"it learnt from {posts}"
        else:
            kept.append(version)
    kept.sort(key=lambda version: (version.id in history, version.id))  # those that were served go last
    for version in kept[: max(len(kept) - config.keep, 0)]:
        deleted[version.id] = f"{config.keep} versions beside the served one are kept"
    for version in versions:
        if version.id in deleted:
            delete_version(workspace, version, deleted[version.id])
    return deleted


def delete_version(workspace: Workspace, version: Version, why: str) -> None:
    (
        version.path / VERSION_FILE
    ).unlink()  # from here it is no version; a crash leaves a folder that goes next time
    shutil.rmtree(version.path)
    ledger.append(workspace, "deleted", version.id, why=why)


def clear_unfinished(workspace: Workspace) -> None:
    """Folders without a version.json or a version's name: half made or half deleted."""
    for folder in (workspace.root / "models").glob("v*"):
        if not (folder / VERSION_FILE).exists() or not is_version_folder(folder):
            shutil.rmtree(folder)
