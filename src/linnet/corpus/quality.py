"""Whether a post is worth learning language from. Every rule has a name, and a dropped post keeps it.

The rules are the classical web-text heuristics (Rae et al. 2021, "Gopher", appendix A1: symbol share, repetition)
scaled down to posts of a few words. They work in any script: letters are counted, not English words.
"""

from __future__ import annotations

import polars as pl

LINK = r"https?://\S+|\bt\.co/\S+"
MENTION = r"@[\w.\-]+(@[\w.\-]+)?"
TAG = r"#\w+"

MIN_LETTERS = 8
"""Letters in the author's own words; fewer carry no sentence."""
MIN_LETTERS_DENSE = 4
"""The same for scripts that write a word in one or two characters."""
MIN_LETTER_SHARE = 0.4
"""Letters and digits among the visible characters."""
MAX_TAGS = 8
DENSE_SCRIPTS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]"


def own_words(text: pl.Expr) -> pl.Expr:
    """The text without links, mentions and tags, on one line."""
    bare = text.str.replace_all(LINK, " ").str.replace_all(MENTION, " ").str.replace_all(TAG, " ")
    return bare.str.replace_all(r"\s+", " ").str.strip_chars()


def quality_reason(text: pl.Expr, words: pl.Expr, repost_of: pl.Expr) -> pl.Expr:
    """The name of the first rule that a post fails; null when it passes all."""
    letters = words.str.count_matches(r"\p{L}")
    visible = text.str.count_matches(r"\S")
    readable = text.str.count_matches(r"[\p{L}\p{M}\p{N}]")
    dense = words.str.contains(DENSE_SCRIPTS)
    run = words.str.contains(_RUNS)
    return (
        pl.when(repost_of.is_not_null() | text.str.starts_with("RT @"))
        .then(pl.lit("repost"))
        .when(letters < pl.when(dense).then(MIN_LETTERS_DENSE).otherwise(MIN_LETTERS))
        .then(pl.lit("too_few_words"))
        .when(readable < visible * MIN_LETTER_SHARE)
        .then(pl.lit("mostly_symbols"))
        .when(text.str.count_matches(TAG) > MAX_TAGS)
        .then(pl.lit("too_many_tags"))
        .when(run)
        .then(pl.lit("repeated_characters"))
        .otherwise(None)
    )


# The same letter or sign twelve times in a row (the regex engine has no back references).
_RUNS = "|".join(f"{character}{{12,}}" for character in "aehioux!") + r"|\?{12,}|\.{12,}|-{12,}|_{12,}|={12,}"
