"""A language pack: rules, scenes and generic replies, read from the text in lexicon_*.py.

A scene is one thing that people talk about: what they open with, ask, answer and reply. Its text format is

    = name | topic                   begins a scene
    fact: closure                    its values come from a world fact of this kind
    bind: dish, flaw                 rules that are drawn once and hold for the whole thread
    subject: the {dish}              how others refer to it; any reply may use {subject}
    hashtags: Dinner, HomeCooking
    open: ...                        one template a line, any number of lines an act
    ask: question => answer | answer answers that fit only this question (follow: works the same)

A rule is `name: option | option`, and may go on over several lines with the same name.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from linnet.simulator.grammar import Template, compile_options, compile_template


@dataclass(frozen=True)
class Line:
    """One thing to say, and what it takes as an answer when it is a question with answers of its own."""

    template: Template
    answers: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Scene:
    name: str
    topic: str
    fact_kind: str | None
    bind: tuple[str, ...]
    subject: Template
    hashtags: tuple[Template, ...]
    acts: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True)
class Lexicon:
    """One language. `generic` holds the replies that fit any scene; `extra` holds what special accounts say."""

    language: str
    rules: Mapping[str, tuple[Template, ...]]
    scenes: tuple[Scene, ...]
    generic: Mapping[str, tuple[Line, ...]]
    emoji: Mapping[str, str]  # mood or topic -> emoji separated by spaces
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    display_names: Mapping[str, str]  # Latin part of a name -> how it is written in the language
    bios: tuple[Template, ...]

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(scene.topic for scene in self.scenes))


def parse_rules(text: str) -> dict[str, tuple[Template, ...]]:
    rules: dict[str, tuple[Template, ...]] = {}
    for name, rest in _entries(text):
        rules[name] = rules.get(name, ()) + compile_options(rest)
    return rules


def parse_acts(text: str) -> dict[str, tuple[Line, ...]]:
    acts: dict[str, list[Line]] = {}
    for act, rest in _entries(text):
        acts.setdefault(act, []).append(_line(rest))
    return {act: tuple(lines) for act, lines in acts.items()}


def parse_scenes(text: str) -> tuple[Scene, ...]:
    scenes = []
    for block in text.split("\n= ")[1:]:
        head, _, body = block.partition("\n")
        name, topic = (part.strip() for part in head.split("|"))
        fact_kind: str | None = None
        bind: tuple[str, ...] = ()
        hashtags: tuple[str, ...] = ()
        subject, lines = "it", list[str]()
        for key, rest in _entries(body):
            if key == "fact":
                fact_kind = rest
            elif key == "bind":
                bind = _words(rest)
            elif key == "subject":
                subject = rest
            elif key == "hashtags":
                hashtags = _words(rest)
            else:
                lines.append(f"{key}: {rest}")
        acts = parse_acts("\n".join(lines))
        if not ({"open", "state", "ask", "for", "against"} & set(acts)):
            raise ValueError(f"scene {name} has nothing to begin with")
        scenes.append(
            Scene(
                name,
                topic,
                fact_kind,
                bind,
                compile_template(subject),
                tuple(map(compile_template, hashtags)),
                acts,
            )
        )
    return tuple(scenes)


def _entries(text: str) -> list[tuple[str, str]]:
    entries = []
    for line in text.splitlines():
        if line.strip():
            key, colon, rest = line.partition(":")
            if not colon:
                raise ValueError(f"no colon in lexicon line: {line}")
            entries.append((key.strip(), rest.strip()))
    return entries


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _line(text: str) -> Line:
    said, _, answers = text.partition("=>")
    replies = tuple(Line(option) for option in compile_options(answers)) if answers.strip() else ()
    return Line(compile_template(said.strip()), replies)


@cache
def load_lexicon(language: str) -> Lexicon:
    """The pack of one language; English keeps its scenes in files of their own."""
    data = importlib.import_module(f"linnet.simulator.lexicon_{language}")
    names = dict(pair.split("=") for pair in data.NAMES.split())
    return Lexicon(
        language=language,
        rules=parse_rules(data.RULES),
        scenes=parse_scenes(data.SCENES),
        generic=parse_acts(data.GENERIC),
        emoji=data.EMOJI,
        first_names=tuple(data.FIRST_NAMES.split()),
        last_names=tuple(data.LAST_NAMES.split()),
        display_names=names,
        bios=compile_options(data.BIOS),
    )
