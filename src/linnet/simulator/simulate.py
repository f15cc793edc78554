"""`simulate`: a whole synthetic platform as files, with the truth about it."""

from __future__ import annotations

import time
from itertools import islice
from pathlib import Path

import numpy as np

from linnet.errors import WrongUse
from linnet.progress import SILENT, Progress
from linnet.simulator.bursts import plan_news
from linnet.simulator.campaign import plan_campaign
from linnet.simulator.config import SimulationConfig, SimulationReport
from linnet.simulator.engagements import EngagementDraw
from linnet.simulator.fan_club import plan_fan_club
from linnet.simulator.media import media_of
from linnet.simulator.platform import Platform
from linnet.simulator.questions import make_questions
from linnet.simulator.threads import Record
from linnet.simulator.write import PlatformFiles

ROW_GROUP = 10_000  # posts


def simulate(out: Path, *, config: SimulationConfig, progress: Progress = SILENT) -> SimulationReport:
    """Write posts, authors, engagements, truth and questions into `out`.

    Equal configurations give equal files. Files of an earlier run there are replaced, each as a whole.
    """
    started = time.monotonic()
    if out.exists() and not out.is_dir():
        raise WrongUse(f"{out} is a file; give a folder for the simulated platform")
    platform = Platform(config)
    plan_news(platform)
    if "en" in config.languages:  # both speak English
        plan_fan_club(platform)
        plan_campaign(platform)
    draw = EngagementDraw(config, platform.population)
    num_engagements = 0
    progress.start("simulate", config.num_posts, "posts")
    with PlatformFiles(out) as files:
        posts = platform.posts()
        while batch := list(islice(posts, ROW_GROUP)):
            num_engagements += _write_batch(files, platform, draw, batch)
            progress.advance(len(batch))
        _write_authors(files, platform)
        truth = platform.truth
        questions = make_questions(config, truth)
        truth.counts.update(
            authors=len(platform.population.everyone), engagements=num_engagements, questions=len(questions),
            harmful=len(truth.harmful), misleading=len(truth.misleading), personal_data=len(truth.personal_data),
            campaign=len(truth.campaign_posts), fan_club=len(truth.fan_club_posts),
            restricted=sum(map(len, truth.restricted.values())),
        )  # fmt: skip
        files.set_json("truth.json", truth.to_json(platform.population, questions))
        files.set_json_lines("questions.jsonl", questions)
    progress.finish()
    return SimulationReport(
        files=files.names,
        num_posts=platform.emitted,
        num_authors=len(platform.population.everyone),
        num_engagements=num_engagements,
        num_questions=len(questions),
        counts=dict(truth.counts),
        languages=dict(truth.languages),
        seconds=time.monotonic() - started,
    )


def _write_batch(files: PlatformFiles, platform: Platform, draw: EngagementDraw, batch: list[Record]) -> int:
    start = platform.config.start.timestamp()

    def microseconds(seconds: float) -> int:
        return round((start + seconds) * 1000) * 1000

    engagements = draw.draw(batch)
    nothing = [None] * len(batch)
    files.add_rows(
        "posts.parquet",
        {
            "post_id": [str(r.post_id) for r in batch],
            "author_id": [r.author.author_id for r in batch],
            "author_name": [r.author.handle for r in batch],
            "created_at": [microseconds(r.at) for r in batch],
            "edited_at": nothing,
            "text": [r.text for r in batch],
            "language": [r.language for r in batch],
            "reply_to": [str(r.reply_to.post_id) if r.reply_to else None for r in batch],
            "repost_of": [str(r.repost_of.post_id) if r.repost_of else None for r in batch],
            "quote_of": [str(r.quote_of.post_id) if r.quote_of else None for r in batch],
            "conversation_id": [str(r.root_id) for r in batch],
            "urls": [list(r.urls) for r in batch],
            "visibility": [r.visibility for r in batch],
            "platform": ["simulator"] * len(batch),
            "source": ["simulator"] * len(batch),
            "like_count": engagements.like_counts,
            "repost_count": [len(r.reposts) for r in batch],
            "reply_count": [r.reply_count for r in batch],
            "media": [[] if r.repost_of else media_of(r.post_id) for r in batch],
        },
    )
    files.add_rows(
        "engagements.parquet",
        {
            "author_id": engagements.author_ids,
            "kind": engagements.kinds,
            "post_id": engagements.post_ids,
            "created_at": [microseconds(at) for at in engagements.times],
        },
    )
    for record in batch:  # nobody comes back to these: let go of what they hold on to
        record.thread = record.reply_to = record.quote_of = record.repost_of = None
    return len(engagements.times)


def _write_authors(files: PlatformFiles, platform: Platform) -> None:
    people = platform.population.everyone
    start = platform.config.start.timestamp()
    rng = np.random.default_rng([platform.config.seed, 3])
    reach = np.array([p.activity * (40.0 if p.role == "newsroom" else 1.0) for p in people])
    followers = (rng.lognormal(3.6, 1.1, len(people)) * (0.4 + reach)).astype(int).tolist()
    files.add_rows(
        "authors.parquet",
        {
            "author_id": [p.author_id for p in people],
            "author_name": [p.handle for p in people],
            "display_name": [p.display_name for p in people],
            "bio": [p.bio for p in people],
            "language": [p.language for p in people],
            "created_at": [round((start + p.created) * 1000) * 1000 for p in people],
            "topics": [list(p.topics) for p in people],
            "follower_count": followers,
            "post_count": [platform.post_counts[p.number] for p in people],
        },
    )
