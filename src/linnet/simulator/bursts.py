"""News: newsrooms report facts as they become known, and some facts set off a burst of reactions."""

from __future__ import annotations

import random

from linnet.simulator.platform import Platform
from linnet.simulator.threads import HOUR, Record
from linnet.simulator.world import DAY, Fact

REPORTED = ("closure", "match", "event", "vote", "incident", "storm", "study", "gig", "fare", "release")
BURSTING = ("incident", "storm", "vote", "closure")  # in order of preference
BURST_LENGTH = 3 * HOUR
BURST_SHARE = 0.006  # of all posts: reactions that one burst sets off, replies not counted


def plan_news(platform: Platform) -> None:
    """Schedule every report and every burst."""
    rng = random.Random(f"news-{platform.config.seed}")
    bursting = _choose_bursts(platform)
    small = platform.config.num_posts < 2000
    for kind in REPORTED:
        for fact in platform.world.by_kind.get(kind, ()):
            if fact in bursting or fact.known_from < 0:
                continue
            for language in platform.population.newsrooms:
                if not small and rng.random() < (0.9 if language == "en" else 0.35):
                    _schedule_report(platform, language, fact, fact.known_from + rng.uniform(60, 1500))
    for fact in bursting:
        _schedule_burst(platform, fact, rng)


def _choose_bursts(platform: Platform) -> list[Fact]:
    known = [fact for kind in BURSTING for fact in platform.world.by_kind.get(kind, ())]
    latest = platform.end - max(BURST_LENGTH, 0.05 * platform.end)
    return [fact for fact in known if 0.2 * DAY < fact.known_from < latest][: platform.config.num_bursts]


def _schedule_report(
    platform: Platform, language: str, fact: Fact, at: float, reports: list[Record] | None = None
) -> None:
    scene = platform.fact_scenes[language].get(fact.kind)
    if scene is None:
        return

    def report(moment: float) -> None:
        author = platform.rng.choice(platform.population.newsrooms[language])
        thread = platform.open_thread(scene, language, fact, moment)
        lines = scene.acts.get("news") or scene.acts["state"][:1]  # written to suit a newsroom
        link = platform.news_link(language, fact)
        record = platform.say(author, moment, thread, "state", lines, public=True, link=link)
        platform.schedule_replies(thread, record, large=True)
        if reports is not None:
            reports.append(record)

    platform.schedule(at, report)


def _schedule_burst(platform: Platform, fact: Fact, rng: random.Random) -> None:
    begins = fact.known_from
    reports: list[Record] = []
    post_ids: list[str] = []
    scenes = platform.fact_scenes
    entry = {
        "topic": next(scene.topic for by_kind in scenes.values() for kind, scene in by_kind.items() if kind == fact.kind),
        "fact_id": fact.fact_id, "starts_at": platform.truth.time(begins),
        "ends_at": platform.truth.time(begins + BURST_LENGTH), "post_ids": post_ids,
    }  # fmt: skip
    platform.truth.bursts.append(entry)
    for language in platform.population.newsrooms:
        for _ in range(2 if language == "en" else 1):
            _schedule_report(platform, language, fact, begins + rng.uniform(30, 900), reports)

    def react(moment: float) -> None:
        language = platform.draw_language()
        author = platform.population.draw(platform.rng, language, int(moment % DAY // HOUR))
        scene = scenes[language].get(fact.kind)
        if scene is None:
            return
        if reports and platform.rng.random() < 0.25:
            same = [record for record in reports if record.language == language]
            shared = platform.repost(author, platform.rng.choice(same), moment) if same else None
            if shared is not None:
                post_ids.append(str(shared.post_id))
            return
        post_ids.append(str(platform.post_root(author, moment, scene, fact).post_id))

    for _ in range(max(5, round(BURST_SHARE * platform.config.num_posts))):
        delay = 120 + rng.expovariate(1 / (BURST_LENGTH / 3.5))
        if delay < BURST_LENGTH:
            platform.schedule(begins + delay, react)
