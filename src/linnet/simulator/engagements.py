"""Who liked and reposted what, drawn for a batch of finished posts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linnet.simulator.config import SimulationConfig
from linnet.simulator.people import Population
from linnet.simulator.threads import Record

MEDIAN_DELAY_SECONDS = 45 * 60.0


@dataclass(frozen=True)
class Engagements:
    """Rows in order of post, then time."""

    author_ids: list[str]
    kinds: list[str]
    post_ids: list[str]
    times: list[float]  # seconds since the start
    like_counts: list[int]  # one per post of the batch


class EngagementDraw:
    def __init__(self, config: SimulationConfig, population: Population) -> None:
        self._rng = np.random.default_rng([config.seed, 2])
        self._mean = config.likes_per_post
        self._end = config.days * 86_400.0
        self._ids = [person.author_id for person in population.everyone]
        self._pools = {}
        for language, crowd in population.by_language.items():
            weights = np.array([person.activity for person in crowd.people])
            numbers = np.array([person.number for person in crowd.people])
            self._pools[language] = (numbers, np.cumsum(weights) / weights.sum())
        self._campaign = np.array([person.number for person in population.campaign], dtype=np.int64)
        self._fans = np.array([person.number for person in population.fan_club], dtype=np.int64)

    def draw(self, batch: Sequence[Record]) -> Engagements:
        rng = self._rng
        appeal = np.array([0.0 if r.repost_of or r.visibility == "private" else r.appeal for r in batch])
        expected = appeal * rng.gamma(0.35, 1 / 0.35, size=len(batch)) * self._mean
        counts = np.minimum(rng.poisson(expected), 400)
        ids, kinds, posts, times, like_counts = [], [], [], [], []
        for record, count in zip(batch, counts.tolist(), strict=True):
            rows: dict[int, float] = {}
            if count:
                numbers, running = self._pools[record.language]
                who = numbers[np.searchsorted(running, rng.random(count))].tolist()
                delays = rng.exponential(MEDIAN_DELAY_SECONDS / 0.693, count).tolist()
                for number, delay in zip(who, delays, strict=True):
                    rows.setdefault(number, record.at + 1 + delay)
            if record.act in ("campaign", "fan"):
                crowd = self._campaign if record.act == "campaign" else self._fans
                spread = 240.0 if record.act == "campaign" else 1800.0
                some = crowd[rng.random(len(crowd)) < 0.4].tolist()
                for number, delay in zip(some, (rng.random(len(some)) * spread).tolist(), strict=True):
                    rows[number] = record.at + 1 + delay
            rows.pop(record.author.number, None)
            likes = sorted((at, number) for number, at in rows.items() if at < self._end)
            post_id = str(record.post_id)
            for at, number in likes:
                ids.append(self._ids[number])
                kinds.append("like")
                posts.append(post_id)
                times.append(at)
            for person, at in record.reposts:
                ids.append(person.author_id)
                kinds.append("repost")
                posts.append(post_id)
                times.append(at)
            like_counts.append(len(likes))
        return Engagements(ids, kinds, posts, times, like_counts)
