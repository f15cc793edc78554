"""Backups: a ledger of keyed digests travels with them, so that a restored workspace forgets again.

`[erasure]` in linnet.toml names the folders: backups = ["/backups/a"], backup_days = 30. The ledger is useless
without `keys/erasure.key` of the same workspace, which a backup of the workspace contains.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from linnet.erasure.keys import key_id
from linnet.errors import BadInput, WrongUse
from linnet.workspace import Workspace, settings_for

LEDGER_FILE = "ledger.jsonl"
LEDGER_IN_BACKUP = "linnet-erasures.jsonl"
MOST_DAYS = 36_500


@dataclass(frozen=True, kw_only=True)
class ErasureConfig:
    """The [erasure] table of linnet.toml."""

    backups: tuple[str, ...] = ()  # folders that hold backups of the workspace
    backup_days: int = 30  # days after which a backup is overwritten or deleted
    withdrawn_hours: float = 24.0  # how long deleted posts wait until `linnet serve` erases them; 0: for good

    def __post_init__(self) -> None:
        if not 0 <= self.withdrawn_hours <= 24 * MOST_DAYS:
            raise ValueError(f"withdrawn_hours is {self.withdrawn_hours}; it must be 0 or more")
        if not 0 <= self.backup_days <= MOST_DAYS:
            raise ValueError(f"backup_days is {self.backup_days}; it must lie in 0..{MOST_DAYS}")

    @classmethod
    def of(cls, workspace: Workspace) -> ErasureConfig:
        settings = workspace.settings() if workspace.settings_path.exists() else {}
        try:
            return cls(**settings_for(cls, settings.get("erasure", {})))
        except ValueError as error:
            raise WrongUse(f"[erasure] in linnet.toml cannot be used: {error}") from error


def ledger_path(workspace: Workspace) -> Path:
    return workspace.root / "erasure" / LEDGER_FILE


def write_ledger(
    workspace: Workspace, key: bytes, *, id: str, at: str, posts: Sequence[str], authors: Sequence[str]
) -> None:
    """Append one erasure (digests, not ids); one that is in it already is left as it is."""
    entry = {"id": id, "at": at, "key_id": key_id(key), "posts": list(posts), "authors": list(authors)}
    _append_missing(ledger_path(workspace), [entry])


def copy_to_backups(workspace: Workspace, *, at: str) -> list[dict[str, Any]]:
    """Bring the ledger to every backup folder that can be reached; says until when each holds the bytes."""
    config = ErasureConfig.of(workspace)
    entries = read_ledger(ledger_path(workspace)) if ledger_path(workspace).exists() else []
    until = (datetime.fromisoformat(at) + timedelta(days=config.backup_days)).astimezone(UTC)
    remains = []
    for folder in config.backups:
        path = Path(folder).expanduser()
        ledger = "written"
        if not path.is_dir():
            ledger = "not written: the folder cannot be reached from here"
        else:
            try:
                _append_missing(path / LEDGER_IN_BACKUP, entries)
            except OSError as error:
                ledger = f"not written: {error.strerror or error}"
        remains.append(
            {
                "backup": folder,
                "why": "it holds the bytes",
                "until": until.date().isoformat(),
                "ledger": ledger,
            }
        )
    return remains


def read_ledger(path: Path) -> list[dict[str, Any]]:
    entries = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no erasure ledger: it is not UTF-8") from error
    except OSError as error:
        raise BadInput(f"the ledger {path} cannot be read: {error.strerror or error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            entries.append({name: entry[name] for name in ("id", "at", "key_id", "posts", "authors")})
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            if number == len(lines):
                continue  # the last line of a ledger that was cut off while it was written
            raise BadInput(f"{path} line {number} is no entry of an erasure ledger") from error
    return entries


def _append_missing(path: Path, entries: Sequence[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    known = {entry["id"] for entry in read_ledger(path)} if path.exists() else set()
    missing = [entry for entry in entries if entry["id"] not in known]
    if not missing:
        return
    if path.exists():  # a line that was cut off while it was written goes
        whole = path.read_bytes().rfind(b"\n") + 1
        os.truncate(path, whole)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(entry, sort_keys=True) + "\n" for entry in missing)
        file.flush()
        os.fsync(file.fileno())
