"""Promote, roll back, and what a build does with the model that it made."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linnet.errors import NotReady, WrongUse
from linnet.lineage import read_manifest
from linnet.progress import SILENT, Progress
from linnet.registry import ledger
from linnet.registry.config import VersionConfig
from linnet.registry.figures import measure, with_debts
from linnet.registry.gates import GATES, ROLLBACK_GATES, Gate, GateResult
from linnet.registry.serving import clear_unfinished, delete_old, remember_served, serve_version
from linnet.registry.versions import (
    CANDIDATE,
    SERVED,
    VERSION_FILE,
    Version,
    list_versions,
    register_version,
    served_id,
    version_named,
)
from linnet.workspace import Workspace

LOCK_WAIT_SECONDS = 60.0  # for an erasure, which may search every file for bytes


@dataclass(frozen=True, kw_only=True)
class Decision:
    version: str
    action: str  # promote, rollback or build
    outcome: str  # passed, failed, forced, first; "kept" when there was nothing to decide
    served: str | None  # now
    served_before: str | None
    gates: tuple[GateResult, ...] = ()
    forced_because: str | None = None
    deleted: Mapping[str, str] = field(default_factory=dict)  # version -> why

    @property
    def failed(self) -> list[GateResult]:
        return [gate for gate in self.gates if not gate.passed]

    @property
    def line(self) -> str:
        """One line for people."""
        why = "; ".join(gate.reason for gate in self.failed)
        if self.outcome == "failed":
            return f"{self.version} is not served, {self.served} stays: {why}"
        if self.outcome == "kept":
            return f"{self.served} is served"
        after = f", after {self.served_before}" if self.served_before else ""
        return f"{self.version} is served now{after}" + (f" (although {why})" if why else "")


def promote(
    workspace: Workspace, name: str, *, force: str | None = None, progress: Progress = SILENT
) -> Decision:
    """Serve a version if it passes all gates, or whatever they say with a reason to force it."""
    _check_reason(force)
    with workspace.writing("models"):
        remember_served(workspace)
        version = version_named(workspace, name)
        return _decide(workspace, version, "promote", GATES, force, progress)


def rollback(workspace: Workspace, *, force: str | None = None, progress: Progress = SILENT) -> Decision:
    """Serve the version that was served before this one."""
    _check_reason(force)
    with workspace.writing("models"):
        remember_served(workspace)
        versions = {version.id: version for version in list_versions(workspace)}
        history = [one for one in ledger.served_before(ledger.read_ledger(workspace))[:-1] if one in versions]
        if not history:
            raise NotReady("no version that was served before is kept; see: linnet model list")
        return _decide(workspace, versions[history[-1]], "rollback", ROLLBACK_GATES, force, progress)


def settle(workspace: Workspace, *, recipe: str, progress: Progress = SILENT) -> Decision | None:
    """The end of a build, under its lock: register what it made and serve it when the gates pass.

    None when there is no finished model. A version that was decided on before is left as it is.
    """
    candidate = workspace.stage_path(CANDIDATE)
    if read_manifest(candidate) is None:
        return None
    with workspace.writing("models", wait_seconds=LOCK_WAIT_SECONDS):
        remember_served(workspace)
        clear_unfinished(workspace)
        base = workspace.stage_path("base")
        version = register_version(
            workspace, candidate, recipe=recipe, base=base if read_manifest(base) else None
        )
        served = served_id(workspace)
        if served is not None and ledger.is_decided(ledger.read_ledger(workspace), version.id):
            return Decision(
                version=version.id, action="build", outcome="kept", served=served, served_before=served
            )
        return _decide(workspace, version, "build", GATES, None, progress)


def adopt_served(workspace: Workspace, *, recipe: str) -> None:
    """Make a version of a model that an earlier Linnet put into served/ itself. Called before a build's stages."""
    served = workspace.stage_path(SERVED)
    manifest = read_manifest(served)
    if manifest is None or (served / VERSION_FILE).exists():
        return
    with workspace.writing("models"):
        chat, base = (read_manifest(workspace.stage_path(name)) for name in ("chat", "base"))
        folder: Path | None = None
        if chat is not None and base is not None and manifest.inputs.get("sft") == chat.output_digest:
            same_base = chat.inputs.get("pretrain") == base.output_digest
            folder = workspace.stage_path("base") if same_base else None
        version = register_version(workspace, served, recipe=recipe, base=folder)
        part = served / (VERSION_FILE + ".part")
        shutil.copyfile(version.path / VERSION_FILE, part)
        part.replace(served / VERSION_FILE)
        ledger.append(workspace, "served", version.id, how="promoted", before=None)


def _check_reason(force: str | None) -> None:
    if force is not None and not force.strip():
        raise WrongUse('--force wants a reason: --force "why"')


def _decide(
    workspace: Workspace,
    version: Version,
    action: str,
    gates: Sequence[Gate],
    force: str | None,
    progress: Progress,
) -> Decision:
    config = VersionConfig.of(workspace)
    before = served_id(workspace)
    if version.id == before:
        return Decision(
            version=version.id, action=action, outcome="kept", served=before, served_before=before
        )
    figures = measure(workspace, version, config=config, compare=action != "rollback", progress=progress)
    first = before is None and action == "build"
    with workspace.writing(
        "erasure", wait_seconds=LOCK_WAIT_SECONDS
    ):  # none comes between the gates and the swap
        figures = with_debts(workspace, version, figures)
        results = tuple(gate(figures) for gate in gates)
        passed = all(result.passed for result in results)
        outcome = "passed" if passed else "first" if first else "forced" if force else "failed"
        ledger.append(
            workspace,
            "decided",
            version.id,
            action=action,
            outcome=outcome,
            served_before=before,
            forced_because=force if outcome == "forced" else None,
            gates=[dataclasses.asdict(result) for result in results],
        )
        if outcome != "failed":
            serve_version(workspace, version, how="rolled back" if action == "rollback" else "promoted")
        deleted = delete_old(workspace, config) if outcome != "failed" else {}
    return Decision(
        version=version.id,
        action=action,
        outcome=outcome,
        served=served_id(workspace),
        served_before=before,
        gates=results,
        forced_because=force if outcome == "forced" else None,
        deleted=deleted,
    )


def overview(decision: Decision) -> dict[str, Any]:
    """The decision as plain JSON."""
    return {**dataclasses.asdict(decision), "line": decision.line}
