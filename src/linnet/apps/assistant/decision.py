"""Decision: what the reader gets to see, with how it was made."""

from __future__ import annotations

from collections.abc import Sequence

from linnet.apps.assistant.question import Question
from linnet.protocols import Retrieved
from linnet.records import Answer, CitedSentence

NO_POSTS = "I found no posts that answer this."
EXTRACTIVE = (
    "Extractive: these are the posts' own words, chosen by search; nobody checked whether they are true."
)


def abstain(question: Question, retrieved: Retrieved, *, notice: str = "") -> Answer:
    return Answer(
        question=question.original,
        answer=NO_POSTS,
        sentences=(),
        abstained=True,
        extractive=False,
        as_of=retrieved.as_of,
        notice=_join(notice, *retrieved.notes),
    )


def answer_from(
    question: Question,
    sentences: Sequence[CitedSentence],
    retrieved: Retrieved,
    *,
    made_by: str | None = None,
) -> Answer:
    """`made_by` names the model that composed the sentences; None says that they are the posts' own words."""
    if not sentences:
        return abstain(question, retrieved)
    composed = f"Composed by {made_by} from the cited posts; nobody checked whether they are true."
    return Answer(
        question=question.original,
        answer=with_markers(sentences),
        sentences=tuple(sentences),
        abstained=False,
        extractive=made_by is None,
        as_of=retrieved.as_of,
        notice=_join(EXTRACTIVE if made_by is None else composed, *retrieved.notes),
    )


def with_markers(sentences: Sequence[CitedSentence]) -> str:
    """The sentences in a row, each followed by the numbers of its posts in order of first citation."""
    numbers: dict[str, int] = {}
    pieces = []
    for sentence in sentences:
        markers = dict.fromkeys(
            numbers.setdefault(citation.post_id, len(numbers) + 1) for citation in sentence.citations
        )
        pieces.append(" ".join([sentence.text, "".join(f"[{number}]" for number in markers)]))
    return " ".join(pieces)


def _join(*parts: str) -> str:
    return " ".join(part if part.endswith(".") else part + "." for part in parts if part)
