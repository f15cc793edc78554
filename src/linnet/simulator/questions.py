"""Questions about the facts with the posts that answer them, some that no post answers: what search is tested on."""

from __future__ import annotations

import random
from typing import Any

from linnet.simulator.claims import claim_of
from linnet.simulator.config import SimulationConfig
from linnet.simulator.truth import Mentions, Truth
from linnet.simulator.world import Fact

MOST_ANSWERED = 60
MOST_PER_LANGUAGE = 4

QUESTIONS = {
    "en": {
        "closure": "Until when is bus {line} not running between {a} and {b}?",
        "fare": "How much does a day ticket cost from {since}?",
        "match": "What was the score in {home} against {away}?",
        "opening": "What time does {spot} open?",
        "price": "How much is a kilo of {good} at {at}?",
        "event": "What date is {event}?",
        "vote": "What was the tally in the council vote on {measure}?",
        "incident": "How many people were hurt in {incident}?",
        "storm": "How strong were the gusts of Storm {storm}?",
        "gig": "How much is a ticket for {band} at {stage}?",
        "release": "Which version of {project} has {feature}?",
        "patch": "Which {game} patch {change}?",
        "study": "What is the headline figure of {study}?",
        "book": "When does the book club meet for {title}?",
    },
    "fr": {
        "closure": "Jusqu’à quand le bus {line} est-il coupé entre {a} et {b} ?",
        "match": "Quel est le score de {home} contre {away} ?",
        "event": "Quelle est la date prévue pour {event} ?",
    },
    "es": {
        "closure": "¿Hasta cuándo no pasa el autobús {line} entre {a} y {b}?",
        "match": "¿Cómo quedó el {home} contra {away}?",
        "event": "¿En qué fecha es {event}?",
    },
    "de": {
        "closure": "Bis wann fährt der Bus {line} nicht zwischen {a} und {b}?",
        "match": "Wie ging {home} gegen {away} aus?",
        "event": "An welchem Tag ist {event}?",
    },
    "ja": {
        "closure": "{line}番のバスはいつまで{a}と{b}の間で運休ですか？",
        "event": "{event}は何日ですか？",
    },
    "ar": {
        "closure": "حتى متى تتوقف الحافلة {line} بين {a} و{b}؟",
        "event": "ما تاريخ {event}؟",
    },
}


def make_questions(config: SimulationConfig, truth: Truth) -> list[dict[str, Any]]:
    """Answerable ones first. The ids keep their meaning for one configuration."""
    rng = random.Random(f"questions-{config.seed}")
    answered, unanswered = [], []
    for language in config.languages:
        found = []
        for fact in truth.world.facts:
            wording = QUESTIONS[language].get(fact.kind)
            if wording is None:
                continue
            mentions = truth.mentions.get(fact.fact_id, Mentions())
            if fact.withheld and language == config.languages[0]:
                unanswered.append(_question(fact, wording, language, Mentions()))
            elif mentions.full.get(language):
                found.append(_question(fact, wording, language, mentions))
        most = MOST_ANSWERED if language == config.languages[0] else MOST_PER_LANGUAGE
        answered += sorted(rng.sample(found, min(most, len(found))), key=lambda question: question["fact_id"])
    questions = answered + unanswered
    for number, question in enumerate(questions, start=1):
        question["question_id"] = f"q{number:03d}"
    return [
        dict(sorted(question.items(), key=lambda item: item[0] != "question_id")) for question in questions
    ]


def _question(fact: Fact, wording: str, language: str, mentions: Mentions) -> dict[str, Any]:
    values = fact.values[language]
    elsewhere = {other: ids for other, ids in mentions.full.items() if other != language}
    answerable = bool(mentions.full)
    return {
        "question": wording.format(**values),
        "language": language,
        "answerable": answerable,
        "answer": values[fact.answer_slot] if answerable else None,
        "claim": claim_of(fact) if answerable else None,
        "fact_id": fact.fact_id,
        "kind": fact.kind,
        "post_ids": list(map(str, mentions.full.get(language, []))),
        "thread_post_ids": list(map(str, mentions.in_thread.get(language, []))),
        "other_language_post_ids": {other: list(map(str, ids)) for other, ids in sorted(elsewhere.items())},
    }
