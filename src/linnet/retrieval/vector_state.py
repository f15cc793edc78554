"""How far the vector index is, and what a round of work on it did."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from linnet.lineage import write_atomically


@dataclass(frozen=True, kw_only=True)
class VectorReport:
    seq: int  # of the post store: removals up to here are applied
    embedded: int  # posts that got a vector in this call
    updated: int  # posts whose vector was kept and other fields changed
    removed: int
    total: int  # posts with a vector
    backlog: int  # posts that still need one
    seconds: float
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class VectorState:
    """How far the table is, written after it. An older state does no harm: the comparison is repeated."""

    seq: int = 0
    backlog: int = -1  # -1: not known, so compare with the whole store
    table: str = ""

    @classmethod
    def read(cls, folder: Path) -> VectorState:
        path = folder / "state.json"
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else cls()

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "state.json", json.dumps(asdict(self)))
