"""Language identification on short posts, masking of personal data, and quality rules, on labelled posts.

    python benchmarks/detection.py [--real TWEETS.parquet]

The labelled posts are in benchmarks/labelled/, written for this project. With a file of real posts (columns `content`
and `language`, as in the Internet Research Agency's tweets that Twitter published) it also scores fragments of these,
the speed on them, and the share of them that each quality rule drops. The calibration was fitted on another part of
such a file and on every second written post.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from labelled.languages import LENGTHS, length_of, real_fragments, written_posts
from labelled.personal_data import Labelled, labelled_posts, leaked, unseen_posts
from machine import describe

BINS = ((0.5, 0.7), (0.7, 0.9), (0.9, 0.99), (0.99, 1.01))
Guess = tuple[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--real", type=Path, help="real posts; without it only the written ones are scored")
    real = parser.parse_args().real
    print(describe("fasttext-predict", "phonenumbers", "polars"))
    languages(written_posts(), "posts written for this project")
    if real:
        languages(real_fragments(real), "fragments of real posts")
    personal_data(labelled_posts(), "personal data, the set that the patterns were written with")
    personal_data(unseen_posts(), "personal data, forms that the patterns were not fitted to")
    if real:
        texts = pl.read_parquet(real, columns=["content"])["content"].drop_nulls().sample(100_000, seed=3)
        speed_and_drops(texts)


def languages(posts: Sequence[tuple[str, str]], title: str) -> None:
    print(f"\n## Language: {title} ({len(posts):,})\n")
    for name, declared in (
        ("nothing declared", lambda _: None),
        ("the right one declared", lambda language: None if language == "und" else language),
        ("en declared for all", lambda _: "en"),
    ):
        print(f"{name}: right / und")
        scored = language_scores(posts, declared)
        rows = sorted({row for row, _ in scored}) if name == "nothing declared" else ["all"]
        for row in rows:
            cells = (scored.get((row, length), (0, 0, 0)) for length in LENGTHS)
            print(
                f"  {row:4}"
                + "".join(_cell(length, *cell) for length, cell in zip(LENGTHS, cells, strict=True))
            )
    print("probability said -> share right (posts), nothing declared")
    bins, error = reliability(posts)
    print("  " + "   ".join(f"{said:.2f} -> {right:.2f} ({count})" for said, right, count in bins))
    print(f"  expected calibration error {error:.3f}")


def _cell(length: str, right: int, undetermined: int, count: int) -> str:
    return (
        f"   {length:>5}: {right / count:.2f} / {undetermined / count:.2f} ({count})"
        if count
        else f"   {length:>5}: -"
    )


def language_scores(
    posts: Sequence[tuple[str, str]], declared: Callable[[str], str | None]
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(language or "all", length) -> (right, und, posts). "all" leaves out the posts that have no language."""
    from linnet.corpus.language import detect_languages

    found = detect_languages([text for _, text in posts], [declared(language) for language, _ in posts])
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (language, text), guess in zip(posts, found, strict=True):
        for row in (language, "all") if language != "und" else (language,):
            cell = counts[row, length_of(text)]
            cell[0] += guess == language
            cell[1] += guess == "und"
            cell[2] += 1
    return {key: (cell[0], cell[1], cell[2]) for key, cell in counts.items()}


def reliability(posts: Sequence[tuple[str, str]]) -> tuple[list[tuple[float, float, int]], float]:
    """(mean probability said, share right, posts) by bin of probability, and the mean gap between the two."""
    from linnet.corpus.language import detect_with_probability

    found = detect_with_probability([text for _, text in posts], [None] * len(posts))
    scored = [
        (said, guess == language) for (language, _), (guess, said) in zip(posts, found, strict=True) if said
    ]
    rows, error = [], 0.0
    for low, high in BINS:
        some = [(said, right) for said, right in scored if low <= said < high]
        if some:
            said, right = sum(s for s, _ in some) / len(some), sum(r for _, r in some) / len(some)
            rows.append((said, right, len(some)))
            error += abs(said - right) * len(some) / len(scored)
    return rows, error


