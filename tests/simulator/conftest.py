"""One small platform, simulated once for all tests of the simulator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from linnet.simulator import SimulationConfig, SimulationReport, simulate

CONFIG = SimulationConfig(num_posts=6000, seed=11)


@dataclass
class Simulated:
    folder: Path
    config: SimulationConfig
    report: SimulationReport
    posts: list[dict[str, Any]]
    by_id: dict[str, dict[str, Any]]
    truth: dict[str, Any]
    questions: list[dict[str, Any]]

    def rows(self, name: str) -> list[dict[str, Any]]:
        return pq.read_table(self.folder / name).to_pylist()


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("platform")
    report = simulate(folder, config=CONFIG)
    posts = pq.read_table(folder / "posts.parquet").to_pylist()
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return Simulated(
        folder=folder,
        config=CONFIG,
        report=report,
        posts=posts,
        by_id={post["post_id"]: post for post in posts},
        truth=json.loads((folder / "truth.json").read_text(encoding="utf-8")),
        questions=[json.loads(line) for line in lines],
    )
