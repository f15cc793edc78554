"""Versions as people look at them: figures, what each owes now, what it takes on disk."""

from __future__ import annotations

from typing import Any

from linnet.registry import ledger
from linnet.registry.debts import owed_posts, trainable_digests
from linnet.registry.versions import MODELS, list_versions, served_id, version_named
from linnet.registry.versions import disk_bytes as bytes_of
from linnet.workspace import Workspace


def overview_of(workspace: Workspace) -> dict[str, Any]:
    """Every version, newest first. `disk_bytes` counts a file that several versions share once."""
    versions = list_versions(workspace)
    served = served_id(workspace)
    trainable = trainable_digests(workspace) if versions else None
    rows = [
        {
            "version": one.id,
            "made_at": one.facts.made_at,
            "recipe": one.facts.recipe,
            "parameters": one.facts.parameters,
            "bits_per_byte": one.facts.bits_per_byte,
            "chat_loss": one.facts.chat_loss,
            "posts_learnt": one.facts.posts_learnt,
            "owed_posts": owed_posts(one.path, trainable) if trainable is not None else None,
            "served": one.id == served,
            "bytes": bytes_of([one.path]),
        }
        for one in reversed(versions)
    ]
    return {
        "served": served,
        "versions": rows,
        "disk_bytes": bytes_of([workspace.root / MODELS]),
    }


def show_version(workspace: Workspace, name: str) -> dict[str, Any]:
    """One version, with everything that the ledger says of it."""
    version_named(workspace, name)
    row = next(row for row in overview_of(workspace)["versions"] if row["version"] == name)
    entries = [entry for entry in ledger.read_ledger(workspace) if entry["version"] == name]
    version = version_named(workspace, name)
    return {
        **row,
        "folder": str(version.path),
        "weights": version.facts.weights,
        "base_weights": version.facts.base_weights,
        "has_base": version.base_hf is not None,
        "ledger": entries,
    }
