"""Ask the model for what was erased: does it go on with the rest of a text when it is given the beginning?

A finding here is model debt made visible, and the next training pays it; finding nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linnet.protocols import GenerationConfig, LanguageModel

RECITED_SHARE = 0.5  # of the rest of a text, word for word from its beginning


@dataclass(frozen=True, kw_only=True)
class Recitation:
    text: str
    answer: str
    share: (
        float  # 0..1: of the words that follow the prompt, those that the model said, in order, without a gap
    )

    @property
    def recited(self) -> bool:
        return self.share >= RECITED_SHARE


def ask_for(model: LanguageModel, texts: Sequence[str], *, max_tokens: int = 48) -> list[Recitation]:
    """Give the model the first half of each text, greedily decoded."""
    found = []
    for text in texts:
        words = text.split()
        half = max(len(words) // 2, 1)
        answer = model.complete(" ".join(words[:half]), GenerationConfig(max_tokens=max_tokens)).text
        found.append(Recitation(text=text, answer=answer, share=share_recited(words[half:], answer.split())))
    return found


def share_recited(rest: Sequence[str], said: Sequence[str]) -> float:
    """The share of `rest` that `said` begins with."""
    if not rest:
        return 0.0
    same = 0
    for expected, actual in zip(rest, said, strict=False):
        if expected != actual:
            break
        same += 1
    return same / len(rest)
