"""Documents to conversations for fine-tuning: reply threads first, and small writing tasks from single posts.

A thread becomes turns: posts of one author in a row make one turn, the first turn is the user's, then they
alternate. A post that nobody answered becomes a task whose answer is the post, or the rest of it. The loss counts
on the assistant's turns only.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

from linnet.model.documents import DocumentText
from linnet.model.tokenizer import BOS_ID, ModelTokenizer
from linnet.protocols import Message

HASHTAG = re.compile(r"#\w+")
IGNORED = -100  # the label of a token that does not count
LEAST_WORDS_TO_CONTINUE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConversation:
    input_ids: list[int]
    labels: list[int]  # input_ids where the assistant speaks, IGNORED elsewhere


def conversation_of(document: DocumentText) -> tuple[Message, ...]:
    """The document as messages that end with the assistant's; () when nothing can be made of it."""
    turns = list(_turns(document))
    if len(turns) < 2:
        return _writing_task(turns[0]) if turns else ()
    roles = cycle(("user", "assistant"))
    messages = [Message(role=role, content=turn) for role, turn in zip(roles, turns, strict=False)]
    return tuple(messages[: len(messages) // 2 * 2])


def is_exchange(document: DocumentText) -> bool:
    """Whether someone answered someone else."""
    return len(set(document.author_ids)) > 1


def _turns(document: DocumentText) -> Iterator[str]:
    """The texts, those of one author in a row joined."""
    parts: list[str] = []
    speaker: str | None = None
    for author, text in zip(document.author_ids, document.texts, strict=True):
        if not text.strip():
            continue
        if parts and author != speaker:
            yield "\n".join(parts)
            parts = []
        speaker = author
        parts.append(text)
    if parts:
        yield "\n".join(parts)


def _writing_task(text: str) -> tuple[Message, ...]:
    if tag := HASHTAG.search(text):
        return Message(role="user", content=f"Write a post about {tag[0]}"), Message(
            role="assistant", content=text
        )
    words = text.split(" ")
    if len(words) < LEAST_WORDS_TO_CONTINUE:
        return Message(role="user", content="Write a short post"), Message(role="assistant", content=text)
    cut = len(words) // 2
    start, rest = " ".join(words[:cut]), " ".join(words[cut:])
    return Message(role="user", content=f"Continue this post: {start}"), Message(
        role="assistant", content=rest
    )


def choose_documents(
    documents: Sequence[DocumentText], count: int, *, single_post_share: float, rng: random.Random
) -> list[DocumentText]:
    """At most `count` documents in random order; single posts fill what exchanges leave, or their share of it."""
    exchanges = [document for document in documents if is_exchange(document)]
    singles = [document for document in documents if not is_exchange(document)]
    rng.shuffle(exchanges)
    rng.shuffle(singles)
    num_singles = min(len(singles), max(round(count * single_post_share), count - len(exchanges)))
    chosen = singles[:num_singles] + exchanges[: count - num_singles]
    rng.shuffle(chosen)
    return chosen


def encode_conversation(
    messages: Sequence[Message], tokenizer: ModelTokenizer, *, max_tokens: int
) -> TrainingConversation | None:
    """Token ids and labels of the last exchanges that fit; None when not even the last one does."""
    pieces: list[tuple[list[int], list[int]]] = []
    room = max_tokens - 1
    for user, assistant in reversed([(messages[i], messages[i + 1]) for i in range(0, len(messages), 2)]):
        asked = tokenizer.encode_message(user.role, user.content)
        answered = tokenizer.encode_message(assistant.role, assistant.content)
        if len(asked) + len(answered) > room:
            break
        room -= len(asked) + len(answered)
        # The role token is given in the prompt; the text and its <|end|> are for the model to write.
        pieces.append((asked + answered, [IGNORED] * (len(asked) + 1) + answered[1:]))
    if not pieces:
        return None
    input_ids, labels = [BOS_ID], [IGNORED]
    for ids, piece_labels in reversed(pieces):
        input_ids += ids
        labels += piece_labels
    return TrainingConversation(input_ids=input_ids, labels=labels)
