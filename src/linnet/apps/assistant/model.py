"""Model: a capable model drafts cited sentences from the posts. Nothing that it says is believed here.

Posts are data, quoted in the form of `linnet.model.prompts`. Posts that talk to a model are left out beforehand, and
whatever comes back is checked against the posts by `rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linnet.apps.assistant.context import Evidence
from linnet.apps.assistant.question import Question
from linnet.model.prompts import (
    POSTS_SHOWN,
    DraftSentence,
    ShownPost,
    answer_prompt,
    read_reply,
    talks_to_a_model,
)
from linnet.protocols import GenerationConfig, LanguageModel, Message
from linnet.records import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    sentences: tuple[DraftSentence, ...]
    says_unanswerable: bool
    shown: tuple[Evidence, ...]  # what the numbers mean


def compose(
    question: Question, evidence: Sequence[Evidence], *, language_model: LanguageModel, now: datetime
) -> Draft:
    """The model's draft; empty when it does not answer in the form that was asked for."""
    shown = tuple(item for item in evidence if not talks_to_a_model(item.hit.text))[:POSTS_SHOWN]
    if not shown:
        return Draft(sentences=(), says_unanswerable=False, shown=())
    reply = language_model.chat(
        prompt(question, shown, now), GenerationConfig(max_tokens=600, temperature=0.0)
    )
    return read_draft(reply.text, shown)


def prompt(question: Question, shown: Sequence[Evidence], now: datetime) -> list[Message]:
    posts = [
        ShownPost(
            author=item.hit.author_name or item.hit.author_id,
            time=to_json(item.hit.created_at),
            text=item.hit.text,
        )
        for item in shown
    ]
    return answer_prompt(question.text, posts, now=to_json(now))


def read_draft(text: str, shown: tuple[Evidence, ...]) -> Draft:
    """The JSON object in a model's reply; the rules decide on what it says."""
    sentences, unanswerable = read_reply(text)
    return Draft(sentences=sentences, says_unanswerable=unanswerable, shown=shown)
