"""The world behind the posts: invented, consistent facts, so that posts agree with each other and with the truth.

A fact has values in every language, the slots that identify it (`subject_slots`), the slot that answers a question
about it (`answer_slot`), and a wrong value that misleading posts give instead.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from linnet.simulator import world_names as names
from linnet.simulator.config import LANGUAGES, SimulationConfig

Texts = Mapping[str, str]  # language -> text


@dataclass(frozen=True, kw_only=True)
class Fact:
    fact_id: str
    kind: str
    known_from: float  # seconds since the start of the simulation; negative: known before
    fades_at: float  # seconds; nobody brings it up afterwards
    values: Mapping[str, Mapping[str, str]]  # language -> slot -> text
    subject_slots: tuple[str, ...]
    answer_slot: str
    wrong: Texts  # language -> a false value of the answer slot
    withheld: bool = False  # no post ever states it: questions about it have no answer

    def wrong_values(self, language: str) -> dict[str, str]:
        return {**self.values[language], self.answer_slot: self.wrong[language]}

    def is_stated_in(self, text: str, language: str) -> tuple[bool, bool]:
        """Whether a text gives the answer, and whether it also says what it is the answer to."""
        values = self.values[language]
        folded = text.casefold()
        gives_answer = values[self.answer_slot].casefold() in folded
        return gives_answer, gives_answer and all(
            values[slot].removeprefix("the ").casefold() in folded for slot in self.subject_slots
        )


@dataclass(frozen=True, kw_only=True)
class World:
    city: Texts
    mayor: Texts
    rules: Mapping[str, Mapping[str, tuple[str, ...]]]  # language -> slot -> possible texts
    facts: tuple[Fact, ...]
    measures: tuple[Texts, Texts]  # the two disputed measures, each with a side for and a side against
    fan_band: str  # whom the fan club follows
    campaign_target: Texts  # the place that the campaign lies about
    by_kind: Mapping[str, tuple[Fact, ...]] = field(default_factory=dict)

    def active(self, kind: str, now: float) -> list[Fact]:
        """The facts of a kind that people talk about at a moment."""
        return [fact for fact in self.by_kind.get(kind, ()) if fact.known_from <= now < fact.fades_at]


HOUR = 3600.0
DAY = 24 * HOUR


class _Builder:
    """Draws names without repeating them and collects facts."""

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.rng = random.Random(f"world-{config.seed}")
        self.facts: list[Fact] = []
        self.stems = names.stems(names.STEMS)
        self.rng.shuffle(self.stems)
        self.surnames = names.stems(names.SURNAMES)
        self.rng.shuffle(self.surnames)
        self.withheld_left = {
            "opening": 3,
            "gig": 3,
            "price": 3,
            "closure": 2,
            "event": 1,
            "release": 2,
            "patch": 2,
        }

    def named(self, kinds: str) -> list[Texts]:
        """Every kind of thing once or more, each with a stem of its own while stems last."""
        made: list[Texts] = []
        for index, kind in enumerate(names.rows(kinds)):
            for offset in (0, 1, 2):
                stem = self.stems[(index * 5 + offset * 7 + len(kinds)) % len(self.stems)]
                made.append({language: kind[language].format(s=stem[language]) for language in LANGUAGES})
        self.rng.shuffle(made)
        return made

    def add(
        self,
        kind: str,
        known_from: float,
        talk_days: float,
        values: Mapping[str, Texts],
        subject: str,
        answer: str,
        wrong: Texts,
    ) -> None:
        """Facts of a kind that are made first are the withheld ones."""
        left = self.withheld_left.get(kind, 0)
        self.withheld_left[kind] = left - 1
        by_language = {
            language: {slot: text[language] for slot, text in values.items()} for language in LANGUAGES
        }
        number = sum(fact.kind == kind for fact in self.facts) + 1
        self.facts.append(
            Fact(
                fact_id=f"{kind}-{number}",
                kind=kind,
                known_from=known_from,
                fades_at=known_from + talk_days * DAY,
                values=by_language,
                subject_slots=tuple(subject.split()),
                answer_slot=answer,
                wrong=wrong,
                withheld=left > 0,
            )
        )

    def date(self, seconds: float) -> Texts:
        return date_texts(self.config.start + timedelta(seconds=seconds))

    def moments(self, per_month: float, minimum: int = 1) -> list[float]:
        """Moments over the whole time, spread out, some shortly before it begins."""
        count = max(minimum, round(per_month * self.config.days / 30))
        span = self.config.days * DAY
        return [(index + self.rng.random() * 0.9) / count * span - 0.5 * DAY for index in range(count)]


def same(text: str) -> Texts:
    return dict.fromkeys(LANGUAGES, text)


def date_texts(day: datetime) -> Texts:
    month = day.month - 1
    return {
        "en": f"{day.day} {names.MONTHS['en'][month]}",
        "fr": f"{'1er' if day.day == 1 else day.day} {names.MONTHS['fr'][month]}",
        "es": f"{day.day} de {names.MONTHS['es'][month]}",
        "de": f"{day.day}. {names.MONTHS['de'][month]}",
        "ja": f"{day.month}月{day.day}日",
        "ar": f"{day.day} {names.MONTHS['ar'][month]}",
    }


def price_texts(cents: int) -> Texts:
    point, comma = f"{cents / 100:.2f}", f"{cents / 100:.2f}".replace(".", ",")
    return {
        "en": f"€{point}", "fr": f"{comma} €", "es": f"{comma} €", "de": f"{comma} €",
        "ja": f"{point}ユーロ", "ar": f"{point} يورو",
    }  # fmt: skip


def _thousands(number: int) -> Texts:
    comma = f"{number:,}"
    point, space = comma.replace(",", "."), comma.replace(",", " ")
    return {"en": comma, "fr": space, "es": point, "de": point, "ja": comma, "ar": comma}


def time_texts(minutes: int) -> Texts:
    hour, minute = divmod(minutes, 60)
    clock = f"{hour}:{minute:02d}"
    return {
        "en": clock, "fr": f"{hour}h{minute:02d}" if minute else f"{hour}h", "es": clock, "de": f"{clock} Uhr",
        "ja": f"{hour}時{minute}分" if minute else f"{hour}時", "ar": clock,
    }  # fmt: skip


def build_world(config: SimulationConfig) -> World:
    """The whole world of a seed. Equal configurations give equal worlds."""
    build = _Builder(config)
    rng = build.rng
    city = names.scripts(*rng.choice(names.CITIES.strip().splitlines()).split(";"))
    places, venues = build.named(names.PLACE_KINDS), build.named(names.VENUE_KINDS)
    stages, markets = build.named(names.STAGE_KINDS), build.named(names.MARKET_KINDS)
    clubs = build.named(names.CLUB_KINDS)[:8]
    bands, games, projects = (
        rng.sample(pool, len(pool)) for pool in (names.BANDS, names.GAMES, names.PROJECTS)
    )
    measures = names.rows(names.MEASURES)
    rng.shuffle(measures)
    mayor, players, researchers = build.surnames[0], build.surnames[1:11], build.surnames[11:16]
    writer: list[Callable[[], None]] = [
        lambda: _closures(build, places),
        lambda: _fares(build),
        lambda: _matches(build, clubs, players),
        lambda: _openings(build, venues),
        lambda: _prices(build, markets),
        lambda: _events(build, places),
        lambda: _votes(build, measures[2:], mayor),
        lambda: _incidents(build, places),
        lambda: _storms(build, places),
        lambda: _weather(build),
        lambda: _gigs(build, bands, stages),
        lambda: _releases(build, projects),
        lambda: _patches(build, games),
        lambda: _studies(build, researchers),
        lambda: _book_club(build, venues),
    ]
    for write in writer:
        write()
    facts = tuple(build.facts)
    kinds = dict.fromkeys(fact.kind for fact in facts)
    rules = {
        language: {
            "city": (city[language],),
            "mayor": (mayor[language],),
            "place": tuple(place[language] for place in places[:14]),
            "venue": tuple(venue[language] for venue in venues),
            "stage": tuple(stage[language] for stage in stages),
            "market": tuple(market[language] for market in markets),
            "club": tuple(club[language] for club in clubs),
            "player": tuple(player[language] for player in players),
            "band": tuple(bands),
            "song": names.SONGS,
            "game": tuple(games),
            "project": tuple(projects),
            "book": tuple(title for title, _ in names.BOOKS),
            "bus": tuple(str(number) for number in rng.sample(range(32, 99), 9)),
        }
        for language in LANGUAGES
    }
    return World(
        city=city,
        mayor=mayor,
        rules=rules,
        facts=facts,
        measures=(measures[0], measures[1]),
        fan_band=bands[0],
        campaign_target=places[0],
        by_kind={
            kind: tuple(fact for fact in facts if fact.kind == kind and not fact.withheld) for kind in kinds
        },
    )


def _closures(build: _Builder, places: list[Texts]) -> None:
    rng = build.rng
    reasons = names.rows(names.REASONS)
    lines = rng.sample(range(32, 99), 20)
    for number, moment in enumerate(build.moments(11, minimum=4)):
        a, b = rng.sample(places, 2)
        until = moment + rng.randint(3, 12) * DAY
        wrong = build.date(until + rng.choice((-2, 9, 21)) * DAY)
        values = {
            "line": same(str(lines[number % 19])), "a": a, "b": b, "reason": rng.choice(reasons),
            "until": build.date(until), "detour": same(str(lines[19])),
        }  # fmt: skip
        build.add("closure", moment, (until - moment) / DAY, values, "line", "until", wrong)


def _fares(build: _Builder) -> None:
    cents = build.rng.randrange(460, 760, 10)
    values = {
        "fare": price_texts(cents),
        "old_fare": price_texts(cents - 60),
        "since": build.date(build.config.days * DAY),
    }
    build.add("fare", 2 * DAY, 400, values, "", "fare", price_texts(cents + 240))


def _matches(build: _Builder, clubs: list[Texts], players: Sequence[Texts]) -> None:
    rng = build.rng
    pairs = [(home, away) for home in clubs for away in clubs if home is not away]
    rng.shuffle(pairs)
    for (home, away), moment in zip(pairs, build.moments(14, minimum=3), strict=False):
        moment = moment // DAY * DAY + rng.choice((15, 17, 20)) * HOUR
        winning, losing = rng.choice(((1, 0), (2, 0), (2, 1), (3, 1), (3, 2), (4, 1)))
        home_won = rng.random() < 0.6
        score = f"{winning}-{losing}" if home_won else f"{losing}-{winning}"
        wrong = f"{losing}-{winning}" if home_won else f"{winning}-{losing}"
        values = {
            "home": home, "away": away, "score": same(score), "scorer": rng.choice(players),
            "minute": same(str(rng.randint(51, 93))), "crowd": _thousands(rng.randint(31, 178) * 100),
            "winner": home if home_won else away, "loser": away if home_won else home,
        }  # fmt: skip
        build.add("match", moment, 4, values, "home away", "score", same(wrong))


def _openings(build: _Builder, venues: list[Texts]) -> None:
    rng = build.rng
    for venue in venues[:14]:
        opens = rng.choice((7, 8, 9, 10, 11)) * 60 + rng.choice((0, 15, 30, 45))
        weekday = rng.randrange(4)
        closed = {language: days[weekday] for language, days in names.WEEKDAYS.items()}
        values = {
            "spot": venue, "opens": time_texts(opens), "closes": time_texts(rng.choice((17, 18, 19, 20, 21)) * 60),
            "closed": closed,
        }  # fmt: skip
        build.add("opening", -DAY, 400, values, "spot", "opens", time_texts(opens - 75))


def _prices(build: _Builder, markets: list[Texts]) -> None:
    rng = build.rng
    goods = names.rows(names.GOODS)
    pairs = [(good, market) for good in goods for market in markets]
    rng.shuffle(pairs)
    for (good, market), moment in zip(pairs, build.moments(12, minimum=4), strict=False):
        cents = rng.randrange(120, 940, 10)
        values = {"good": good, "at": market, "price": price_texts(cents)}
        build.add(
            "price", moment, 8, values, "good at", "price", price_texts(cents + rng.choice((-90, 200, 350)))
        )


def _events(build: _Builder, places: list[Texts]) -> None:
    rng = build.rng
    events = names.rows(names.EVENTS)
    rng.shuffle(events)
    for event, moment in zip(events, build.moments(8, minimum=4), strict=False):
        day = moment + rng.randint(3, 9) * DAY
        values = {
            "event": event, "where": rng.choice(places), "date": build.date(day),
            "starts": time_texts(rng.choice((10, 11, 14, 17, 18, 19)) * 60),
        }  # fmt: skip
        build.add(
            "event",
            moment,
            (day - moment) / DAY,
            values,
            "event",
            "date",
            build.date(day + rng.choice((-1, 2, 7)) * DAY),
        )


def _votes(build: _Builder, measures: list[dict[str, str]], mayor: Texts) -> None:
    rng = build.rng
    outcomes = {
        True: {
            "en": "passed",
            "fr": "adopté",
            "es": "aprobado",
            "de": "angenommen",
            "ja": "可決",
            "ar": "قبول",
        },
        False: {
            "en": "failed",
            "fr": "rejeté",
            "es": "rechazado",
            "de": "abgelehnt",
            "ja": "否決",
            "ar": "رفض",
        },
    }
    for measure, moment in zip(measures, build.moments(5, minimum=2), strict=False):
        yes = rng.randint(18, 37)
        no = 55 - yes
        values = {
            "measure": measure, "tally": same(f"{yes}-{no}"), "outcome": outcomes[yes > no],
            "mayor": mayor,
        }  # fmt: skip
        build.add("vote", moment, 7, values, "measure", "tally", same(f"{no}-{yes}"))


def _incidents(build: _Builder, places: list[Texts]) -> None:
    rng = build.rng
    incidents = names.rows(names.INCIDENTS)
    rng.shuffle(incidents)
    people = {
        2: ("two people", "deux personnes", "dos personas", "zwei Menschen", "2人", "شخصين"),
        3: ("three people", "trois personnes", "tres personas", "drei Menschen", "3人", "ثلاثة أشخاص"),
        4: ("four people", "quatre personnes", "cuatro personas", "vier Menschen", "4人", "أربعة أشخاص"),
        5: ("five people", "cinq personnes", "cinco personas", "fünf Menschen", "5人", "خمسة أشخاص"),
        9: ("nine people", "neuf personnes", "nueve personas", "neun Menschen", "9人", "تسعة أشخاص"),
    }
    for incident, moment in zip(incidents, build.moments(5, minimum=3), strict=False):
        moment = moment // DAY * DAY + rng.randint(7, 19) * HOUR
        hurt = dict(zip(names.ORDER, people[rng.choice((2, 3, 4, 5))], strict=True))
        values = {"incident": incident, "where": rng.choice(places), "hurt": hurt}
        wrong = dict(zip(names.ORDER, people[9], strict=True))
        build.add("incident", moment, 3, values, "incident", "hurt", wrong)


def _storms(build: _Builder, places: list[Texts]) -> None:
    rng = build.rng
    for storm, moment in zip(
        rng.sample(names.STORMS, len(names.STORMS)), build.moments(3, minimum=2), strict=False
    ):
        gust = rng.randint(78, 128)
        units = {"ar": "كم/س"}
        gusts = {language: f"{gust} {units.get(language, 'km/h')}" for language in LANGUAGES}
        wrong = {language: text.replace(str(gust), str(gust + 70)) for language, text in gusts.items()}
        values = {"storm": names.scripts(*storm), "gust": gusts, "where": rng.choice(places)}
        build.add("storm", moment, 3, values, "storm", "gust", wrong)


def _weather(build: _Builder) -> None:
    skies = names.rows(names.SKIES)
    for day in range(-1, build.config.days):
        high = build.rng.randint(6, 19)
        values = {
            "sky": build.rng.choice(skies), "high": same(f"{high}°C"),
            "low": same(f"{high - build.rng.randint(4, 8)}°C"), "date": build.date(day * DAY),
        }  # fmt: skip
        build.add("weather", day * DAY + 5 * HOUR, 0.9, values, "date", "high", same(f"{high + 11}°C"))


def _gigs(build: _Builder, bands: list[str], stages: list[Texts]) -> None:
    rng = build.rng
    order = [*bands[1:], bands[0]]  # the band of the fan club is never withheld
    for band, moment in zip(order, build.moments(13, minimum=6), strict=False):
        cents, day = rng.randrange(900, 4200, 150), moment + rng.randint(4, 11) * DAY
        values = {
            "band": same(band), "stage": rng.choice(stages), "date": build.date(day),
            "ticket": price_texts(cents), "doors": time_texts(rng.choice((19, 20)) * 60 + rng.choice((0, 30))),
        }  # fmt: skip
        build.add(
            "gig", moment, (day - moment) / DAY, values, "band stage", "ticket", price_texts(cents + 1100)
        )


def _releases(build: _Builder, projects: list[str]) -> None:
    rng = build.rng
    for project, feature, moment in zip(
        projects, rng.sample(names.FEATURES, len(names.FEATURES)), build.moments(10, minimum=5), strict=False
    ):
        major, minor = rng.randint(1, 6), rng.randint(0, 14)
        values = {
            "project": same(project), "version": same(f"{major}.{minor}"), "feature": same(feature),
            "older": same(f"{major}.{minor - 1}" if minor else f"{major - 1}.9"),
        }  # fmt: skip
        build.add(
            "release", moment, 8, values, "project feature", "version", same(f"{major + 1}.{minor + 3}")
        )


def _patches(build: _Builder, games: list[str]) -> None:
    rng = build.rng
    changes = rng.sample(names.PATCH_CHANGES, len(names.PATCH_CHANGES))
    for game, change, moment in zip(games, changes, build.moments(9, minimum=5), strict=False):
        version = f"{rng.randint(1, 3)}.{rng.randint(2, 14)}.{rng.randint(1, 9)}"
        values = {"game": same(game), "patch": same(version), "change": same(change)}
        build.add(
            "patch",
            moment,
            7,
            values,
            "game change",
            "patch",
            same(f"{rng.randint(4, 6)}.0.{rng.randint(1, 9)}"),
        )


def _studies(build: _Builder, researchers: Sequence[Texts]) -> None:
    rng = build.rng
    studies, findings = names.rows(names.STUDIES), names.rows(names.FINDINGS)
    minutes = {"fr": "minutes", "es": "minutos", "de": "Minuten", "ja": "分", "ar": "دقيقة", "en": "minutes"}
    degrees = {"en": "degrees", "fr": "degrés", "es": "grados", "de": "Grad", "ja": "度", "ar": "درجات"}

    def figure(number: int, index: int) -> Texts:
        if index == 0:
            return {
                language: f"{number / 10} {unit}".replace(" 度", "度") for language, unit in degrees.items()
            }
        if index == 3:
            return {language: f"{number} {unit}".replace(" 分", "分") for language, unit in minutes.items()}
        if index == 4:
            return same(f"{number / 10} dB")
        return same(f"{number}%")

    order = rng.sample(range(len(studies)), len(studies))
    for index, moment in zip(order, build.moments(6, minimum=3), strict=False):
        number = rng.randint(23, 68)
        n = figure(number, index)
        found = {language: text.format(n=n[language]) for language, text in findings[index].items()}
        values = {"study": studies[index], "found": found, "n": n, "researcher": rng.choice(researchers)}
        build.add("study", moment, 8, values, "study", "n", figure(number + rng.choice((-16, 14, 27)), index))


def _book_club(build: _Builder, venues: list[Texts]) -> None:
    rng = build.rng
    for (title, author), moment in zip(
        rng.sample(names.BOOKS, len(names.BOOKS)), build.moments(5, minimum=2), strict=False
    ):
        day = moment + rng.randint(5, 14) * DAY
        values = {
            "title": same(title), "writer": same(author), "date": build.date(day), "spot": rng.choice(venues),
            "starts": time_texts(rng.choice((18, 19, 20)) * 60),
        }  # fmt: skip
        build.add("book", moment, (day - moment) / DAY, values, "title", "date", build.date(day + 4 * DAY))
