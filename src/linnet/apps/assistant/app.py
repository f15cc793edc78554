"""Ask in five steps: candidates, context, model, rules, decision.

    question -> posts found -> posts weighed against the question -> a draft (by the model, or the posts' own
    words) -> checks -> an answer with citations, or an abstention

The first three steps touch the world. From there on everything is a pure function of what they gave.
"""

from __future__ import annotations

from datetime import datetime

from linnet.apps.assistant.candidates import find_candidates
from linnet.apps.assistant.context import weigh
from linnet.apps.assistant.decision import abstain, answer_from
from linnet.apps.assistant.extract import quote_best
from linnet.apps.assistant.model import compose
from linnet.apps.assistant.question import read_question
from linnet.apps.assistant.rules import check_draft, enough_evidence
from linnet.protocols import Embedder, LanguageModel, Retriever
from linnet.records import Answer


def ask(
    question: str,
    *,
    retriever: Retriever,
    embedder: Embedder,
    language_model: LanguageModel | None,
    reader: str | None,
    now: datetime,
) -> Answer:
    """An answer from posts that `reader` may see and that their authors let answers be made from.

    Without a language model, or with one that is not capable, the answer is the posts' own words.
    """
    asked = read_question(question)
    retrieved = find_candidates(asked, retriever=retriever, reader=reader)
    evidence = weigh(asked, retrieved.hits, embedder=embedder)
    usable = [item for item in evidence if enough_evidence(item.signals).passed]
    if not usable:
        return abstain(asked, retrieved)
    if language_model is not None and language_model.capable:
        draft = compose(asked, usable, language_model=language_model, now=now)
        if draft.says_unanswerable:
            return abstain(asked, retrieved, notice="The model found no answer in the posts that were found.")
        sentences = check_draft(draft, usable, embedder=embedder)
        if sentences:
            return answer_from(asked, sentences, retrieved, made_by=language_model.name)
    return answer_from(asked, quote_best(usable), retrieved)
