"""What was found among a sample of posts, against all pairs; and one step after another beside its peers."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any


def print_recall(folder: Path, sides: dict[str, dict[str, Any]]) -> None:
    """Which posts of the sample repeat an older one, by comparing all with all."""
    import polars as pl

    posts = pl.read_ndjson(
        folder / "jsonl" / "posts.jsonl", schema={"id": pl.String, "text": pl.String, "is_repost": pl.Boolean}
    )
    good = set(sides["datatrove"]["good"])
    posts = posts.filter(pl.col("id").is_in(good))
    truth = _repeating(posts)
    print(
        f"\nnear duplicates among {len(posts):,} posts: {len(truth):,} repeat an older one (Jaccard 0.8 and more, all pairs compared)"
    )
    print(f"{'':<12}{'dropped':>9}{'recall':>9}{'precision':>11}")
    for name, side in sides.items():
        dropped = good - set(side["kept"])
        if name == "linnet":
            dropped &= set(posts["id"])
        right = len(dropped & truth)
        print(
            f"{name:<12}{len(dropped):>9,}{right / max(len(truth), 1):>9.4f}{right / max(len(dropped), 1):>11.4f}"
        )


def _repeating(posts: Any) -> set[str]:
    import numpy as np
    import polars as pl
    from scipy.sparse import csr_matrix

    from linnet.corpus.duplicates import normalised, shingle_hashes
    from linnet.corpus.quality import own_words

    normal = posts.select(normalised(own_words(pl.col("text"))).alias("n"))["n"].to_list()
    hashes, offsets = shingle_hashes(normal)
    _, columns = np.unique(hashes, return_inverse=True)
    matrix = csr_matrix(
        (np.ones(len(columns), np.float32), columns, offsets), shape=(len(normal), columns.max() + 1)
    )
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    ids = posts["id"].to_list()
    repeating = set()
    transposed = matrix.T.tocsc()
    for start in range(0, len(ids), 500):
        common = (matrix[start : start + 500] @ transposed).tocoo()
        rows = common.row + start
        similar = common.data / (sizes[rows] + sizes[common.col] - common.data) >= 0.8
        older = similar & (common.col < rows)
        repeating.update(ids[row] for row in np.unique(rows[older]))
    return repeating


def print_stages(folder: Path) -> None:
    """One step after another over the sample."""
    import numpy as np
    import polars as pl
    from datasketch import MinHash, MinHashLSH
    from rensa import RMinHash

    from linnet.corpus.duplicates import (
        BANDS,
        ROWS_A_BAND,
        band_hashes,
        band_pairs,
        exact_copies,
        jaccard,
        normalised,
        shingle_hashes,
        signatures,
    )
    from linnet.corpus.hashing import hash128
    from linnet.corpus.quality import own_words
    from peers.datatrove_corpus import is_good
    from peers.datatrove_corpus import own_words as plain_words

    frame = pl.read_ndjson(
        folder / "jsonl" / "posts.jsonl", schema={"id": pl.String, "text": pl.String, "is_repost": pl.Boolean}
    )
    texts = frame["text"].to_list()

    def quality() -> pl.Series:
        from linnet.corpus.quality import quality_reason

        words = frame.with_columns(
            own_words(pl.col("text")).alias("w"), pl.lit(None, dtype=pl.String).alias("r")
        )
        return words.select(quality_reason(pl.col("text"), pl.col("w"), pl.col("r")).is_null())[:, 0]

    rows: list[tuple[str, str, Any, str, Any]] = [
        (
            "quality",
            "Polars expressions",
            quality,
            "plain Python",
            lambda: [is_good(text, plain_words(text), False) for text in texts],
        )
    ]
    normal = frame.filter(quality()).select(normalised(own_words(pl.col("text"))).alias("n"))["n"]
    good = np.ones(len(normal), dtype=bool)
    values = normal.to_list()
    shingles = [[text[i : i + 5].encode() for i in range(max(len(text) - 4, 1))] for text in values]

    def sketched() -> list[Any]:
        made = []
        for one in shingles:
            sketch = MinHash(num_perm=BANDS * ROWS_A_BAND)
            sketch.update_batch(one)
            made.append(sketch)
        return made

    def by_rensa() -> Any:
        hashes, offsets = shingle_hashes(values)
        matrix = RMinHash.digest_matrix_from_flat_token_hashes(
            hashes, offsets.astype(np.uint64), BANDS * ROWS_A_BAND, 42
        )
        return np.array(matrix.to_rows(), dtype=np.uint32)

    sketches = sketched()
    bands = band_hashes(values)

    def searched() -> list[Any]:
        table = MinHashLSH(num_perm=BANDS * ROWS_A_BAND, params=(BANDS, ROWS_A_BAND))
        found = []
        for number, sketch in enumerate(sketches):
            found.append(table.query(sketch))
            table.insert(number, sketch)
        return found

    numbers = np.arange(len(values))
    pairs = pl.concat([band_pairs(bands[:, band], numbers) for band in range(BANDS)]).unique()
    left = [values[row] for row in pairs["row"]]
    right = [values[row] for row in pairs["older"]]

    def sets() -> list[float]:
        def of(text: str) -> set[str]:
            return {text[i : i + 5] for i in range(max(len(text) - 4, 1))}

        return [
            len(of(one) & of(other)) / len(of(one) | of(other))
            for one, other in zip(left, right, strict=True)
        ]

    rows += [
        (
            "exact duplicates",
            "128-bit digests",
            lambda: exact_copies(*hash128(normal), good),
            "Polars unique",
            lambda: pl.DataFrame({"n": normal}).unique("n", keep="first", maintain_order=True),
        ),
        ("signatures", "NumPy", lambda: signatures(values), "datasketch", sketched),
        ("signatures", "NumPy", lambda: signatures(values), "rensa", by_rensa),
        (
            "candidates",
            "sorted bands",
            lambda: [band_pairs(bands[:, band], numbers) for band in range(BANDS)],
            "datasketch LSH",
            searched,
        ),
        (f"comparing {len(left):,} pairs", "NumPy", lambda: jaccard(left, right), "Python sets", sets),
    ]
    print(f"\nstage by stage over the same {len(frame):,} posts, microseconds of CPU a post")
    print(f"{'':<26}{'Linnet':>9}{'peer':>9}{'ratio':>8}")
    for stage, _, ours, peer, theirs in rows:
        mine, other = (_cpu(run) / len(frame) * 1e6 for run in (ours, theirs))
        print(f"{stage:<26}{mine:>9.2f}{other:>9.2f}{other / mine:>8.1f}  {peer}")


def _cpu(run: Any) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started
