"""How one person writes: case, end of sentence, emoji, typos, hashtags, short forms."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

_SENTENCE_START = re.compile(r"(^|(?<![.…])[.!?]\s+|\n)(?!https:|\S+@)([a-zà-ÿ])")
_SPACE_BEFORE_STOP = re.compile(r" +(?=[.,](?:\s|$))")
_STOP_AFTER_MARK = re.compile(r"(?<=[!?…？！。])[.。](?!\.)|(?<=[^.])\.(?=\.(?:\s|$))")
_SPACES = re.compile(r"  +")
_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=(?:[aeioAEIO]|8\b|11\b|18\b|80\b)(?!ne\b|nce\b|u[rn]))")
_SHORT_FORMS = {
    "you": "u", "your": "ur", "are": "r", "because": "bc", "people": "ppl", "please": "pls", "though": "tho",
    "thanks": "thx", "tomorrow": "tmrw", "really": "rly", "going to": "gonna", "about": "abt",
}  # fmt: skip
_SHORT = re.compile(r"\b(" + "|".join(_SHORT_FORMS) + r")\b")
_CONTRACTIONS = {
    "es": ((re.compile(r"\b([Dd])e el\b"), r"\1el"), (re.compile(r"\b([Aa]) el\b"), r"\1l")),
    "fr": (
        (re.compile(r"\b([Dd])e le\b"), r"\1u"), (re.compile(r"\b([Dd])e les\b"), r"\1es"),
        (re.compile(r"\bà le\b"), "au"), (re.compile(r"\bà les\b"), "aux"),
    ),
}  # fmt: skip
_CASELESS = ("ja", "ar")


@dataclass(frozen=True, slots=True)
class Voice:
    language: str
    case: str = "sentence"  # sentence, lower
    ending: str = "kept"  # kept, none, bang, dots
    emoji_rate: float = 0.0  # share of posts that get an emoji
    typo_rate: float = 0.0  # share of posts with a slip of the fingers
    hashtag_rate: float = 0.0  # share of first posts with a hashtag
    mention_rate: float = 0.0  # share of replies that name whom they answer
    short_forms: bool = False


def make_voice(language: str, rng: random.Random) -> Voice:
    return Voice(
        language=language,
        case="lower" if language not in _CASELESS and rng.random() < 0.2 else "sentence",
        ending=rng.choice(("kept", "kept", "kept", "none", "none", "bang", "dots")),
        emoji_rate=rng.choice((0.0, 0.0, 0.04, 0.12, 0.3, 0.6)),
        typo_rate=rng.choice((0.0, 0.0, 0.02, 0.06, 0.18)),
        hashtag_rate=rng.choice((0.0, 0.0, 0.05, 0.15, 0.4)),
        mention_rate=rng.choice((0.0, 0.05, 0.2, 0.5)),
        short_forms=language == "en" and rng.random() < 0.08,
    )


def tidy(text: str, language: str) -> str:
    """Repair what expansion leaves behind: doubled spaces and stops, a before a vowel, small sentence starts."""
    text = _SPACE_BEFORE_STOP.sub("", _SPACES.sub(" ", text.strip()))
    text = _STOP_AFTER_MARK.sub("", text)
    if language in _CASELESS:
        return text
    if language == "en":
        text = _BEFORE_VOWEL.sub(r"\1n ", text).replace("the The ", "The ").replace("the the ", "the ")
    for pattern, merged in _CONTRACTIONS.get(language, ()):
        text = pattern.sub(merged, text)
    return _SENTENCE_START.sub(lambda match: match[1] + match[2].upper(), text)


def speak(text: str, voice: Voice, emoji: str, rng: random.Random) -> str:
    """The tidy text in this person's voice. `emoji` holds candidates separated by spaces."""
    if voice.case == "lower":
        text = text.lower()
    if voice.short_forms:
        text = _SHORT.sub(lambda match: _SHORT_FORMS[match[0]], text)
    if voice.ending != "kept" and text.endswith(".") and not text.endswith(".."):
        if voice.ending == "none":
            text = text[:-1]
        elif voice.ending == "bang" and rng.random() < 0.4:
            text = text[:-1] + rng.choice(("!", "!!", "!"))
        elif voice.ending == "dots" and rng.random() < 0.4:
            text = text[:-1] + "..."
    if voice.typo_rate and rng.random() < voice.typo_rate and voice.language not in _CASELESS:
        text = _slip(text, rng)
    if emoji and voice.emoji_rate and rng.random() < voice.emoji_rate:
        text = f"{text} {rng.choice(emoji.split())}"
    return text


def _slip(text: str, rng: random.Random) -> str:
    """Swap or drop one letter inside one ordinary word."""
    words = text.split(" ")
    places = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha() and word.islower()]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[place] = swapped if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return " ".join(words)
