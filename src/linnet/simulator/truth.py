"""What is true of the simulated platform: collected while it is made, written as truth.json."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from linnet.lineage import config_to_json
from linnet.simulator.claims import claim_of
from linnet.simulator.config import SimulationConfig
from linnet.simulator.people import Population
from linnet.simulator.threads import Record
from linnet.simulator.world import Fact, World


@dataclass
class Mentions:
    """Which posts state a fact's answer. Ids are numbers here, strings in the files."""

    full: dict[str, list[int]] = field(default_factory=dict)  # language -> posts that say what and how much
    in_thread: dict[str, list[int]] = field(default_factory=dict)  # only the answer; the thread says to what


@dataclass
class Truth:
    config: SimulationConfig
    world: World
    counts: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    mentions: dict[str, Mentions] = field(default_factory=dict)
    harmful: list[tuple[int, str]] = field(default_factory=list)
    misleading: list[tuple[int, Fact, str]] = field(
        default_factory=list
    )  # id, fact, "original" or "repeated"
    corrections: list[tuple[int, int]] = field(default_factory=list)  # correcting id, corrected id
    restricted: dict[str, list[int]] = field(default_factory=dict)
    personal_data: list[tuple[int, list[str]]] = field(default_factory=list)
    viewpoint_posts: dict[str, list[int]] = field(default_factory=lambda: {"for": [], "against": []})
    bursts: list[dict[str, Any]] = field(default_factory=list)
    fan_club_posts: list[int] = field(default_factory=list)
    fan_club_sessions: list[float] = field(default_factory=list)
    campaign_posts: list[int] = field(default_factory=list)
    campaign_waves: list[float] = field(default_factory=list)
    fact_checks: list[int] = field(default_factory=list)
    campaign_link: str = ""

    def saw(self, record: Record) -> None:
        """Count a post, whatever it is."""
        self.counts["posts"] += 1
        self.languages[record.language] += 1
        self.topics[record.topic] += 1
        if record.reply_to is not None:
            self.counts["replies"] += 1
        if record.repost_of is not None:
            self.counts["reposts"] += 1
        if record.quote_of is not None:
            self.counts["quotes"] += 1
        if record.visibility != "public":
            self.restricted.setdefault(record.visibility, []).append(record.post_id)

    def check_fact(self, record: Record, fact: Fact) -> None:
        """File a post under the fact that it states, when it does. Restricted posts are nobody's evidence."""
        if record.visibility != "public":
            return
        gives_answer, is_full = fact.is_stated_in(record.text, record.language)
        if gives_answer:
            mentions = self.mentions.setdefault(fact.fact_id, Mentions())
            (mentions.full if is_full else mentions.in_thread).setdefault(record.language, []).append(
                record.post_id
            )

    def time(self, seconds: float) -> str:
        moment = self.config.start + timedelta(seconds=round(seconds))
        return moment.isoformat().replace("+00:00", "Z")

    def to_json(self, population: Population, questions: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "config": config_to_json(self.config),
            "counts": dict(self.counts),
            "languages": dict(self.languages),
            "topics": dict(self.topics),
            "city": self.world.city["en"],
            "facts": [self._fact(fact) for fact in self.world.facts],
            "campaign": self._campaign(population),
            "fan_club": self._fan_club(population),
            "bursts": self.bursts,
            "harmful": [{"post_id": str(number), "kind": kind} for number, kind in self.harmful],
            "misleading": [
                {"post_id": str(number), "how": how, "fact_id": fact.fact_id,
                 "claim": claim_of(fact, wrong=True), "true_claim": claim_of(fact)}
                for number, fact, how in self.misleading
            ],
            "corrections": [
                {"post_id": str(number), "corrects": str(wrong)} for number, wrong in self.corrections
            ],
            "viewpoints": {
                "measures": [measure["en"] for measure in self.world.measures],
                "authors": {
                    side: [p.author_id for p in population.everyone
                           if p.role != "newsroom" and p.viewpoint == side and "politics" in p.topics]
                    for side in ("for", "against")
                },
                "posts": {side: list(map(str, numbers)) for side, numbers in self.viewpoint_posts.items()},
            },
            "personal_data": [{"post_id": str(number), "items": items} for number, items in self.personal_data],
            "restricted": {kind: list(map(str, numbers)) for kind, numbers in sorted(self.restricted.items())},
            "questions": questions,
        }  # fmt: skip

    def _fact(self, fact: Fact) -> dict[str, Any]:
        return {
            "fact_id": fact.fact_id, "kind": fact.kind, "known_from": self.time(fact.known_from),
            "claim": claim_of(fact), "false_claim": claim_of(fact, wrong=True), "withheld": fact.withheld,
            "values": dict(fact.values["en"]),
        }  # fmt: skip

    def _campaign(self, population: Population) -> dict[str, Any] | None:
        if not self.campaign_posts:
            return None
        place = self.world.campaign_target["en"]
        return {
            "author_ids": [person.author_id for person in population.campaign],
            "post_ids": list(map(str, self.campaign_posts)),
            "waves": [self.time(at) for at in self.campaign_waves],
            "link": self.campaign_link,
            "claim": f"A leaked report shows cracked pillars at {place} and the city hides it.",
            "true_claim": f"The inspection of {place} found no cracks; the report is invented.",
            "fact_check_post_ids": list(map(str, self.fact_checks)),
        }

    def _fan_club(self, population: Population) -> dict[str, Any] | None:
        if not self.fan_club_posts:
            return None
        return {
            "author_ids": [person.author_id for person in population.fan_club],
            "post_ids": list(map(str, self.fan_club_posts)),
            "sessions": [self.time(at) for at in self.fan_club_sessions],
            "band": self.world.fan_band,
        }
