"""Whether a post is worth learning language from. Every rule has a name, and a dropped post keeps it.

The rules come from what is known of web text, scaled down to posts of a few words:

    Rae et al. 2021, "Gopher", appendix A1: symbol share, share of text in repeated words, minimum of words
    Raffel et al. 2020, "C4", section 2.2: placeholder text ("lorem ipsum"), unfilled templates in curly brackets
    Penedo et al. 2024, "FineWeb", section 3: text that repeats itself in characters
    what platforms call spam in their rules: many links, many mentions of people outside a conversation, many tags

They work in any script: letters are counted, not English words. Posts all in capitals stay: shouting is language.
"""

from __future__ import annotations

import polars as pl

LINK = r"https?://\S+|\bt\.co/\S+"
MENTION = r"@[\w.\-]+(@[\w.\-]+)?"
TAG = r"#\w+"

MIN_LETTERS = 8
"""Letters in the author's own words; fewer carry no sentence (Gopher's 50 words, for posts). Links, mentions and tags
alone fall here too."""
MIN_LETTERS_DENSE = 4
"""The same for scripts that write a word in one or two characters."""
MIN_LETTER_SHARE = 0.4
"""Letters and digits among the visible characters (Gopher: alphabetic characters in 80% of words)."""
MAX_TAGS = 8
MAX_LINKS = 4
MAX_MENTIONS = 6
"""Behind the first word: the mentions that begin a reply are its addressees, and a long thread has many."""
MIN_WORDS_TO_REPEAT = 8
MAX_REPEATED_WORDS = 0.6
"""Share of words that stood in the post before (Gopher: repeated lines and n-grams); songs and chants stay below."""
MAX_RUN = 11
"""The same letter or sign in a row (FineWeb: characters in duplicated lines); a laugh of eleven is still a laugh."""
MAX_EMOJI_RUN = 11

DENSE_SCRIPTS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]"
PLACEHOLDER_TEXT = (
    r"(?i-u:lorem ipsum|\{\{ *[a-z_.]+ *\}\}|\{(?:user_?name|first_?name|last_?name|name|link|url|title|text)\}|"
    r"\[insert [a-z ]+\]|\[(?:your|first) name\]|your text here|%(?:first_?name|username)%)"
)
_LEADING_MENTIONS = r"^(?:[\s\"'“.]*@[\w.\-]+(?:@[\w.\-]+)?)+"
_EMOJI = r"[\p{Extended_Pictographic}\p{Regional_Indicator}]"
_JOINERS = r"[\x{200D}\x{FE0F}\x{1F3FB}-\x{1F3FF}\s]"

# The regex engine has no back references, so the letters and signs that people stretch are listed.
_STRETCHED = "abcdefghijklmnopqrstuvwxyzäöüéñаеиоуыэюяхъьاهويかあーwㅋㅎ哈呵啊"
_RUN_LENGTH = f"{{{MAX_RUN + 1},}}"
_RUNS = "|".join(
    [
        *(f"[{letter}{letter.upper()}]{_RUN_LENGTH}" for letter in _STRETCHED if len(letter.upper()) == 1),
        *(rf"\{sign}{_RUN_LENGTH}" for sign in "!?.-_=*~"),
    ]
)


def own_words(text: pl.Expr) -> pl.Expr:
    """The text without links, mentions and tags, on one line."""
    bare = text.str.replace_all(LINK, " ").str.replace_all(MENTION, " ").str.replace_all(TAG, " ")
    return bare.str.replace_all(r"\s+", " ").str.strip_chars()


def quality_reason(text: pl.Expr, words: pl.Expr, repost_of: pl.Expr) -> pl.Expr:
    """The name of the first rule that a post fails; null when it passes all."""
    # The rarer characters are counted: a match costs more than a character passed over.
    letters = words.str.len_chars() - words.str.count_matches(r"\P{L}")
    visible = text.str.len_chars() - text.str.count_matches(r"\s")
    readable = visible - text.str.count_matches(r"[^\p{L}\p{M}\p{N}\s]")
    dense = words.str.contains(DENSE_SCRIPTS)
    mentions = text.str.replace(_LEADING_MENTIONS, "").str.count_matches(MENTION)
    rules: dict[str, pl.Expr] = {
        "repost": repost_of.is_not_null() | text.str.starts_with("RT @"),
        "too_few_words": letters < pl.when(dense).then(MIN_LETTERS_DENSE).otherwise(MIN_LETTERS),
        "emoji_block": text.str.contains(rf"(?:{_EMOJI}{_JOINERS}*){{{MAX_EMOJI_RUN + 1},}}"),
        "mostly_symbols": readable < visible * MIN_LETTER_SHARE,
        "too_many_tags": text.str.count_matches(TAG) > MAX_TAGS,
        "too_many_links": text.str.count_matches(LINK) > MAX_LINKS,
        "too_many_mentions": mentions > MAX_MENTIONS,
        "repeated_characters": words.str.contains(_RUNS),
        "repeated_words": repeated_share(words) > MAX_REPEATED_WORDS,
        "placeholder_text": text.str.contains(PLACEHOLDER_TEXT),
    }
    return pl.coalesce(pl.when(rule).then(pl.lit(name)) for name, rule in rules.items())


def repeated_share(words: pl.Expr) -> pl.Expr:
    """Share of a post's words that are repetitions; 0 for posts of few words."""
    each = words.str.to_lowercase().str.split(" ")
    share = 1 - each.list.n_unique() / each.list.len()
    return pl.when(each.list.len() >= MIN_WORDS_TO_REPEAT).then(share).otherwise(0.0)
