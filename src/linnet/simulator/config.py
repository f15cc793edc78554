"""What a simulated platform is made of, and what one run reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from linnet.errors import WrongUse

LANGUAGES: tuple[str, ...] = ("en", "fr", "es", "de", "ja", "ar")

#: Shares of the languages when all six are spoken; with fewer, the rest are scaled up.
LANGUAGE_WEIGHTS: Mapping[str, float] = {
    "en": 0.60, "fr": 0.10, "es": 0.10, "de": 0.08, "ja": 0.07, "ar": 0.05,
}  # fmt: skip

SMALLEST_PLATFORM = 100


@dataclass(frozen=True, kw_only=True)
class SimulationConfig:
    num_posts: int = 20_000  # posts in all, reposts included
    seed: int = 7  # decides the world, the people and every word
    num_authors: int | None = None  # accounts; None derives 12 * sqrt(num_posts)
    languages: tuple[str, ...] = LANGUAGES  # BCP 47 codes
    days: int = 30  # length of the simulated time
    end: datetime = datetime(2026, 11, 1, tzinfo=UTC)  # no post is written at or after this moment
    harmful_share: float = 0.01  # of all posts: insult, threat, spam, scam
    misleading_share: float = 0.006  # of all posts: contradict the world's facts
    restricted_share: float = 0.02  # of all posts: unlisted, followers or private
    personal_data_share: float = 0.003  # of all posts: hold an invented e-mail address or phone number
    fan_club_members: int = 24  # accounts; fewer on a platform under 2,400 posts
    campaign_accounts: int = 18  # accounts; fewer on a platform under 1,800 posts
    campaign_waves: int = 3  # bursts of near-duplicate posts by the campaign
    num_bursts: int = 4  # news events that many people react to at once
    likes_per_post: float = 3.0  # mean; the spread is heavy-tailed

    def __post_init__(self) -> None:
        if self.num_posts < SMALLEST_PLATFORM:
            raise WrongUse(
                f"num_posts is {self.num_posts}; a simulated platform has {SMALLEST_PLATFORM} or more"
            )
        if self.num_authors is not None and self.num_authors < 60:
            raise WrongUse(f"num_authors is {self.num_authors}; give 60 or more, or leave it out")
        if not 2 <= self.days <= 366:
            raise WrongUse(f"days is {self.days}; it must lie in 2..366")
        unknown = [language for language in self.languages if language not in LANGUAGES]
        if unknown or not self.languages:
            raise WrongUse(f"languages is {self.languages}; choose from {', '.join(LANGUAGES)}")
        if len(set(self.languages)) != len(self.languages):
            raise WrongUse(f"languages names one twice: {self.languages}")
        if self.end.tzinfo is None:
            raise WrongUse("end has no time zone; give it in UTC")
        for name in ("harmful_share", "misleading_share", "restricted_share", "personal_data_share"):
            if not 0.0 <= getattr(self, name) <= 0.2:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must lie in 0..0.2")
        for name in ("fan_club_members", "campaign_accounts", "campaign_waves", "num_bursts"):
            if getattr(self, name) < 0:
                raise WrongUse(f"{name} is {getattr(self, name)}; it must be 0 or more")
        if not 0.0 <= self.likes_per_post <= 100.0:
            raise WrongUse(f"likes_per_post is {self.likes_per_post}; it must lie in 0..100")

    @property
    def start(self) -> datetime:
        return self.end - timedelta(days=self.days)

    @property
    def language_weights(self) -> dict[str, float]:
        total = sum(LANGUAGE_WEIGHTS[language] for language in self.languages)
        return {language: LANGUAGE_WEIGHTS[language] / total for language in self.languages}


@dataclass(frozen=True, kw_only=True)
class SimulationReport:
    """What was written. `counts` has one number per kind of post in truth.json."""

    files: tuple[str, ...]  # names inside the output folder
    num_posts: int
    num_authors: int
    num_engagements: int
    num_questions: int
    counts: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)  # posts per language
    seconds: float = 0.0  # wall time
