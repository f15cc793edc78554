"""What the letters of a post say about its language before any statistics are asked.

Some writing systems belong to one language (kana, Hangul, Greek, Hebrew, Thai...): `script_language` settles those.
Where languages share an alphabet, single letters rule neighbours out: no Russian word has ї, no Arabic one پ.
"""

from __future__ import annotations

import re

import polars as pl

ONE_LANGUAGE = {
    "Hangul": "ko",
    "Greek": "el",
    "Hebrew": "he",
    "Thai": "th",
    "Armenian": "hy",
    "Georgian": "ka",
    "Tamil": "ta",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Gujarati": "gu",
    "Gurmukhi": "pa",
    "Sinhala": "si",
    "Lao": "lo",
    "Khmer": "km",
    "Myanmar": "my",
}
"""Writing systems whose posts are in one language nearly always (Yiddish in Hebrew letters is the known loss)."""

MAJORITY = 0.5  # share of a post's letters that must be in the script, so that a quoted word settles nothing

MIN_KANA_SHARE = 0.1
"""Kana among kana and Han letters from which a post is Japanese; Chinese posts use a lone の as decoration."""

_KANA = r"[\p{Hiragana}\p{Katakana}ー]"
_SETTLING = "[" + "".join(rf"\p{{{name}}}" for name in ("Hiragana", "Katakana", "Han", *ONE_LANGUAGE)) + "]"
NOT_LATIN_LETTER = r"[\p{L}--\p{Latin}]"

NEVER_LATIN = frozenset(
    [
        "am",
        "ar",
        "arz",
        "bg",
        "bn",
        "ckb",
        "el",
        "fa",
        "gu",
        "he",
        "hi",
        "hy",
        "ja",
        "ka",
        "km",
        "kn",
        "ko",
        "lo",
        "mk",
        "ml",
        "mn",
        "mr",
        "my",
        "ne",
        "pa",
        "pnb",
        "ps",
        "ru",
        "si",
        "ta",
        "te",
        "th",
        "uk",
        "ur",
        "yi",
        "zh",
    ]
)
"""Languages that the identifier knows in their own script only; it cannot mean them when it sees Latin letters."""

# (letters, the languages that do not write with them)
LETTER_RULES: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile("[їєґі]", re.I), frozenset({"ru", "bg", "sr", "mk", "mn", "tg", "ba", "cv"})),
    (re.compile("[їєґ]", re.I), frozenset({"be", "kk"})),
    (re.compile("[ыэёъ]", re.I), frozenset({"uk", "sr", "mk"})),
    (re.compile("[ыэё]", re.I), frozenset({"bg"})),
    (re.compile("[ўђћџљњѓќѕј]", re.I), frozenset({"ru", "uk", "bg"})),
    (re.compile("[پچژگ]"), frozenset({"ar", "arz"})),
    (re.compile("[ٹڈڑںےہھ]"), frozenset({"ar", "arz", "fa", "ps", "ckb", "azb", "mzn"})),
    (re.compile("[ټډړښځڅۍ]"), frozenset({"ar", "arz", "fa", "ur", "pnb", "azb"})),
    (re.compile("[ێۆڵڕە]"), frozenset({"ar", "arz", "fa", "ur", "pnb", "azb"})),
    (re.compile("[ة]"), frozenset({"fa", "ur", "azb", "mzn"})),
)


def script_languages(words: pl.Series) -> pl.Series:
    """The language that a post's script settles, null where it leaves several. Han without kana is "zh", which a
    declared "ja" may overrule: short Japanese headlines have no kana."""
    text = pl.col("words")
    letters = text.str.count_matches(r"\p{L}")
    kana, han = text.str.count_matches(_KANA), text.str.count_matches(r"\p{Han}")
    rules = {
        "ja": (kana + han > letters * MAJORITY) & (kana > (kana + han) * MIN_KANA_SHARE),
        "zh": han > letters * MAJORITY,
    }
    for script, language in ONE_LANGUAGE.items():
        rules[language] = text.str.count_matches(rf"\p{{{script}}}") > letters * MAJORITY
    rule = pl.coalesce(pl.when(rule).then(pl.lit(language)) for language, rule in rules.items())
    frame = pl.DataFrame({"words": words}).with_row_index("row")
    settled = (
        frame.filter(text.str.contains(_SETTLING))
        .with_columns(rule.alias("language"))
        .select("row", "language")
    )
    return frame.join(settled, on="row", how="left", maintain_order="left")["language"]


def ruled_out(text: str) -> frozenset[str]:
    """The languages that a post in Cyrillic or Arabic letters cannot be in. Letters that contradict each other (a Russian post that quotes a
    Ukrainian name) rule nothing out."""
    out: frozenset[str] = frozenset()
    for letters, languages in LETTER_RULES:
        if letters.search(text):
            out |= languages
    if "ru" in out and "uk" in out:
        return frozenset()
    return out
