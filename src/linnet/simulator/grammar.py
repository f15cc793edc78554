"""A small grammar for text: `{slot}` is filled from values or rules, `[a|b|]` chooses one of its parts.

    {dish}      the value named dish, or else one expansion of the rule named dish
    {^dish}     the same with a capital first letter
    [yes|no|]   one of: yes, no, nothing

Templates are compiled once; values are inserted as they are and never read as templates.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    capital: bool


Template = tuple[Any, ...]  # of str, Slot, or a list of Templates to choose from


def compile_template(text: str) -> Template:
    """Raises ValueError with the text when a bracket or brace is left open."""
    parts, position = _read_sequence(text, 0, closers="")
    if position != len(text):
        raise ValueError(f"unexpected {text[position]!r} at {position} in template: {text}")
    return parts


def compile_options(text: str) -> tuple[Template, ...]:
    """`a | b | c` at the top level: one template each, with the spaces around it cut."""
    options, depth, start = [], 0, 0
    for position, letter in enumerate(text):
        if letter == "[":
            depth += 1
        elif letter == "]":
            depth -= 1
        elif letter == "|" and depth == 0:
            options.append(text[start:position])
            start = position + 1
    options.append(text[start:])
    return tuple(compile_template(option.strip()) for option in options)


def _read_sequence(text: str, position: int, closers: str) -> tuple[Template, int]:
    parts: list[Any] = []
    literal = ""
    while position < len(text) and text[position] not in closers:
        letter = text[position]
        if letter == "{":
            end = text.find("}", position)
            if end < 0:
                raise ValueError(f"a brace is left open in template: {text}")
            name = text[position + 1 : end]
            if literal:
                parts.append(literal)
                literal = ""
            parts.append(Slot(name.lstrip("^"), name.startswith("^")))
            position = end + 1
        elif letter == "[":
            if literal:
                parts.append(literal)
                literal = ""
            options = []
            while True:
                option, position = _read_sequence(text, position + 1, closers="|]")
                if position >= len(text):
                    raise ValueError(f"a bracket is left open in template: {text}")
                options.append(option)
                if text[position] == "]":
                    break
            parts.append(options)
            position += 1
        elif letter == "]":
            raise ValueError(f"unexpected ']' at {position} in template: {text}")
        else:
            literal += letter
            position += 1
    if literal:
        parts.append(literal)
    return tuple(parts), position


class Grammar:
    """Rules by name, expanded with one random generator."""

    def __init__(self, rules: Mapping[str, Sequence[Template]], rng: random.Random) -> None:
        self.rules = rules
        self._random = rng.random

    def expand(self, template: Template, values: Mapping[str, str]) -> str:
        """One text. Raises KeyError with the slot's name when neither values nor rules have it."""
        out: list[str] = []
        self._write(template, values, out)
        return "".join(out)

    def pick(self, templates: Sequence[Template], values: Mapping[str, str]) -> str:
        return self.expand(templates[int(self._random() * len(templates))], values)

    def _write(self, template: Template, values: Mapping[str, str], out: list[str]) -> None:
        for part in template:
            if type(part) is str:
                out.append(part)
            elif type(part) is Slot:
                value = values.get(part.name)
                if value is None:
                    options = self.rules[part.name]
                    value = self.expand(options[int(self._random() * len(options))], values)
                out.append(value[:1].upper() + value[1:] if part.capital else value)
            else:
                self._write(part[int(self._random() * len(part))], values, out)


def slots_of(template: Template) -> set[str]:
    """Every slot name that an expansion may ask for."""
    names: set[str] = set()
    for part in template:
        if isinstance(part, Slot):
            names.add(part.name)
        elif isinstance(part, list):
            for option in part:
                names |= slots_of(option)
    return names


def states(template: Template, name: str) -> bool:
    """Whether every expansion holds the slot: one that stands outside of the brackets."""
    return any(isinstance(part, Slot) and part.name == name for part in template)
