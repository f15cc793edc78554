"""What is found out about each post by itself: language, personal data, quality, and the keys that copies share.

A chunk becomes two files: the posts as they may be trained on, and a narrow table of keys for the steps that look
at all posts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from linnet.corpus.chunks import chunk_of
from linnet.corpus.decontamination import EvaluationWindows
from linnet.corpus.duplicates import BANDS, band_hashes, normalised
from linnet.corpus.exchange import Parcel, write_whole
from linnet.corpus.hashing import hash64, hash128
from linnet.corpus.language import detect_languages
from linnet.corpus.privacy import PrivacyConfig, masked
from linnet.corpus.quality import own_words, quality_reason
from linnet.corpus.templates import author_frame, skeleton

PLACEHOLDER = r"\[(?:email|phone|card|ip|iban|id|address|handle)\]"
BAND_NAMES = [f"band_{band:02d}" for band in range(BANDS)]
CONTAMINATED = "contaminated"


@dataclass(frozen=True)
class Annotated:
    """How many posts a chunk holds."""

    rows: int


def annotate_chunk(
    parcels: Sequence[Parcel],
    privacy: PrivacyConfig,
    windows: Path | None,
    templates: bool,
    posts_out: Path,
    keys_out: Path,
) -> Annotated:
    posts = chunk_of(parcels)
    assert posts is not None
    evaluation = EvaluationWindows.read(windows) if windows else None
    posts, keys = annotate(posts, privacy, evaluation, templates=templates)
    write_whole(posts, posts_out, compression="lz4", row_group_size=20_000)
    # Hashes do not get smaller. Last: its presence says that both are there.
    write_whole(keys, keys_out, compression="uncompressed")
    return Annotated(len(posts))


def annotate(
    posts: pl.DataFrame,
    privacy: PrivacyConfig,
    windows: EvaluationWindows | None = None,
    *,
    templates: bool = True,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(posts with their language and masked text, keys with `reason`: null when the post is good so far)."""
    words = posts.select(own_words(pl.col("text")).alias("words"))["words"]
    languages = detect_languages(words.to_list(), posts["language"].to_list())
    text = masked(posts["text"], languages, privacy)
    changed = (text != posts["text"]).arg_true()
    bare = pl.DataFrame({"text": text[changed]}).select(masked_words(pl.col("text")).alias("words"))
    words = words.scatter(changed, bare["words"])
    posts = posts.with_columns(pl.Series("language", languages, dtype=pl.String), text, words)
    posts = posts.with_columns(normalised(pl.col("words")).alias("normal"))
    reasons = posts.select(
        quality_reason(pl.col("text"), pl.col("words"), pl.col("repost_of")).alias("reason")
    )["reason"]
    normal = posts["normal"]
    if windows is not None:
        hit = pl.Series(windows.contains(normal.to_list()))
        reasons = posts.select(
            pl.when(reasons.is_null() & hit).then(pl.lit(CONTAMINATED)).otherwise(reasons).alias("reason")
        )["reason"]
    good = reasons.is_null()
    # What is dropped already, or as an exact copy will be, costs no signature.
    looked_at = good & pl.select(pl.when(good).then(normal).is_first_distinct())[:, 0]
    bands = np.zeros((len(posts), BANDS), dtype=np.uint64)
    bands[looked_at.to_numpy()] = band_hashes(normal.filter(looked_at).to_list())
    exact_high, exact_low = hash128(normal)
    keys = pl.DataFrame(
        {
            "reason": reasons,
            "exact_high": exact_high,
            "exact_low": exact_low,
            "post": hash64(posts["post_id"]),
            "parent": hash64(posts["reply_to"]),
            "author": hash64(posts["author_id"]),
            **(_template_keys(posts) if templates else {}),
            "language": posts["language"],
            **{name: pl.Series(bands[:, band]) for band, name in enumerate(BAND_NAMES)},
        }
    )
    return posts.drop("words", "normal", "repost_of"), keys


def masked_words(text: pl.Expr) -> pl.Expr:
    """The author's own words of a masked text: what stands for personal data is not one of them."""
    return own_words(text.str.replace_all(PLACEHOLDER, " "))


def _template_keys(posts: pl.DataFrame) -> dict[str, pl.Series]:
    found = posts.select(
        skeleton(pl.col("normal")).alias("skeleton"),
        author_frame(pl.col("author_id"), pl.col("normal")).alias("author_frame"),
    )
    return {name: hash64(found[name]) for name in found.columns}
