"""Every template of every language can be filled, and the grammar does what it says."""

from __future__ import annotations

import random

import pytest

from linnet.simulator.config import LANGUAGES, SimulationConfig
from linnet.simulator.grammar import Grammar, Template, compile_options, compile_template, slots_of, states
from linnet.simulator.lexicon import load_lexicon, parse_scenes
from linnet.simulator.voice import Voice, speak, tidy
from linnet.simulator.world import build_world

GIVEN = {
    "parent",
    "subject",
    "link",
    "truth",
    "email",
    "phone",
    "target",
    "cracks",
    "tag",
    "measure_1",
    "measure_2",
}
WORLD = build_world(SimulationConfig())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_has_a_value(language: str) -> None:
    lexicon = load_lexicon(language)
    known = set(lexicon.rules) | set(WORLD.rules[language]) | GIVEN
    for name, options in lexicon.rules.items():
        for template in options:
            assert slots_of(template) <= known, name
    for act, lines in lexicon.generic.items():
        for line in lines:
            assert slots_of(line.template) <= known, act
    for scene in lexicon.scenes:
        fact = WORLD.by_kind[scene.fact_kind][0] if scene.fact_kind else None
        allowed = known | (set(fact.values[language]) if fact else set())
        assert all(name in lexicon.rules or name in WORLD.rules[language] for name in scene.bind), scene.name
        templates: list[Template] = [scene.subject, *scene.hashtags]
        for lines in scene.acts.values():
            for line in lines:
                templates += [line.template, *(answer.template for answer in line.answers)]
        for template in templates:
            assert slots_of(template) <= allowed, scene.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_fact_scenes_can_state_and_correct_their_fact(language: str) -> None:
    for scene in load_lexicon(language).scenes:
        if scene.fact_kind:
            slot = WORLD.by_kind[scene.fact_kind][0].answer_slot
            for act in ("state", "answer"):
                assert any(states(line.template, slot) for line in scene.acts[act]), (scene.name, act)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_platform_relies_on_is_there(language: str) -> None:
    lexicon = load_lexicon(language)
    assert {"opener", "tail", "more", "ask_more"} <= set(lexicon.rules)
    assert {"react", "unsure", "correct", "insult", "spam", "scam", "quote", "thanks"} <= set(lexicon.generic)
    assert {"happy", "sad", "think", "laugh", "thanks"} <= set(lexicon.emoji)


def test_wrong_values_differ_in_every_language() -> None:
    for fact in WORLD.facts:
        for language in LANGUAGES:
            assert fact.wrong[language] != fact.values[language][fact.answer_slot], fact.fact_id


def test_grammar() -> None:
    grammar = Grammar({"dish": compile_options("soup [with|without] salt | pie")}, random.Random(1))
    texts = {grammar.expand(compile_template("{^dish}[!|]"), {}) for _ in range(100)}
    assert texts == {a + b for a in ("Soup with salt", "Soup without salt", "Pie") for b in ("!", "")}
    assert grammar.expand(compile_template("{dish}"), {"dish": "[a|b] {c}"}) == "[a|b] {c}"
    with pytest.raises(KeyError, match="nothing"):
        grammar.expand(compile_template("{nothing}"), {})


@pytest.mark.parametrize("broken", ["[a|b", "{a", "a]b"])
def test_broken_templates_are_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="template"):
        compile_template(broken)


def test_a_scene_needs_a_beginning() -> None:
    with pytest.raises(ValueError, match="nothing to begin with"):
        parse_scenes("\n= empty | daily\nagree: yes")


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "a orange . really?.", "An orange. Really?"),
        ("en", "a unicorn and a one-off", "A unicorn and a one-off"),
        (
            "en",
            "read https://a.example/b. https://a.example/c",
            "Read https://a.example/b. https://a.example/c",
        ),
        ("en", "so... it goes on", "So... it goes on"),
        ("es", "el precio de el pan", "El precio del pan"),
        ("fr", "le prix de le pain", "Le prix du pain"),
    ],
)
def test_tidy(language: str, text: str, expected: str) -> None:
    assert tidy(text, language) == expected


def test_a_voice_changes_the_text_but_not_its_links() -> None:
    voice = Voice(language="en", case="lower", ending="none", emoji_rate=1.0, short_forms=True)
    assert speak("Are you There.", voice, "🙂", random.Random(1)) == "r u there 🙂"
