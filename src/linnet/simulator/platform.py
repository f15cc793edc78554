"""The platform in motion: one sweep through time that makes every post, oldest first.

Time is cut into bins of five minutes. The daily rhythm says how many posts there should be at the end of each;
what is scheduled already (replies, news, the fan club, the campaign) comes first and spontaneous posts fill up
the rest, so that the total comes out exactly. Memory stays bounded: only posts younger than a day are kept.
"""

from __future__ import annotations

import heapq
import random
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence

from linnet.simulator.config import SimulationConfig
from linnet.simulator.grammar import Grammar, Template, states
from linnet.simulator.lexicon import Lexicon, Line, Scene, load_lexicon
from linnet.simulator.people import NEWS_HOSTS, Person, make_population
from linnet.simulator.threads import (
    HOUR,
    MOODS,
    THREAD_LIFE,
    Record,
    Thread,
    draw_follow_up,
    draw_num_replies,
)
from linnet.simulator.truth import Truth
from linnet.simulator.voice import speak, tidy
from linnet.simulator.world import DAY, Fact, World, build_world

BIN = 300.0  # seconds
HOLD = 24 * HOUR  # how long a post may still gather replies, quotes and reposts
QUICKEST = 5.0  # seconds between a post and whatever answers or shares it
WINDOW = 16 * HOUR  # how old a post may be to be quoted or reposted
REPOST_SHARE, QUOTE_SHARE = 0.13, 0.07  # of the spontaneous posts
TRIES = 4  # expansions before a repeated text is let through
REMEMBERED = 100_000  # texts, twice: what counts as a repetition
#: First posts that may get something before or after.
FRAMED = ("open", "for", "against")

#: Acts that may be followed by another sentence.
TALKATIVE = ("agree", "disagree", "react", "add", "answer", "follow_answer", "thanks", "welcome", "confirm", "rebut",
             "concede", "acknowledge", "continue", "unsure", "side")  # fmt: skip
SAD_FACTS = ("incident", "storm", "closure")

#: Posts per hour of the day, relative to each other.
RHYTHM = (1.2, 0.7, 0.4, 0.3, 0.4, 0.9, 2.0, 3.4, 4.2, 4.0, 3.8, 4.0,
          4.8, 4.5, 4.0, 4.0, 4.4, 5.2, 6.0, 6.6, 6.8, 6.0, 4.2, 2.4)  # fmt: skip

_URL = re.compile(r"https://[^\s]*[^\s.,:!?。：！]")
_SAFE_TO_LOWER = re.compile(
    r"(?:The|A|An|My|We|Some|There|This|That|It|Is|Does|Why|How|If|When|Made|Found|Took) "
)
Action = Callable[[float], None]


