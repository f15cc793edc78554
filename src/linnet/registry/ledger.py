"""models/ledger.jsonl: what was made, decided, served and deleted, one JSON object a line, oldest first.

made      a version was registered
decided   the gates were asked; outcome passed, failed, forced or first, with every gate's reason and figures
served    a version took the place of the one before (`how`: promoted or rolled back)
deleted   a version was removed, and why
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linnet.errors import BadInput
from linnet.workspace import Workspace

LEDGER_FILE = "ledger.jsonl"


def ledger_path(workspace: Workspace) -> Path:
    return workspace.root / "models" / LEDGER_FILE


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def append(workspace: Workspace, event: str, version: str, **facts: Any) -> dict[str, Any]:
    """Write one entry; on disk before the call returns."""
    entry = {"at": now(), "event": event, "version": version, **facts}
    path = ledger_path(workspace)
    path.parent.mkdir(exist_ok=True)
    if path.exists() and not path.read_bytes().endswith(
        b"\n"
    ):  # a line that was cut off while it was written
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def read_ledger(workspace: Workspace) -> list[dict[str, Any]]:
    path = ledger_path(workspace)
    if not path.exists():
        return []
    entries = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            entries.append({"event": entry["event"], "version": entry["version"], **entry})
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                continue  # cut off while it was written
            raise BadInput(
                f"{path} line {number} is no entry of a ledger: restore it from a backup"
            ) from error
    return entries


def served_before(entries: list[dict[str, Any]]) -> list[str]:
    """The versions to go back to, the latest last; the one that is served now is the very last."""
    stack: list[str] = []
    for entry in entries:
        if entry["event"] != "served":
            continue
        version = entry["version"]
        if entry.get("how") == "rolled back" and version in stack:
            del stack[len(stack) - stack[::-1].index(version) :]
        elif not stack or stack[-1] != version:
            stack.append(version)
    return stack


def is_decided(entries: list[dict[str, Any]], version: str) -> bool:
    """Whether it was served once, or refused: a build then leaves it to people."""
    return any(
        entry["version"] == version
        and (entry["event"] == "served" or (entry["event"] == "decided" and entry["outcome"] == "failed"))
        for entry in entries
    )
