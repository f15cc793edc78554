"""Conversations as token ids and labels: the loss counts on what the assistant says, nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linnet.model.tokenizer import ModelTokenizer
from linnet.protocols import Message
from linnet.training.tasks.task import TaskExample

IGNORED = -100  # the label of a token that does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConversation:
    input_ids: list[int]
    labels: list[int]  # input_ids where the assistant speaks, IGNORED elsewhere

    @property
    def num_counted(self) -> int:
        """Tokens that count in the loss."""
        return sum(label != IGNORED for label in self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedExample:
    example: TaskExample  # as it is trained on
    conversation: TrainingConversation
    shortened: bool  # whether something was left out to make it fit


def fit_example(example: TaskExample, tokenizer: ModelTokenizer, *, max_tokens: int) -> FittedExample | None:
    """The example in at most `max_tokens`: with fewer distractors, or fewer exchanges; None when that is not enough."""
    whole = example
    while True:
        conversation = encode_conversation(example.messages, tokenizer, max_tokens=max_tokens)
        if conversation is not None:
            cut = example is not whole or (
                len(example.messages) > 3  # else there is nothing that encoding could leave out
                and len(conversation.input_ids) < len(tokenizer.encode_chat(example.messages, False))
            )
            return FittedExample(example=example, conversation=conversation, shortened=cut)
        if example.shorter is None:
            return None
        example = example.shorter()


def encode_conversation(
    messages: Sequence[Message], tokenizer: ModelTokenizer, *, max_tokens: int
) -> TrainingConversation | None:
    """Token ids and labels of the last exchanges that fit, behind the system message if there is one.

    None when not even the last exchange fits.
    """
    input_ids = tokenizer.header()
    if messages and messages[0].role == "system":
        input_ids += tokenizer.encode_message("system", messages[0].content)
        messages = messages[1:]
    labels = [IGNORED] * len(input_ids)
    pieces: list[tuple[list[int], list[int]]] = []
    room = max_tokens - len(input_ids)
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
    for ids, piece_labels in reversed(pieces):
        input_ids += ids
        labels += piece_labels
    return TrainingConversation(input_ids=input_ids, labels=labels)
