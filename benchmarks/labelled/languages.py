"""Posts with a known language: those written for this project, and fragments of real ones where data is present."""

from __future__ import annotations

import random
from pathlib import Path

import polars as pl

HERE = Path(__file__).parent

LENGTHS = ("<20", "20-40", "40-80", "80+")  # characters

REAL_NAMES = {
    "English": "en",
    "Russian": "ru",
    "German": "de",
    "Ukrainian": "uk",
    "Italian": "it",
    "French": "fr",
    "Arabic": "ar",
    "Spanish": "es",
    "Romanian": "ro",
    "Dutch": "nl",
    "Farsi (Persian)": "fa",
    "Swedish": "sv",
    "Portuguese": "pt",
    "Japanese": "ja",
    "Turkish": "tr",
    "Polish": "pl",
}


def written_posts() -> list[tuple[str, str]]:
    """(language, post): each line of language_posts_*.txt, and each two neighbouring lines as one longer post."""
    posts = []
    for path in sorted(HERE.glob("language_posts_*.txt")):
        language, before = "", ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            if line.startswith("== "):
                language, before = line.removeprefix("== "), ""
                continue
            posts.append((language, line))
            if before:
                posts.append((language, f"{before} {line}"))
            before = line
    return posts


def real_fragments(parquet: Path, *, per_language: int = 250, seed: int = 7) -> list[tuple[str, str]]:
    """(language, some words of a real post).

    Twitter's label of a whole post is a machine's, and often wrong here. So only long posts are used on which that
    label and the identifier agree at 0.9 or more, and the fragment (1 to 12 words) is what gets scored.
    """
    from linnet.corpus.language import detect_with_probability
    from linnet.corpus.quality import own_words

    posts = (
        pl.scan_parquet(parquet)
        .select(
            pl.col("language").replace_strict(REAL_NAMES, default=None),
            own_words(pl.col("content")).alias("words"),
        )
        .filter(pl.col("language").is_not_null() & (pl.col("words").str.len_chars() >= 60))
        .unique(maintain_order=True)
        .collect()
    )
    rng = random.Random(seed)
    fragments = []
    for language in REAL_NAMES.values():
        words_of = posts.filter(pl.col("language") == language)["words"]
        some = words_of.sample(min(len(words_of), 3 * per_language), seed=seed).to_list()
        found = detect_with_probability(some, [None] * len(some))
        sure = [
            words
            for words, (code, score) in zip(some, found, strict=True)
            if code == language and score >= 0.9
        ]
        for words in sure[:per_language]:
            pieces = words.split()
            count = min(rng.choice((1, 2, 3, 4, 6, 8, 12)), len(pieces))
            start = rng.randrange(len(pieces) - count + 1)
            fragment = " ".join(pieces[start : start + count])
            if sum(character.isalpha() for character in fragment) >= 4:
                fragments.append((language, fragment))
    return fragments


def length_of(text: str) -> str:
    size = len(text)
    return LENGTHS[0] if size < 20 else LENGTHS[1] if size < 40 else LENGTHS[2] if size < 80 else LENGTHS[3]