def personal_data(posts: Sequence[Labelled], title: str) -> None:
    print(f"\n## {title} ({len(posts)} posts)\n")
    scores = privacy_scores(posts)
    print("type      posts  recall  precision  digits left in")
    for type_ in sorted({post.type for post in posts} - {"keep"}):
        count, found, made, leaks = scores[type_, "all"]
        precision = f"{min(found / made, 1.0):9.3f}" if made else "        -"
        print(f"{type_:9} {count:5} {found / count:7.3f}  {precision}  {leaks:4} posts")
    print("by language, recall (posts):")
    for type_ in sorted({post.type for post in posts} - {"keep"}):
        cells = sorted(
            (language, cell) for (row, language), cell in scores.items() if row == type_ and language != "all"
        )
        print(
            f"  {type_:8}"
            + "  ".join(
                f"{language} {cell[1] / cell[0]:.2f} ({cell[0]})" for language, cell in cells if cell[0]
            )
        )
    count, _, changed, _ = scores["keep", "all"]
    print(f"hard negatives left as they are: {count - changed} of {count}")


def privacy_scores(posts: Sequence[Labelled]) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """(type, language or "all") -> (posts, found, placeholders made in any post, posts with a digit of the value left).

    For "keep" the third is the number of posts that were changed. A placeholder of a type in a post labelled with
    another, or beyond the first, counts against precision.
    """
    from linnet.corpus.privacy import PrivacyConfig, masked

    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    types = {post.type for post in posts} - {"keep"}
    for handles in ("keep", "mask"):
        some = [post for post in posts if (post.type == "handle") == (handles == "mask")]
        texts = pl.Series("text", [post.text for post in some], dtype=pl.String)
        done = masked(texts, [post.language for post in some], PrivacyConfig(handles=handles))
        for post, text in zip(some, done, strict=True):
            for language in (post.language, "all"):
                cell = counts[post.type, language]
                cell[0] += 1
                if post.type == "keep":
                    cell[2] += text != post.text
                else:
                    cell[1] += f"[{post.type}]" in text
                    cell[3] += leaked(post, text) > 0
                for type_ in types:
                    counts[type_, language][2] += text.count(f"[{type_}]")
    return {key: (cell[0], cell[1], cell[2], cell[3]) for key, cell in counts.items()}


def speed_and_drops(texts: pl.Series) -> None:
    from linnet.corpus.language import detect_languages
    from linnet.corpus.privacy import masked
    from linnet.corpus.quality import own_words, quality_reason

    print(f"\n## {len(texts):,} real posts: posts per CPU second\n")
    frame = pl.DataFrame({"text": texts, "repost_of": pl.Series([None] * len(texts), dtype=pl.String)})
    frame = frame.with_columns(own_words(pl.col("text")).alias("words"))
    words = frame["words"].to_list()
    none = [None] * len(texts)
    found: list[str] = detect_languages(words[:1], [None])  # loads the identifier
    for name, work in (
        ("language", lambda: found.extend(detect_languages(words, none))),
        ("personal data", lambda: masked(frame["text"], found[1:])),
        (
            "quality",
            lambda: frame.select(quality_reason(pl.col("text"), pl.col("words"), pl.col("repost_of"))),
        ),
    ):
        started = time.process_time()
        work()
        print(f"{name:14} {len(texts) / (time.process_time() - started):10,.0f}")
    print("\nshare dropped by each quality rule:")
    reasons = frame.select(
        quality_reason(pl.col("text"), pl.col("words"), pl.col("repost_of")).alias("reason")
    )
    for reason, count in reasons["reason"].drop_nulls().value_counts(sort=True).iter_rows():
        print(f"  {reason:20} {100 * count / len(texts):6.3f}%")


if __name__ == "__main__":
    main()
