"""Building the provenance index and asking it: size, CPU, memory, latency, and whether it finds what is there.

python benchmarks/provenance.py --posts 20000              a simulated platform
python benchmarks/provenance.py --corpus DIR               the corpus folder of a workspace; it is only read
python benchmarks/provenance.py --corpus DIR --megabytes 5 the first documents of it

Planted spans are cut at word boundaries from random training posts and set between words that stand in no post. The
truth is a plain `in` over all posts.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe

from linnet.provenance.build import ProvenanceConfig, build_provenance
from linnet.provenance.index import ProvenanceIndex, open_provenance
from linnet.provenance.normal import compared_form
from linnet.provenance.spans import find_spans
from linnet.provenance.units import split_units

SPANS_A_TEXT = 3
TEXT_CHARACTERS = 300  # of one asked text, about
SEED = 7


def simulated_corpus(folder: Path, posts: int) -> Path:
    from linnet.corpus.curate import CurateConfig, curate
    from linnet.posts.ingest import ingest
    from linnet.posts.sources.config import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.simulator import SimulationConfig, simulate
    from linnet.workspace import init_workspace

    simulate(folder / "simulated", config=SimulationConfig(num_posts=posts))
    store = PostStore(init_workspace(folder / "workspace"))
    ingest([folder / "simulated" / "posts.parquet"], store, config=SourceConfig())
    curate(store, folder / "corpus", config=CurateConfig())
    return folder / "corpus"


def first_documents(corpus: Path, out: Path, megabytes: float) -> Path:
    """A corpus of the first documents of `corpus` that have so many MB of text."""
    out.mkdir()
    room = megabytes * 1e6
    for path in sorted(corpus.glob("documents-*.parquet")):
        documents = pl.read_parquet(path).filter(pl.col("split") == "train")
        sizes = documents["text"].str.len_bytes().cum_sum()
        documents.filter(sizes <= room).write_parquet(out / path.name)
        room -= sizes[-1]
        if room <= 0:
            break
    return out


def training_posts(corpus: Path) -> list[str]:
    files = sorted(corpus.glob("documents-*.parquet"))
    texts = pl.scan_parquet(files).filter(pl.col("split") == "train").select("texts").explode("texts")
    return texts.select(pl.col("texts").str.normalize("NFC")).collect()["texts"].to_list()


def planted_texts(posts: list[str], count: int) -> list[tuple[str, list[str]]]:
    """(text, the spans planted in it), about TEXT_CHARACTERS long."""
    draw = random.Random(SEED)
    planted: list[tuple[str, list[str]]] = []
    while len(planted) < count:
        pieces: list[str] = []
        spans: list[str] = []
        while len(spans) < SPANS_A_TEXT:
            span = cut(posts[draw.randrange(len(posts))], draw)
            if span:
                spans.append(span)
                pieces += [" ".join(f"xq{draw.randrange(10**9)}zj" for _ in range(3)), span]
        text = " ".join(pieces)
        while len(text) < TEXT_CHARACTERS:
            text += f" xq{draw.randrange(10**9)}zj"
        planted.append((text, spans))
    return planted


def cut(post: str, draw: random.Random) -> str | None:
    """Six words or more of a post, or fourteen characters of an unspaced one; None when it is too short."""
    units = split_units(post)
    worth = (units.is_word * 14 + units.is_character * 6).tolist()
    first = draw.randrange(max(len(worth) // 3, 1))
    held = 0
    for past in range(first, len(worth)):
        held += worth[past]
        if held >= 84 and draw.random() < 0.4:
            return post[int(units.starts[first]) : int(units.ends[past])]
    return None


def measure_build(corpus: Path, out: Path, config: ProvenanceConfig) -> None:
    started = time.monotonic()
    report = build_provenance(corpus, out, config=config)
    seconds = time.monotonic() - started
    megabytes = report.text_bytes / 1e6
    print(
        f"{report.posts:,} posts, {megabytes:.1f} MB of text, {report.shards} shards; "
        f"build {report.cpu_seconds:.1f} CPU s ({report.cpu_seconds / megabytes:.2f} a MB), {seconds:.1f} s wall; "
        f"index {report.index_bytes / 1e6:.1f} MB, {report.index_bytes / report.text_bytes:.2f} bytes a byte of text; "
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
    )


def measure_queries(index: ProvenanceIndex, planted: list[tuple[str, list[str]]]) -> None:
    milliseconds = []
    expected = found = 0
    for text, spans in planted:
        text = compared_form(text)
        started = time.perf_counter()
        told = find_spans(index, text)
        milliseconds.append((time.perf_counter() - started) * 1_000)
        for span in spans:
            if compared_form(span) != span:
                continue  # a placeholder or a new combination at the cut: not what was planted any more
            expected += 1
            found += any(span in one.text and one.posts for one in told)
    milliseconds.sort()
    print(
        f"{len(planted)} texts of about {TEXT_CHARACTERS} characters: "
        f"p50 {statistics.median(milliseconds):.1f} ms, p95 {milliseconds[int(len(milliseconds) * 0.95)]:.1f} ms; "
        f"{found} of {expected} planted spans found (recall {found / expected:.3f})"
    )


def measure_truth(index: ProvenanceIndex, posts: list[str], planted: list[tuple[str, list[str]]]) -> None:
    """Every reported span against `in` over all posts: it must be there, and one more word must not."""
    wrong = checked = 0
    for text, _ in planted:
        units = split_units(text)
        for span in find_spans(index, text):
            checked += 1
            holding = sum(span.text in post for post in posts)
            after = units.ends[units.ends > span.end]
            longer = text[span.start : int(after[0])] if len(after) else None
            too_short = longer is not None and any(longer in post for post in posts)
            wrong += not holding or len({post_id for post_id, _ in span.posts}) > holding or too_short
    print(f"{checked} reported spans against `in` over all posts: {wrong} wrong")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--megabytes", type=float)
    parser.add_argument("--shard-bytes", type=int, default=ProvenanceConfig().shard_bytes)
    parser.add_argument("--queries", type=int, default=200)
    chosen = parser.parse_args()
    print(describe("pydivsufsort", "numpy", "pyarrow"))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        corpus = chosen.corpus or simulated_corpus(root, chosen.posts)
        if chosen.megabytes:
            corpus = first_documents(corpus, root / "first", chosen.megabytes)
        measure_build(corpus, root / "index", ProvenanceConfig(shard_bytes=chosen.shard_bytes))
        index = open_provenance(root / "index")
        assert index is not None
        posts = training_posts(corpus)
        planted = planted_texts(posts, chosen.queries)
        measure_queries(index, planted)
        measure_truth(index, posts, planted[:10])


if __name__ == "__main__":
    main()
