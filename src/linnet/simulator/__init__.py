"""A synthetic platform with the truth known: what demos and tests run on.

    simulate(Path("platform"), config=SimulationConfig(num_posts=20_000))

The world (world.py) holds invented facts; people (people.py) talk about them in scenes (scenes_*.py, lexicon_*.py)
and threads (threads.py) while time sweeps on (platform.py). News bursts, a fan club and a planted campaign lie on top.
"""

from __future__ import annotations

from linnet.simulator.config import SimulationConfig, SimulationReport
from linnet.simulator.simulate import simulate

__all__ = ["SimulationConfig", "SimulationReport", "simulate"]
