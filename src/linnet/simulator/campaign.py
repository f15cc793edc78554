"""The planted campaign: accounts made in a clump push one claim and one link with near-duplicate posts in minutes."""

from __future__ import annotations

import random

from linnet.simulator.lexicon import Line, Scene
from linnet.simulator.people import NEWS_HOSTS
from linnet.simulator.platform import Platform
from linnet.simulator.threads import HOUR, THREAD_LIFE, Record, Thread
from linnet.simulator.world import DAY

WAVE_LENGTH = 420.0  # seconds
TAGS = ("", "", " #WakeUp", " #Leaked", " #ShareThis", " ‼️", " 👀", " #TheyKnew")


def plan_campaign(platform: Platform) -> None:
    """Schedule the waves, replies that drop the link under popular posts, and a fact check after the first wave."""
    config, truth = platform.config, platform.truth
    if not platform.population.campaign or not config.campaign_waves:
        return
    rng = random.Random(f"campaign-{config.seed}")
    lines = platform.lexicons["en"].generic["campaign"]
    place = platform.world.campaign_target["en"]
    slug = place.lower().replace(" ", "-")
    truth.campaign_link = f"https://the-{slug}-files.example/leak"
    values = {
        "target": place,
        "link": truth.campaign_link,
        "cracks": str(rng.randint(3, 9)),
        "subject": place,
    }
    for wave in range(config.campaign_waves):
        day = (wave + 0.6 + rng.random() * 0.3) / (config.campaign_waves + 0.4) * config.days
        begins = int(day) * DAY + rng.randint(9, 21) * HOUR + rng.random() * HOUR
        begins = min(begins, platform.end - 0.5 * HOUR)
        truth.campaign_waves.append(begins)
        posted: list[Record] = []
        for member in platform.population.campaign:
            if rng.random() < 0.92:
                at = begins + rng.random() * WAVE_LENGTH
                _schedule_post(platform, member.number, at, lines[wave % len(lines)], values, posted)
            if rng.random() < 0.25:
                _schedule_link_drop(platform, member.number, begins + rng.random() * 2 * HOUR, values)
            if rng.random() < 0.3:
                _schedule_boost(platform, member.number, begins + WAVE_LENGTH + rng.random() * 300, posted)
    if config.campaign_waves:
        _schedule_fact_check(platform, truth.campaign_waves[0] + rng.uniform(2, 5) * HOUR, place)


def _thread(values: dict[str, str], topic: str, at: float) -> Thread:
    return Thread(
        Scene("campaign", topic, None, (), ("it",), (), {}), "en", dict(values), None, False, at + THREAD_LIFE
    )


def _schedule_post(
    platform: Platform, member: int, at: float, line: Line, values: dict[str, str], posted: list[Record]
) -> None:
    def post(moment: float) -> None:
        thread = _thread(values, "local", moment)
        record = platform.say(
            platform.population.everyone[member], moment, thread, "campaign", (line,), public=True
        )
        record.text += platform.rng.choice(TAGS)
        posted.append(record)
        platform.truth.campaign_posts.append(record.post_id)

    platform.schedule(at, post)


def _schedule_boost(platform: Platform, member: int, at: float, posted: list[Record]) -> None:
    def boost(moment: float) -> None:
        if posted:
            record = platform.repost(
                platform.population.everyone[member], platform.rng.choice(posted), moment
            )
            if record is not None:
                platform.truth.campaign_posts.append(record.post_id)

    platform.schedule(at, boost)


def _schedule_link_drop(platform: Platform, member: int, at: float, values: dict[str, str]) -> None:
    def drop(moment: float) -> None:
        popular = platform.noteworthy("en", moment)
        if popular is None or popular.depth > 6:
            return
        lines = platform.lexicons["en"].generic["campaign_reply"]
        author = platform.population.everyone[member]
        thread = _thread(values, popular.topic, moment)
        record = platform.say(author, moment, thread, "campaign", lines, reply_to=popular, public=True)
        platform.truth.campaign_posts.append(record.post_id)

    platform.schedule(at, drop)


def _schedule_fact_check(platform: Platform, at: float, place: str) -> None:
    def check(moment: float) -> None:
        author = platform.rng.choice(platform.population.newsrooms["en"])
        lines = platform.lexicons["en"].generic["fact_check"]
        thread = _thread({"target": place, "subject": place}, "local", moment)
        link = f"https://{NEWS_HOSTS['en']}/fact-check/{place.lower().replace(' ', '-')}"
        record = platform.say(author, moment, thread, "fact_check", lines, public=True, link=link)
        platform.truth.fact_checks.append(record.post_id)

    platform.schedule(at, check)
