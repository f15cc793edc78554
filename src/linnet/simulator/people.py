"""The people: who they are, what they talk about, when they are awake, and which of them speaks next."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from linnet.simulator.config import SimulationConfig
from linnet.simulator.grammar import Grammar
from linnet.simulator.lexicon import Lexicon
from linnet.simulator.voice import Voice, make_voice
from linnet.simulator.world import DAY, World

#: Local hours at which hardly anybody posts, counted from when a person wakes up.
AWAKE_HOURS = 16

NEWSROOMS = {
    "en": (("harbourpost", "The Harbour Post"), ("citydesk_live", "City Desk Live")),
    "fr": (("lecourrierduport", "Le Courrier du Port"),),
    "es": (("elfarodiario", "El Faro Diario"),),
    "de": (("hafenblatt", "Hafenblatt"),),
    "ja": (("minato_news", "みなとニュース"),),
    "ar": (("almarfa_news", "أخبار المرفأ"),),
}
NEWS_HOSTS = {
    "en": "harbourpost.example", "fr": "courrier-du-port.example", "es": "elfarodiario.example",
    "de": "hafenblatt.example", "ja": "minato-news.example", "ar": "almarfa.example",
}  # fmt: skip


@dataclass(slots=True)
class Person:
    number: int
    author_id: str
    handle: str  # without the @
    display_name: str
    bio: str
    language: str
    created: float  # seconds since the start of the simulation; negative: before it
    topics: tuple[str, ...]
    activity: float  # how often they post, relative to others
    wakes: int  # hour of the day, UTC
    voice: Voice
    viewpoint: str  # "for" or "against", on the disputed measures
    role: str = "person"  # person, newsroom, fan_club, campaign

    def is_awake(self, hour: int) -> bool:
        return (hour - self.wakes) % 24 < AWAKE_HOURS


@dataclass(frozen=True)
class Crowd:
    """Some people and the running sum of their activity, so that a draw is one bisection."""

    people: Sequence[Person]
    running: Sequence[float]

    def draw(self, rng: random.Random) -> Person:
        return self.people[bisect(self.running, rng.random() * self.running[-1])]


def _crowd(people: Sequence[Person]) -> Crowd:
    return Crowd(people, list(accumulate(person.activity for person in people)))


@dataclass
class Population:
    everyone: list[Person]
    newsrooms: dict[str, list[Person]]
    fan_club: list[Person]
    campaign: list[Person]
    by_language: dict[str, Crowd] = field(default_factory=dict)
    by_topic: dict[tuple[str, str], Crowd] = field(default_factory=dict)

    def gather(self) -> None:
        """Build the crowds once everyone is known."""
        talkers = [person for person in self.everyone if person.role != "newsroom"]
        for language in dict.fromkeys(person.language for person in talkers):
            speakers = [person for person in talkers if person.language == language]
            self.by_language[language] = _crowd(speakers)
            for topic in dict.fromkeys(topic for person in speakers for topic in person.topics):
                self.by_topic[language, topic] = _crowd([p for p in speakers if topic in p.topics])

    def draw(self, rng: random.Random, language: str, hour: int, topic: str | None = None) -> Person:
        """Somebody who is awake, nearly always, and who likes the topic if one is given."""
        crowd = self.by_topic.get((language, topic)) if topic else None
        if crowd is None or len(crowd.people) < 4:
            crowd = self.by_language[language]
        person = crowd.draw(rng)
        for _ in range(4):
            if person.is_awake(hour):
                break
            person = crowd.draw(rng)
        return person


def derived_num_authors(num_posts: int) -> int:
    """Grows with the square root, so that memory stays small at a million posts: 1,697 for 20,000."""
    return max(60, round(12 * num_posts**0.5))


def make_population(config: SimulationConfig, world: World, lexicons: dict[str, Lexicon]) -> Population:
    rng = random.Random(f"people-{config.seed}")
    total = config.num_authors or derived_num_authors(config.num_posts)
    population = Population([], {}, [], [])
    handles: set[str] = set()
    last_id = 0

    def join(person: Person) -> Person:
        population.everyone.append(person)
        return person

    for language, weight in config.language_weights.items():
        lexicon = lexicons[language]
        grammar = Grammar({**lexicon.rules, **_world_rules(world, language)}, rng)
        for handle, name in NEWSROOMS[language]:
            handles.add(handle)
            person = _make_person(len(population.everyone), language, lexicon, grammar, rng, handles)
            person.handle, person.display_name, person.role = handle, name, "newsroom"
            person.bio, person.voice = f"{name} · {world.city[language]}", Voice(language=language)
            population.newsrooms.setdefault(language, []).append(join(person))
        for _ in range(max(10, round(total * weight))):
            join(_make_person(len(population.everyone), language, lexicon, grammar, rng, handles))

    english = [
        person for person in population.everyone if person.language == "en" and person.role == "person"
    ]
    for person in rng.sample(
        english, k=min(len(english) // 3, _scaled(config.fan_club_members, config.num_posts))
    ):
        person.role = "fan_club"
        person.created = min(person.created, -rng.uniform(400, 3000) * DAY)  # old, genuine accounts
        if "music" not in person.topics:
            person.topics = ("music", *person.topics[1:])
        population.fan_club.append(person)
    others = [person for person in english if person.role == "person"]
    clump = -rng.uniform(9, 20) * DAY
    for person in rng.sample(
        others, k=min(len(others) // 3, _scaled(config.campaign_accounts, config.num_posts))
    ):
        person.role = "campaign"
        person.created = clump + rng.uniform(0, 1.5) * DAY
        person.activity = 0.25
        person.handle = _unused(
            f"{rng.choice(lexicons['en'].first_names).lower()}{rng.randint(10_000, 99_999)}", handles, rng
        )
        population.campaign.append(person)

    for person in sorted(population.everyone, key=lambda person: person.created):
        milliseconds = int((config.start.timestamp() + person.created) * 1000)
        last_id = max(last_id + 1, (milliseconds << 20) | rng.getrandbits(20))
        person.author_id = str(last_id)
    population.gather()
    return population


def _scaled(wanted: int, num_posts: int) -> int:
    """The group as configured, or one account per hundred posts on a platform too small for it."""
    return min(wanted, max(4, num_posts // 100))


def _world_rules(world: World, language: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    return {name: tuple((text,) for text in texts) for name, texts in world.rules[language].items()}


def _make_person(
    number: int, language: str, lexicon: Lexicon, grammar: Grammar, rng: random.Random, handles: set[str]
) -> Person:
    first, last = rng.choice(lexicon.first_names), rng.choice(lexicon.last_names)
    topics = rng.sample(lexicon.topics, k=min(len(lexicon.topics), rng.choice((2, 3, 3, 4))))
    return Person(
        number=number,
        author_id="",
        handle=_handle(first, last, topics[0], handles, rng),
        display_name=_display_name(first, last, lexicon, rng),
        bio=grammar.pick(lexicon.bios, {}) if rng.random() < 0.8 else "",
        language=language,
        created=-rng.expovariate(1 / 700) * DAY - 2 * DAY,
        topics=tuple(topics),
        activity=rng.lognormvariate(0.0, 0.95),
        wakes=rng.choice((4, 5, 5, 6, 6, 7, 7, 8, 9, 11, 14)),
        voice=make_voice(language, rng),
        viewpoint="for" if rng.random() < 0.52 else "against",
    )


def _display_name(first: str, last: str, lexicon: Lexicon, rng: random.Random) -> str:
    own_first, own_last = lexicon.display_names.get(first, first), lexicon.display_names.get(last, last)
    if lexicon.language == "ja":
        return rng.choice((f"{own_last}{own_first}", own_first, f"{own_last}"))
    return rng.choice(
        (f"{own_first} {own_last}", own_first, f"{own_first} {own_last}", f"{own_first.lower()}")
    )


_ASCII = str.maketrans("éèêëáàâäíìîïóòôöúùûüñçÁÉ", "eeeeaaaaiiiioooouuuuncAE")


def _handle(first: str, last: str, topic: str, taken: set[str], rng: random.Random) -> str:
    f, l = first.lower().translate(_ASCII), last.lower().translate(_ASCII)  # noqa: E741
    pattern = rng.choice(
        (f"{f}{l}", f"{f}_{l}", f"{f}.{l}"[:1] + l, f"{f}{rng.randint(1, 99)}", f"{l}_{topic}", f"{f}_{topic}",
         f"just_{f}", f"{f}{l[0]}{rng.randint(70, 99)}", f"the{l}", f"{topic}{f}")
    )  # fmt: skip
    return _unused(pattern, taken, rng)


def _unused(handle: str, taken: set[str], rng: random.Random) -> str:
    candidate = handle
    while candidate in taken:
        candidate = f"{handle}{rng.randint(2, 9999)}"
    taken.add(candidate)
    return candidate
