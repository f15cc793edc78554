"""Random states of consent through a real store, held against an independent reading of the rules.

    python benchmarks/consent.py --states 10000 --seed 1
    python benchmarks/consent.py --speed-posts 1300000

Each history is a workspace of its own: posts, edits, deletions, declarations of several sources and scopes and
other settings come in random order. After each event the store is asked, and an index follows, for random uses and
readers. `--speed-posts` measures reading and counting instead, over posts made up for it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))
from machine import describe

EVENTS_A_HISTORY = 50


def check_states(states: int, seed: int) -> dict[str, Any]:
    from tests.consent.histories import History, Tally

    tally, started = Tally(), time.monotonic()
    number = 0
    while tally.states < states:
        number += 1
        with tempfile.TemporaryDirectory() as folder:
            history = History(Path(folder), random.Random(seed * 1_000_003 + number))
            for _ in range(min(EVENTS_A_HISTORY, states - tally.states)):
                history.step(tally)
        if number % 20 == 0:
            print(f"{tally.states:,} states, {len(tally.violations)} violations", file=sys.stderr, flush=True)
    return {
        "histories": number,
        "states": tally.states,
        "checks": tally.checks,
        "violations": len(tally.violations),
        "examples": tally.violations[:3],
        "seconds": round(time.monotonic() - started, 1),
    }


def measure_speed(posts: int, seed: int) -> dict[str, Any]:
    """Seconds for reading what may train, and for the counts of every use. A tenth of the authors declared."""
    import polars as pl

    from linnet.posts.coverage import consent_coverage
    from linnet.posts.store import PostStore
    from linnet.records import POST_SCHEMA, Preference
    from linnet.workspace import init_workspace

    dice = random.Random(seed)
    authors = [f"author-{number}" for number in range(posts // 20)]
    with tempfile.TemporaryDirectory() as folder:
        store = PostStore(init_workspace(Path(folder)))
        now = datetime(2026, 1, 1, tzinfo=UTC)
        for start in range(0, posts, 100_000):
            size = min(100_000, posts - start)
            rows = pl.DataFrame(
                {
                    "post_id": [f"post-{start + number}" for number in range(size)],
                    "author_id": [dice.choice(authors) for _ in range(size)],
                    "created_at": [now] * size,
                    "text": [f"the words of post {start + number}, and a few more" for number in range(size)],
                    "visibility": dice.choices(("public", "followers"), (19, 1), k=size),
                    "platform": ["file"] * size,
                    "source": dice.choices(("csv", "x-archive", "x-api-v2", "jetstream-live"), k=size),
                }
            )
            schema = pl.DataFrame(POST_SCHEMA.empty_table()).schema
            missing = [
                pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in rows.columns
            ]
            rows = rows.with_columns(missing).cast(dict(schema)).with_row_index("digest", start)
            store.append(rows.with_columns(pl.col("digest").cast(pl.Int64)))
        store.preferences.declare(
            Preference(
                author_id=author, purpose="train", state="deny", declared_at=now, source="mastodon:indexable"
            )
            for author in authors[::10]
        )
        seconds: dict[str, float] = {}
        for name, work in {
            "read train, ids": lambda: store.read(purpose="train", columns=["post_id"]),
            "read train, all columns": lambda: store.read(purpose="train"),
            "coverage": lambda: consent_coverage(store),
        }.items():
            times = []
            for _ in range(3):
                started = time.monotonic()
                work()
                times.append(time.monotonic() - started)
            seconds[name] = round(sorted(times)[1], 2)
    return {
        "posts": posts,
        "authors": len(authors),
        "declared": len(authors[::10]),
        "median_seconds": seconds,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--states", type=int, default=10_000)
    parser.add_argument("--speed-posts", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.speed_posts:
        measured = measure_speed(chosen.speed_posts, chosen.seed)
    else:
        measured = check_states(chosen.states, chosen.seed)
    print(json.dumps({"machine": describe(), **measured}, indent=2))
