"""A pair: one prompt, the better answer, the worse one, and why; and the token ids that training sees."""

from __future__ import annotations

from dataclasses import dataclass

from linnet.model.tokenizer import ModelTokenizer
from linnet.protocols import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencePair:
    prompt: tuple[Message, ...]
    chosen: str
    rejected: str
    source: str  # "checks", "ratings" or "engagement"
    reason: str  # what speaks for the chosen one, in a few words
    post_ids: tuple[str, ...]  # every post that it was made from
    weight: float = 1.0  # above 0; how readily it is taken where there are more pairs than wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPair:
    prompt_ids: list[int]  # ends with the token that gives the assistant the word
    chosen_ids: list[int]  # the answer and its <|end|>
    rejected_ids: list[int]


def encode_pair(pair: PreferencePair, tokenizer: ModelTokenizer, *, max_tokens: int) -> EncodedPair | None:
    """None where the sides are the same to the model, or one of them does not fit: nothing is ever cut."""
    prompt = tokenizer.encode_chat(pair.prompt)
    sides = [
        [*tokenizer.encode_text(text.strip()), tokenizer.end_id] for text in (pair.chosen, pair.rejected)
    ]
    if sides[0] == sides[1] or any(len(side) < 2 or len(prompt) + len(side) > max_tokens for side in sides):
        return None
    return EncodedPair(prompt_ids=prompt, chosen_ids=sides[0], rejected_ids=sides[1])
