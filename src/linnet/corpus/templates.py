"""Bot templates: posts that a program fills in, "it is 21 degrees in Bremen at 14:00".

Two keys find them. The skeleton is the text with every number alike, whoever wrote it. The frame is an author with the
first three and last two words of a longer text. Where many posts share a key, a few examples stay: a model should
know the form, and not learn it a thousand times. Lee et al. 2022 ("Deduplicating Training Data Makes Language Models
Better") found templated text to be most of what copies of whole documents miss.
"""

from __future__ import annotations

import numpy as np
import polars as pl

BOT_TEMPLATE = "bot_template"
FRAME_WORDS = 8  # a shorter text has too little between its first and last words
FIRST_WORDS, LAST_WORDS = 3, 2


def skeleton(normal: pl.Expr) -> pl.Expr:
    """The text with every run of digits alike; null for a text without digits, which is no other's template."""
    return pl.when(normal.str.contains(r"\p{N}")).then(normal.str.replace_all(r"\p{N}+", "0"))


def author_frame(author: pl.Expr, normal: pl.Expr) -> pl.Expr:
    """Author and outer words of a text of FRAME_WORDS words or more; null for others."""
    words = normal.str.split(" ")
    outer = pl.concat_list(words.list.head(FIRST_WORDS), words.list.tail(LAST_WORDS)).list.join(" ")
    return pl.when(words.list.len() >= FRAME_WORDS).then(pl.concat_str(author, outer, separator="\x1f"))


def templated(keys: pl.Series, *, at_least: int, examples: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows to drop, the example each one repeats) among rows in order of age; null keys belong to nobody."""
    rows = pl.DataFrame({"row": np.arange(len(keys)), "key": keys}).drop_nulls("key")
    shared = rows.filter(pl.len().over("key") >= at_least)
    shared = shared.with_columns(
        pl.col("row").first().over("key").alias("first"),
        pl.int_range(pl.len()).over("key").alias("place"),
    ).filter(pl.col("place") >= examples)
    return shared["row"].to_numpy(), shared["first"].to_numpy()
