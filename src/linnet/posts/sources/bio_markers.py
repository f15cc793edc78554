"""What authors write into their bio when no setting says it: #nobot, #noai, #noindex, "do not train AI on my posts".

Conservative: a hashtag must stand alone, and a sentence must say both the no and what it is about. Spellings in
English, French, German, Spanish, Portuguese, Italian, Dutch, Polish, Japanese, Chinese and Korean.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from linnet.posts.sources.batches import BatchBuilder
from linnet.posts.sources.html_text import plain_text

USES = ("train", "retrieve", "embed", "generate")
_TRAIN = ("train",)
_ALL_BUT_SEARCH = ("train", "embed", "generate")

_TAGS = {
    USES: r"no_?bots?|nobotting|sin_?bots?|ohne_?bots?",
    _ALL_BUT_SEARCH: r"no_?ai|no_?ki|keine?_?ki|no_?ia|sans_?ia|sin_?ia|non?_?ia|sem_?ia|geen_?ai|no_?gen_?ai"
    r"|no_?llms?",
    ("train", "retrieve", "embed"): r"no_?index|no_?indexing|no_?search|no_?archive",
    _TRAIN: r"no_?ai_?training|no_?ml|no_?training|do_?not_?train|dont_?train|no_?scrap(?:e|ing)"
    r"|no_?data_?mining",
}
_MODEL = r"(?:ai|a\.i\.|llms?|gen(?:erative)?[ -]?ai|machine[ -]learning|models?|ml)"
_SENTENCES = {
    _TRAIN: (
        # English
        rf"\b(?:do not|don['’]?t|may not|must not|never|not to) (?:be )?(?:use[d]? )?[^.!?\n]{{0,40}}?\btrain(?:ing)?\b"
        rf"[^.!?\n]{{0,40}}\b{_MODEL}\b",
        r"\b(?:do not|don['’]?t|never) train\b[^.!?\n]{0,40}\b(?:on|with) (?:my|this|these)\b",
        rf"\bno {_MODEL}[ -]train(?:ing)?\b",
        r"\bnot? for (?:ai|llm|ml|machine[ -]learning)[ -]training\b",
        # French, German, Spanish, Portuguese, Italian, Dutch, Polish
        r"\b(?:ne pas|n['’]) ?(?:utiliser|entra[iî]ner)\b[^.!?\n]{0,50}\b(?:ia|llm)\b",
        r"\bpas d['’](?:entra[iî]nement|apprentissage)\b[^.!?\n]{0,30}\bia\b",
        r"\bkein(?:e)? (?:ki|ai)[- ]?(?:training|trainingsdaten)\b",
        r"\bnicht (?:zum|für das|fürs) (?:ki|ai)[- ]training\b",
        r"\bno (?:entren(?:ar|en|éis)|usar|usen)\b[^.!?\n]{0,50}\bia\b",
        r"\bn[ãa]o (?:treinar|treinem|usar|usem)\b[^.!?\n]{0,50}\bia\b",
        r"\bnon (?:addestrare|usare|utilizzare)\b[^.!?\n]{0,50}\b(?:ia|ai)\b",
        r"\b(?:geen|niet voor) (?:ai|llm)[- ]training\b",
        r"\bnie (?:trenuj(?:cie)?|używaj(?:cie)?)\b[^.!?\n]{0,50}\b(?:ai|si)\b",
        # Japanese, Chinese, Korean
        r"(?:ai|生成ai|機械)(?:の|への|による)?(?:無断)?学習(?:は|を|への利用)?(?:禁止|お断り|拒否|しないで)",
        r"無断学習(?:禁止|お断り)",
        r"(?:禁止|请勿|請勿|不得|拒绝|拒絕)[^。!?\n]{0,10}(?:ai|人工智[能慧])(?:模型)?(?:学习|學習|训练|訓練)",
        r"ai ?(?:무단 ?)?학습 ?(?:을 ?|은 ?)?(?:금지|거부|불가)",
    ),
    _ALL_BUT_SEARCH: (
        r"\bno (?:ai|llms?|genai|generative ai) (?:use|usage|scraping|access)\b",
        r"\bpas d['’]ia\b",
        r"\bkeine ki[- ]nutzung\b",
    ),
}
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    *((uses, re.compile(rf"(?<![\w#&/])#(?:{tags})(?!\w)", re.IGNORECASE)) for uses, tags in _TAGS.items()),
    *((uses, re.compile("|".join(sentences), re.IGNORECASE)) for uses, sentences in _SENTENCES.items()),
)


def uses_denied_by(bio: str) -> tuple[str, ...]:
    """The uses that a bio, as plain text, denies."""
    found = {use for uses, pattern in _PATTERNS if pattern.search(bio) for use in uses}
    return tuple(use for use in USES if use in found)


@lru_cache(maxsize=10_000)
def _uses_denied_by(texts: tuple[str, ...]) -> tuple[str, ...]:
    """As `uses_denied_by`, of HTML or plain texts; the same bio comes with every post of its author."""
    return uses_denied_by("\n".join(plain_text(text)[0] if "<" in text else text for text in texts))


def prefer_by_bio(
    out: BatchBuilder,
    author_id: Any,
    bio: Any,
    *,
    fields: Any = None,
    seen_at: Any,
    source: str,
    denied_at: Any = None,
) -> None:
    """What a bio says, with the fields beside it ({"name", "value"}), HTML or plain.

    A denial counts from `denied_at`, or now; its absence from `seen_at`.
    """
    said = [bio]
    for field in fields if isinstance(fields, list) else [fields]:
        if isinstance(field, dict):
            said += [field.get("name"), field.get("value")]
    texts = tuple(text for text in said if isinstance(text, str))
    if not texts:
        return
    denied = _uses_denied_by(texts)
    for use in USES:
        if use in denied:
            out.prefer(author_id, use, "deny", denied_at, source)
        elif seen_at is not None:
            out.prefer(author_id, use, "unset", seen_at, source)
