"""The fan club: old, genuine accounts that all post at the same hour of the evening and talk with each other.

It looks coordinated and is not a campaign: whoever detects manipulation has to tell the two apart.
"""

from __future__ import annotations

import random

from linnet.simulator.lexicon import Scene
from linnet.simulator.people import Person
from linnet.simulator.platform import QUICKEST, Platform
from linnet.simulator.threads import HOUR, THREAD_LIFE, Record, Thread
from linnet.simulator.world import DAY

SESSION_HOUR = 20  # UTC
SESSION_SPREAD = 600.0  # seconds within which members post
TAKE_PART = 0.45  # share of the members in one session


def plan_fan_club(platform: Platform) -> None:
    """Schedule the evening sessions: every evening on a platform of 20,000 posts, fewer on smaller ones."""
    rng = random.Random(f"fans-{platform.config.seed}")
    days = platform.config.days
    sessions = min(days, max(2, platform.config.num_posts // 700))
    for day in sorted(rng.sample(range(days), sessions)):
        begins = day * DAY + SESSION_HOUR * HOUR
        members = [person for person in platform.population.fan_club if rng.random() < TAKE_PART]
        if len(members) < 2:
            continue
        platform.truth.fan_club_sessions.append(begins)
        posted: list[Record] = []
        for member in members:
            _schedule_post(platform, member, begins + rng.random() * SESSION_SPREAD, posted)
            for _ in range(rng.choice((0, 0, 1, 2))):
                _schedule_reply(platform, member, begins + SESSION_SPREAD * 0.6 + rng.random() * 2400, posted)


def _schedule_post(platform: Platform, member: Person, at: float, posted: list[Record]) -> None:
    band = platform.world.fan_band
    tag = "#" + band.replace(" ", "").replace("&", "And") + "Club"
    scene = Scene("fan_club", "music", None, (), ("it",), (), {})

    def post(moment: float) -> None:
        values = {"subject": band, "band": band, "tag": tag}
        thread = Thread(scene, "en", values, None, False, moment + THREAD_LIFE)
        lines = platform.lexicons["en"].generic["fan"]
        record = platform.say(member, moment, thread, "fan", lines, public=True)
        posted.append(record)
        platform.truth.fan_club_posts.append(record.post_id)

    platform.schedule(at, post)


def _schedule_reply(platform: Platform, member: Person, at: float, posted: list[Record]) -> None:
    def reply(moment: float) -> None:
        others = [
            record
            for record in posted
            if record.author is not member and record.depth < 3 and record.at < moment - QUICKEST
        ]
        if not others:
            return
        parent = platform.rng.choice(others)
        thread = parent.thread
        assert thread is not None
        thread.values["parent"] = f"@{parent.author.handle}"
        lines = platform.lexicons["en"].generic["fan_reply"]
        record = platform.say(member, moment, thread, "fan", lines, reply_to=parent, public=True)
        posted.append(record)
        platform.truth.fan_club_posts.append(record.post_id)

    platform.schedule(at, reply)