class Platform:
    """State of one simulation. `posts()` yields finished records in order of time."""

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.rng = random.Random(f"platform-{config.seed}")
        self.world: World = build_world(config)
        self.lexicons: dict[str, Lexicon] = {
            language: load_lexicon(language) for language in config.languages
        }
        self.population = make_population(config, self.world, self.lexicons)
        self.truth = Truth(config, self.world)
        self.end = config.days * DAY
        self.emitted = self.spontaneous_count = 0
        self.post_counts: Counter[int] = Counter()  # by person number
        self.recent: dict[str, deque[Record]] = {language: deque(maxlen=400) for language in config.languages}
        self.grammars = {language: self._grammar(language) for language in config.languages}
        self._scenes = {
            language: {topic: [s for s in lexicon.scenes if s.topic == topic] for topic in lexicon.topics}
            for language, lexicon in self.lexicons.items()
        }
        self.fact_scenes = {
            language: {scene.fact_kind: scene for scene in lexicon.scenes if scene.fact_kind}
            for language, lexicon in self.lexicons.items()
        }
        self._languages = list(config.languages)
        self._language_weights = list(config.language_weights.values())
        self._heap: list[tuple[float, int, Action]] = []
        self._scheduled: Counter[int] = Counter()  # bin -> how many actions lie in it
        self._next_number = 0
        self._held: deque[Record] = deque()
        self._seen: set[str] = set()
        self._seen_before: set[str] = set()
        self._last_at = 0.0
        self._start_ms = round(config.start.timestamp() * 1000)
        self._active_cache: tuple[int, dict[str, list[Fact]]] = (-1, {})

    # -- time ---------------------------------------------------------------------------------------------------

    def schedule(self, at: float, action: Action) -> None:
        """Do something at a moment; nothing is done at or after the end."""
        if at < self.end - 2:
            self._next_number += 1
            heapq.heappush(self._heap, (at, self._next_number, action))
            self._scheduled[int(at // BIN)] += 1

    def posts(self) -> Iterator[Record]:
        """Run the whole simulation."""
        total = self.config.num_posts
        for number, target in enumerate(self._targets()):
            end_of_bin = min((number + 1) * BIN, self.end - 2)
            for _ in range(target - self.emitted - self._scheduled[number]):
                self.schedule(number * BIN + self.rng.random() * BIN * 0.98, self.post_spontaneously)
            while self._heap and self._heap[0][0] < end_of_bin and self.emitted < total:
                at, _, action = heapq.heappop(self._heap)
                action(at)
            self._scheduled.pop(number, None)
            while self._held and self._held[0].at < end_of_bin - HOLD:
                yield self._held.popleft()
        while self.emitted < total:
            self.post_spontaneously(self.end - 1.5)
        yield from self._held
        self._held.clear()

    def _targets(self) -> Iterator[int]:
        """How many posts there should be by the end of each bin."""
        bins = int(self.end // BIN)
        weights = []
        for number in range(bins):
            weekend = 1.12 if (self.config.start.weekday() + int(number * BIN // DAY)) % 7 >= 5 else 1.0
            weights.append(RHYTHM[int(number * BIN % DAY // HOUR)] * weekend)
        scale, running = self.config.num_posts / sum(weights), 0.0
        for weight in weights:
            running += weight * scale
            yield int(running + 0.5)

    # -- spontaneous posts ----------------------------------------------------------------------------------------

    def post_spontaneously(self, at: float) -> None:
        self.spontaneous_count += 1
        rng, draw = self.rng, self.rng.random()
        language = self.draw_language()
        hour = int(at % DAY // HOUR)
        if draw < REPOST_SHARE and self._repost(language, hour, at):
            return
        if REPOST_SHARE <= draw < REPOST_SHARE + QUOTE_SHARE and self._quote(language, hour, at):
            return
        author = self.population.draw(rng, language, hour)
        per_spontaneous = self.emitted / self.spontaneous_count if self.emitted > 50 else 2.0
        draw = rng.random() / per_spontaneous  # shares are of all posts, and only these posts carry them
        config = self.config
        if draw < config.personal_data_share:
            if "en" in self.lexicons:
                self.post_personal_data(self.population.draw(rng, "en", hour), at)
                return
        elif draw < config.personal_data_share + config.misleading_share:
            if self._post_misleading(author, at):
                return
        elif draw < config.personal_data_share + config.misleading_share + config.harmful_share / 2:
            self._post_harmful(author, at, rng.choice(("spam", "spam", "scam")))
            return
        self.post_root(author, at)

    def draw_language(self) -> str:
        return self.rng.choices(self._languages, self._language_weights)[0]

    def post_root(
        self, author: Person, at: float, scene: Scene | None = None, fact: Fact | None = None
    ) -> Record:
        """Open a thread about something the author cares for, or about a given fact."""
        language = author.language
        if scene is None:
            scene, fact = self._choose_scene(author, at)
        thread = self.open_thread(scene, language, fact, at)
        act = self._opening_act(scene, author)
        record = self.say(author, at, thread, act, scene.acts[act], first=True)
        self.schedule_replies(thread, record, large=fact is not None and fact.kind in ("incident", "storm"))
        return record

    def _choose_scene(self, author: Person, at: float) -> tuple[Scene, Fact | None]:
        rng = self.rng
        for _ in range(6):
            scene = rng.choice(self._scenes[author.language][rng.choice(author.topics)])
            if scene.fact_kind is None:
                return scene, None
            facts = self.active(scene.fact_kind, at)
            if facts:
                fact = max(rng.choices(facts, k=2), key=lambda fact: fact.known_from)
                return scene, fact
        lively = [s for s in self.lexicons[author.language].scenes if s.fact_kind is None]
        return rng.choice(lively), None

    def active(self, kind: str, at: float) -> list[Fact]:
        """World.active, remembered for five minutes."""
        number = int(at // BIN)
        if self._active_cache[0] != number:
            self._active_cache = (number, {})
        known = self._active_cache[1]
        if kind not in known:
            known[kind] = self.world.active(kind, number * BIN)
        return known[kind]

    def _opening_act(self, scene: Scene, author: Person) -> str:
        acts, draw = scene.acts, self.rng.random()
        if "for" in acts and (draw < 0.85 or "ask" not in acts):
            return author.viewpoint
        if "state" in acts and draw < 0.45:
            return "state"
        if "ask" in acts and (draw > 0.76 or "open" not in acts):
            return "ask"
        return "open" if "open" in acts else "state"

    def open_thread(
        self, scene: Scene, language: str, fact: Fact | None, at: float, misleading: bool = False
    ) -> Thread:
        values: dict[str, str] = {}
        if fact is not None:
            values.update(fact.wrong_values(language) if misleading else fact.values[language])
        grammar = self.grammars[language]
        for name in scene.bind:
            values[name] = grammar.pick(grammar.rules[name], values)
        values["subject"] = grammar.expand(scene.subject, values)
        return Thread(scene, language, values, fact, misleading, at + THREAD_LIFE)

    def _post_misleading(self, author: Person, at: float) -> bool:
        """State a fact with its wrong value. False when nobody talks about any fact right now."""
        scenes = self.fact_scenes[author.language]
        choices = [(scene, fact) for kind, scene in scenes.items() for fact in self.active(kind, at)]
        if not choices:
            return False
        scene, fact = self.rng.choice(choices)
        thread = self.open_thread(scene, author.language, fact, at, misleading=True)
        lines = [line for line in scene.acts["state"] if states(line.template, fact.answer_slot)]
        record = self.say(author, at, thread, "state", lines, first=True, public=True)
        self.schedule_replies(thread, record, large=True)
        return True

    def _post_harmful(self, author: Person, at: float, kind: str) -> None:
        thread = self._plain_thread(author.language, "harmful", at)
        lines = self.lexicons[author.language].generic[kind]
        record = self.say(author, at, thread, kind, lines, public=True)
        self.truth.harmful.append((record.post_id, kind))

    def post_personal_data(self, author: Person, at: float) -> None:
        """A post with an e-mail address or phone number from the ranges that are reserved for fiction."""
        rng = self.rng
        email = f"{author.handle}@mail.example"
        phone = rng.choice((f"+44 20 7946 0{rng.randint(100, 999)}", f"+1 202-555-01{rng.randint(10, 99)}"))
        thread = self._plain_thread(author.language, "daily", at)
        thread.values.update(email=email, phone=phone)
        lines = self.lexicons["en"].generic["personal"]
        record = self.say(author, at, thread, "personal", lines, public=True)
        self.truth.personal_data.append((record.post_id, [x for x in (email, phone) if x in record.text]))

    def _plain_thread(self, language: str, topic: str, at: float) -> Thread:
        scene = Scene("plain", topic, None, (), ("it",), (), {})
        return Thread(scene, language, {"subject": "it"}, None, False, at + THREAD_LIFE)

    # -- reposts and quotes ---------------------------------------------------------------------------------------

    def noteworthy(self, language: str, at: float) -> Record | None:
        """A recent public post, likelier one with much appeal."""
        window = self.recent[language]
        if len(window) < 5:
            return None
        rng = self.rng
        choice = max((window[int(rng.random() * len(window))] for _ in range(3)), key=lambda r: r.appeal)
        return choice if at - WINDOW < choice.at < at - QUICKEST else None

    def _repost(self, language: str, hour: int, at: float) -> bool:
        original = self.noteworthy(language, at)
        reposter = self.population.draw(self.rng, language, hour)
        return original is not None and self.repost(reposter, original, at) is not None

    def repost(self, reposter: Person, original: Record, at: float) -> Record | None:
        """None when this person wrote or reposted it already, or could not have read it yet."""
        if at < original.at + QUICKEST:
            return None
        if reposter is original.author or any(person is reposter for person, _ in original.reposts):
            return None
        record = self._emit(
            reposter,
            at,
            f"RT @{original.author.handle}: {original.text}",
            original.language,
            original.topic,
            "repost",
        )
        record.repost_of, record.urls, record.thread = original, original.urls, None
        record.root_id = record.post_id
        original.reposts.append((reposter, record.at))
        self._settle(record)
        return record

    def _quote(self, language: str, hour: int, at: float) -> bool:
        quoted = self.noteworthy(language, at)
        if (
            quoted is None
            or quoted.thread is None
            or quoted.act in ("spam", "scam", "personal", "insult", "threat")
        ):
            return False
        author = self.population.draw(self.rng, language, hour)
        if author is quoted.author:
            return False
        old = quoted.thread
        values = {**old.values, "parent": f"@{quoted.author.handle}"}
        thread = Thread(old.scene, language, values, old.fact, old.misleading, at + THREAD_LIFE)
        lines = self._lines(thread, "quote", quoted)
        if old.misleading and self.rng.random() < 0.3:
            record = self._correct(author, at, thread, quoted)
        else:
            record = self.say(author, at, thread, "quote", lines, quote_of=quoted)
        self.schedule_replies(thread, record)
        return True

    # -- replies --------------------------------------------------------------------------------------------------

    def schedule_replies(self, thread: Thread, first: Record, large: bool = False) -> None:
        if first.visibility != "public":
            return
        rng = self.rng
        count = draw_num_replies(first.act, rng, large or (first.act in ("for", "against")))
        at = first.at
        for _ in range(count):
            at += 20 + rng.lognormvariate(6.3, 1.3)  # median nine minutes
            if at >= thread.closes_at:
                break
            self.schedule(at, lambda moment: self._reply(thread, moment))

    def _reply(self, thread: Thread, at: float) -> None:
        rng = self.rng
        parent = thread.choose_parent(rng)
        if parent is None:
            return
        if at < parent.at + QUICKEST:
            later = parent.at + QUICKEST + rng.random() * 90
            self.schedule(later, lambda moment: self._reply(thread, moment))
            return
        hour = int(at % DAY // HOUR)
        if thread.misleading and parent.depth == 0 and parent.quote_of is None and rng.random() < 0.3:
            checker = self.population.draw(rng, thread.language, hour)
            if checker is not parent.author:
                self._correct(checker, at, thread, parent, reply=True)
                return
        act, who = draw_follow_up(parent.act, rng)
        author = self._choose_replier(thread, parent, who, hour)
        if author is None or (author.role == "newsroom" and act != "follow_answer"):
            return
        if who == "anyone" and rng.random() < self.config.harmful_share * 1.1:
            act = rng.choice(("insult", "insult", "threat"))
            act = act if act in self.lexicons[thread.language].generic else "insult"
        if act in ("agree", "disagree") and "for" in thread.scene.acts and parent.act in ("for", "against"):
            act = "agree" if author.viewpoint == parent.act else "disagree"
        if (
            act in ("follow", "add", "continue", "quote")
            and act not in thread.scene.acts
            and not self._generic(thread, act)
        ):
            act = "react"
        if act == "joke" and _is_grave(thread):
            act = "react"
        thread.values["parent"] = f"@{parent.author.handle}"
        if act in ("answer", "follow_answer"):
            own = parent.line.answers if parent.line else ()
            lines: tuple[Line, ...] = (
                own or thread.scene.acts.get("answer", ()) or self._generic(thread, "unsure")
            )
        else:
            lines = self._lines(thread, act, parent, author)
        record = self.say(author, at, thread, act, lines, reply_to=parent)
        parent.answers_left -= 0 if parent.depth == 0 else 1
        if act in ("insult", "threat"):
            self.truth.harmful.append((record.post_id, act))

    def _choose_replier(self, thread: Thread, parent: Record, who: str, hour: int) -> Person | None:
        if who == "self":
            return parent.author
        if who == "before":
            before = parent.reply_to or parent.quote_of
            return before.author if before is not None and before.author is not parent.author else None
        author = self.population.draw(self.rng, thread.language, hour, thread.scene.topic)
        if author is parent.author or any(
            r.reply_to is parent and r.author is author for r in thread.records
        ):
            return None
        return author

    def _lines(
        self, thread: Thread, act: str, parent: Record, author: Person | None = None
    ) -> tuple[Line, ...]:
        """What can be said: the scene's own lines mostly, and those that always fit."""
        acts = thread.scene.acts
        own: tuple[Line, ...] = ()
        if act in ("agree", "disagree"):
            if author is not None and "for" in acts and parent.act in ("for", "against"):
                own = acts.get(f"{author.viewpoint}_{act}", ())
            elif parent.act in ("open", "state") or _is_grave(thread):
                own = acts.get(act, ())
        else:
            own = acts.get(act, ())
        generic = () if act == "disagree" and _is_grave(thread) else self._generic(thread, act)
        if own and (not generic or self.rng.random() < 0.7):
            return own
        return generic or self._generic(thread, "react")

    def _generic(self, thread: Thread, act: str) -> tuple[Line, ...]:
        return self.lexicons[thread.language].generic.get(act, ())

    def _correct(
        self, author: Person, at: float, thread: Thread, wrong: Record, reply: bool = False
    ) -> Record:
        """Say what is true, with a link to the news."""
        fact, grammar = thread.fact, self.grammars[thread.language]
        assert fact is not None
        true_values = {**thread.values, **fact.values[thread.language]}
        answers = [x for x in thread.scene.acts["answer"] if states(x.template, fact.answer_slot)]
        truth = tidy(grammar.expand(self.rng.choice(answers).template, true_values), thread.language)
        said = {
            "truth": truth,
            "link": self.news_link(thread.language, fact),
            "parent": f"@{wrong.author.handle}",
        }
        record = self.say(
            author, at, thread, "correct", self._generic(thread, "correct"), values={**true_values, **said},
            reply_to=wrong if reply else None, quote_of=None if reply else wrong, public=True,
        )  # fmt: skip
        self.truth.corrections.append((record.post_id, wrong.post_id))
        return record

    # -- making a post ----------------------------------------------------------------------------------------------

    def say(
        self,
        author: Person,
        at: float,
        thread: Thread,
        act: str,
        lines: Sequence[Line],
        *,
        reply_to: Record | None = None,
        quote_of: Record | None = None,
        values: dict[str, str] | None = None,
        first: bool = False,
        public: bool = False,
        link: str = "",
    ) -> Record:
        """Write one post of a thread in its author's voice, and try again while the text was seen before.

        `lines` are what may be said; one is chosen anew for every try.
        """
        rng, language = self.rng, thread.language
        grammar, voice = self.grammars[language], author.voice
        values = values if values is not None else thread.values
        text, line = "", lines[0]
        lines = [line for line in lines if id(line) not in thread.said] or lines
        for attempt in range(TRIES):
            line = lines[int(rng.random() * len(lines))]
            text = tidy(grammar.expand(line.template, values), language)
            if first and act in FRAMED and not (thread.fact and thread.fact.kind in SAD_FACTS):
                text = self._frame(text, language, grammar)
            if act in ("ask", "follow") and rng.random() < 0.12 + 0.3 * attempt:
                text = _join(text, tidy(grammar.pick(grammar.rules["ask_more"], values), language), language)
            if reply_to is not None and act in TALKATIVE and rng.random() < 0.14 + 0.3 * attempt:
                text = _join(text, tidy(grammar.pick(grammar.rules["more"], values), language), language)
            if reply_to is not None and rng.random() < voice.mention_rate and "@" not in text:
                text = f"@{reply_to.author.handle} {text}"
            text = speak(text, voice, self._emoji(thread, act), rng)
            if first and rng.random() < voice.hashtag_rate and thread.scene.hashtags:
                tag = grammar.expand(rng.choice(thread.scene.hashtags), values)
                text = f"{text} #{tag.replace(' ', '').replace('-', '')}"
            if text not in self._seen and text not in self._seen_before:
                break
        if first and not link and author.role == "person" and rng.random() < 0.03:
            link = f"https://{author.handle.replace('_', '-').replace('.', '')}.blog.example/{rng.randint(100, 99_999)}"
        if link:
            text = f"{text} {link}"
        self._remember(text)
        record = self._emit(author, at, text, language, thread.scene.topic, act, public=public)
        record.thread, record.line, record.reply_to, record.quote_of = thread, line, reply_to, quote_of
        if "https://" in text:
            record.urls = tuple(_URL.findall(text))
        record.root_id = record.post_id
        if reply_to is not None:
            record.root_id, record.depth = reply_to.root_id, reply_to.depth + 1
            reply_to.reply_count += 1
        thread.records.append(record)
        thread.said.add(id(line))
        self._settle(record)
        return record

    def _frame(self, text: str, language: str, grammar: Grammar) -> str:
        """Now and then something before or after, as people do."""
        draw = self.rng.random()
        if draw < 0.1:
            lead = tidy(grammar.pick(grammar.rules["opener"], {}), language)
            if lead[-1] in ":!.：！":
                return f"{lead} {text}" if language != "ja" else lead + text
            if language == "en" and lead[-1] == "," and _SAFE_TO_LOWER.match(text):
                return f"{lead} {text[0].lower()}{text[1:]}"
        elif draw < 0.26:
            tail = tidy(grammar.pick(grammar.rules["tail"], {}), language)
            return _join(text, tail, language, "\n" if draw < 0.14 else " ")
        return text

    def _emoji(self, thread: Thread, act: str) -> str:
        emoji = self.lexicons[thread.language].emoji
        if act in ("insult", "threat", "spam", "scam", "correct", "personal"):
            return ""
        if (
            thread.fact is not None
            and thread.fact.kind in SAD_FACTS
            and act in ("open", "state", "react", "agree", "add")
        ):
            return emoji["sad"]
        topic = emoji.get(thread.scene.topic, "")
        mood = MOODS.get(act)
        if act == "ask" or mood is None:
            return topic or emoji["happy"]
        return emoji[mood]

    def _emit(
        self, author: Person, at: float, text: str, language: str, topic: str, act: str, public: bool = True
    ) -> Record:
        """The record with its id and its time; times never go backwards."""
        at = max(round(at, 3), self._last_at)
        self._last_at = at
        self.emitted += 1
        post_id = ((self._start_ms + round(at * 1000)) << 22) | (self.emitted & 0x3FFFFF)
        record = Record(post_id, author, at, text, language, topic, act)
        if not public and act != "answer":
            draw = self.rng.random() * 0.92  # what must be public makes up for it
            if draw < self.config.restricted_share:
                shares = (("unlisted", 0.5), ("followers", 0.85), ("private", 1.0))
                record.visibility = next(
                    kind for kind, upto in shares if draw <= upto * self.config.restricted_share
                )
        record.appeal = author.activity**0.5 * (2.5 if author.role == "newsroom" else 1.0)
        self.post_counts[author.number] += 1
        return record

    def _settle(self, record: Record) -> None:
        """Everything about the record is known: file it."""
        if record.reply_to is not None:
            record.appeal *= 0.4
        self._held.append(record)
        truth, thread = self.truth, record.thread
        truth.saw(record)
        if record.visibility != "public":
            record.answers_left = 0
            if record.reply_to is not None and thread is not None:
                thread.records.pop()
        elif record.repost_of is None and record.act not in ("spam", "scam", "insult", "threat"):
            self.recent[record.language].append(record)
        if thread is None:
            return
        if thread.fact is not None:
            truth.check_fact(record, thread.fact)
            if thread.misleading and record.act != "correct":
                wrong = thread.fact.wrong[record.language].casefold()
                if wrong in record.text.casefold():
                    how = "original" if record.depth == 0 and record.quote_of is None else "repeated"
                    truth.misleading.append((record.post_id, thread.fact, how))
        if "for" in thread.scene.acts and record.act in ("for", "against", "agree", "disagree"):
            truth.viewpoint_posts[record.author.viewpoint].append(record.post_id)

    def _remember(self, text: str) -> None:
        self._seen.add(text)
        if len(self._seen) > REMEMBERED:
            self._seen_before, self._seen = self._seen, set()

    def news_link(self, language: str, fact: Fact) -> str:
        return f"https://{NEWS_HOSTS[language]}/{fact.kind}/{fact.fact_id}"

    def _grammar(self, language: str) -> Grammar:
        measures = {f"measure_{i}": (m[language],) for i, m in enumerate(self.world.measures, start=1)}
        texts = {**self.world.rules[language], **measures}
        rules: dict[str, tuple[Template, ...]] = {
            name: tuple((text,) for text in options) for name, options in texts.items()
        }
        return Grammar({**self.lexicons[language].rules, **rules}, self.rng)


def _is_grave(thread: Thread) -> bool:
    """Whether people were hurt: nobody jokes then."""
    return thread.fact is not None and thread.fact.kind == "incident"


def _join(text: str, more: str, language: str, between: str = " ") -> str:
    """Two sentences one after the other."""
    stop = "。" if language == "ja" else "."
    ended = text[-1] in ".!?…。！？" or not text[-1].isalnum()
    if language == "ja" and between == " ":
        between = ""
    return f"{text}{'' if ended else stop}{between}{more}"
