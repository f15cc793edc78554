"""Candidates: posts that may hold the answer, asked for with the purpose "generate"."""

from __future__ import annotations

from linnet.apps.assistant.question import Question
from linnet.protocols import Retrieved, Retriever

CANDIDATES = 40  # posts weighed for one question


def find_candidates(question: Question, *, retriever: Retriever, reader: str | None) -> Retrieved:
    return retriever.retrieve(question.search_query, limit=CANDIDATES, reader=reader, purpose="generate")
