"""Conversations: what may follow what, who says it, and the records that a thread consists of."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from linnet.simulator.lexicon import Line, Scene
from linnet.simulator.people import Person
from linnet.simulator.world import Fact

HOUR = 3600.0
DEEPEST = 8  # replies to a reply to ... the first post
THREAD_LIFE = 20 * HOUR  # nobody answers, quotes or reposts a thread that is older

#: after an act: (next act, weight, who says it: anyone, the author before that, or the same author again)
FOLLOW_UPS: Mapping[str, tuple[tuple[str, int, str], ...]] = {
    "open": (("agree", 26, "anyone"), ("disagree", 14, "anyone"), ("follow", 24, "anyone"), ("add", 14, "anyone"),
             ("react", 9, "anyone"), ("joke", 8, "anyone"), ("continue", 5, "self")),
    "state": (("agree", 18, "anyone"), ("disagree", 11, "anyone"), ("follow", 22, "anyone"), ("add", 12, "anyone"),
              ("react", 12, "anyone"), ("thanks", 9, "anyone"), ("joke", 7, "anyone"), ("continue", 3, "self")),
    "for": (("agree", 28, "anyone"), ("follow", 12, "anyone"), ("add", 8, "anyone"), ("joke", 6, "anyone"),
            ("calm", 3, "anyone")),
    "against": (("agree", 28, "anyone"), ("follow", 12, "anyone"), ("add", 8, "anyone"), ("joke", 6, "anyone"),
                ("calm", 3, "anyone")),
    "ask": (("answer", 62, "anyone"), ("ask_too", 12, "anyone"), ("unsure", 11, "anyone"), ("joke", 8, "anyone")),
    "answer": (("thanks", 45, "before"), ("confirm", 20, "anyone"), ("disagree", 7, "anyone"), ("add", 8, "anyone")),
    "agree": (("acknowledge", 40, "before"), ("add", 14, "anyone"), ("joke", 10, "anyone")),
    "disagree": (("rebut", 40, "before"), ("concede", 22, "before"), ("side", 22, "anyone")),
    "follow": (("follow_answer", 80, "before"),),
    "follow_answer": (("thanks", 40, "before"), ("acknowledge", 12, "before"), ("joke", 8, "anyone")),
    "add": (("acknowledge", 25, "before"), ("disagree", 8, "anyone"), ("joke", 8, "anyone")),
    "joke": (("laugh", 70, "anyone"),),
    "react": (("continue", 18, "before"), ("laugh", 8, "anyone")),
    "continue": (("react", 25, "anyone"), ("agree", 10, "anyone")),
    "thanks": (("welcome", 70, "before"),),
    "rebut": (("concede", 30, "before"), ("rebut", 36, "before"), ("calm", 10, "anyone"), ("side", 12, "anyone")),
    "side": (("rebut", 30, "anyone"), ("concede", 20, "before")),
    "quote": (("agree", 20, "anyone"), ("disagree", 12, "anyone"), ("joke", 8, "anyone")),
    "ask_too": (("unsure", 10, "anyone"),),
    "insult": (("calm", 40, "anyone"),),
    "correct": (("thanks", 20, "anyone"), ("confirm", 30, "anyone")),
}  # fmt: skip

MOODS = {
    "agree": "happy", "disagree": "think", "rebut": "think", "concede": "think", "follow": "think", "ask": "think",
    "joke": "laugh", "laugh": "laugh", "thanks": "thanks", "welcome": "happy", "acknowledge": "happy",
    "confirm": "thanks", "unsure": "think", "react": "think",
}  # fmt: skip


@dataclass(slots=True, eq=False)
class Record:
    """One post while it is still in the simulator's hands; counts grow until it is written."""

    post_id: int
    author: Person
    at: float  # seconds since the start
    text: str
    language: str
    topic: str
    act: str
    thread: Thread | None = None
    line: Line | None = None  # what was said, so that an answer can fit it
    reply_to: Record | None = None
    repost_of: Record | None = None
    quote_of: Record | None = None
    root_id: int = 0
    depth: int = 0
    urls: tuple[str, ...] = ()
    visibility: str = "public"
    appeal: float = 1.0  # how many likes to expect, relative to others
    reply_count: int = 0
    answers_left: int = 2  # a post draws only a few direct replies of the same sort
    reposts: list[tuple[Person, float]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Thread:
    scene: Scene
    language: str
    values: dict[str, str]
    fact: Fact | None
    misleading: bool  # its first post contradicts the fact
    closes_at: float
    records: list[Record] = field(default_factory=list)
    said: set[int] = field(default_factory=set)  # identities of the lines used, so that nobody says the same

    def choose_parent(self, rng: random.Random) -> Record | None:
        """Mostly the newest post or the first one, and never one that is too deep or leaves nothing to say."""
        draw = rng.random()
        if draw < 0.52:
            parent = self.records[-1]
        elif draw < 0.8:
            parent = self.records[0]
        else:
            parent = rng.choice(self.records)
        if parent.depth >= DEEPEST or parent.act not in FOLLOW_UPS or parent.answers_left <= 0:
            open_ones = [
                r for r in self.records if r.depth < DEEPEST and r.act in FOLLOW_UPS and r.answers_left > 0
            ]
            if not open_ones:
                return None
            parent = rng.choice(open_ones)
        return parent


def draw_follow_up(act: str, rng: random.Random) -> tuple[str, str]:
    """An act that may follow, and who says it."""
    options = FOLLOW_UPS[act]
    point = rng.random() * sum(weight for _, weight, _ in options)
    for following, weight, who in options:
        point -= weight
        if point < 0:
            return following, who
    return options[-1][0], options[-1][2]


def draw_num_replies(act: str, rng: random.Random, large: bool = False) -> int:
    """Heavy-tailed: many posts get none, a few get dozens."""
    if act == "ask":
        none, scale = 0.15, 1.4
    else:
        none, scale = 0.60, 1.0
    if rng.random() < (none / 3 if large else none):
        return 0
    return min(60, 1 + int(scale * (rng.paretovariate(1.6) - 1) * (2 if large else 1)))
