"""Greedy answers: the likeliest next token until a special token ends the answer or the limit is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linnet.evaluation.likelihood import Scorer
from linnet.protocols import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class GreedyAnswer:
    text: str
    tokens: int  # made, the one that ended the answer not counted
    finished: bool  # whether the model ended it; False where the limit did


def greedy_answer(scorer: Scorer, prompt: Sequence[int], *, max_tokens: int) -> GreedyAnswer:
    """Go on from the prompt. Of a prompt without room for the answer the end is kept."""
    import torch

    prompt = list(prompt)[-max(scorer.context_length - max_tokens, 1) :]
    inputs = torch.tensor([prompt], device=scorer.model.device)
    made: list[int] = []
    finished, cache = False, None
    with torch.inference_mode():
        for _ in range(min(max_tokens, scorer.context_length - len(prompt))):
            output = scorer.model(input_ids=inputs, past_key_values=cache, use_cache=True)
            token = int(output.logits[0, -1].argmax())
            if finished := token in scorer.tokenizer.special_ids:
                break
            made.append(token)
            cache, inputs = output.past_key_values, torch.tensor([[token]], device=inputs.device)
    return GreedyAnswer(text=scorer.tokenizer.decode(made), tokens=len(made), finished=finished)


def prompt_ids(scorer: Scorer, messages: Sequence[Message], *, chat: bool) -> list[int]:
    """Messages in the form that a model knows: a chat, or for a base model a thread in which another author answers."""
    if chat:
        return scorer.tokenizer.encode_chat(messages)
    texts = [message.content for message in messages]
    authors = [*("answers" if message.role == "assistant" else "asks" for message in messages), "answers"]
    return scorer.tokenizer.encode_document([*texts, ""], authors)[:-1]  # the answer is still open
