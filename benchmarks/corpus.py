"""Curation: side by side with datatrove, stage by stage with datasketch and plain Polars, at three sizes, on Ray.

    python benchmarks/corpus.py peers [--posts 500000] FILE.parquet ... --map text=content,...
    python benchmarks/corpus.py scale [--sizes 100000 1000000 10000000]
    python benchmarks/corpus.py ray   [--posts 20000]

`peers` needs datatrove and datasketch (the extra "bench"). Each side runs in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe

SAMPLE = 20_000  # posts whose pairs are all compared with one another


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    peers = commands.add_parser("peers")
    peers.add_argument("files", nargs="+", type=Path)
    peers.add_argument("--map", dest="mapping", default="")
    peers.add_argument("--posts", type=int, default=500_000)
    scale = commands.add_parser("scale")
    scale.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    scale.add_argument("--folder", type=Path, help="keep the made-up stores there, and use those that are")
    ray = commands.add_parser("ray")
    ray.add_argument("--posts", type=int, default=20_000)
    one = commands.add_parser("one", help="one side of a comparison, in this process")
    one.add_argument("what", choices=["linnet", "datatrove", "curate"])
    one.add_argument("folder", type=Path)
    one.add_argument("--runner", default="native")
    chosen = parser.parse_args()
    if chosen.command == "one":
        sides = {"linnet": linnet_side, "datatrove": datatrove_side, "curate": whole_curation}
        print(json.dumps(sides[chosen.what](chosen.folder, chosen.runner)))
        return
    with tempfile.TemporaryDirectory() as folder:
        if chosen.command == "peers":
            compare_with_peers(Path(folder), chosen.files, chosen.mapping, chosen.posts)
        elif chosen.command == "scale":
            compare_sizes(chosen.folder or Path(folder), chosen.sizes, keep=chosen.folder is not None)
        else:
            compare_runners(Path(folder), chosen.posts)


# --- side by side --------------------------------------------------------------------------------------------


def compare_with_peers(folder: Path, files: list[Path], mapping: str, posts: int) -> None:
    from peers.stages import print_recall, print_stages

    print(describe("polars", "datatrove", "datasketch", "numpy"))
    total = _store_of_files(folder / "all", files, mapping, posts)
    sample = min(SAMPLE, total)
    _store_of_first(folder / "sample", folder / "all", sample)
    for name in ("all", "sample"):
        _write_jsonl(folder / name)
    sides = {
        name: {side: _run(side, folder / name) for side in ("linnet", "datatrove")}
        for name in ("all", "sample")
    }
    ours, theirs = sides["all"]["linnet"], sides["all"]["datatrove"]
    print(
        f"\n{total:,} real posts; language detection and personal data are timed apart, and not in datatrove"
    )
    print(f"{'':<44}{'CPU s':>9}{'posts/CPU s':>13}")
    _line("datatrove: quality, MinHash in four steps", total, sum(theirs["seconds"].values()))
    for name, seconds in theirs["seconds"].items():
        _line(f"    {name}", total, seconds)
    _line("Linnet: the same, and threads, documents", total, ours["seconds"] - ours["apart"])
    _line("    language, apart", total, ours["language"])
    _line("    personal data, apart", total, ours["apart"] - ours["language"])
    _line("    all of curation", total, ours["seconds"])
    ratio = sum(theirs["seconds"].values()) / (ours["seconds"] - ours["apart"])
    print(f"Linnet does it with 1/{ratio:.1f} of the CPU time")
    print(f"good posts before duplicates: Linnet {ours['good']:,}, datatrove {len(theirs['good']):,}")
    print(f"left at the end:              Linnet {len(ours['kept']):,}, datatrove {len(theirs['kept']):,}")
    print_recall(folder / "sample", sides["sample"])
    print_stages(folder / "sample")


def _line(name: str, posts: int, seconds: float) -> None:
    print(f"{name:<44}{seconds:>9.1f}{posts / max(seconds, 1e-9):>13,.0f}")


def _run(side: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "one", side, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _store_of_files(folder: Path, files: list[Path], mapping: str, posts: int) -> int:
    from linnet.posts.ingest import VersionFold
    from linnet.posts.sources import SourceConfig, open_source, parse_mapping
    from linnet.posts.store import PostStore
    from linnet.workspace import init_workspace

    store = PostStore(init_workspace(folder / "w"))
    fold = VersionFold(store)
    config = SourceConfig(mapping=parse_mapping(mapping) if mapping else {})
    taken = 0
    for path in files:
        for batch in open_source(path, config).read():
            if taken >= posts:
                return taken
            taken += fold.take(batch)[0]
    return taken


def _store_of_first(folder: Path, other: Path, posts: int) -> None:
    from linnet.posts.ingest import VersionFold
    from linnet.posts.store import PostStore
    from linnet.records import POST_SCHEMA, SourceBatch
    from linnet.workspace import Workspace, init_workspace

    rows = PostStore(Workspace(other / "w")).read(purpose="train").sort("created_at", "post_id").head(posts)
    batch = SourceBatch(posts=rows.to_arrow().cast(POST_SCHEMA), row_count=posts)
    VersionFold(PostStore(init_workspace(folder / "w"))).take(batch)


def _write_jsonl(folder: Path) -> None:
    import numpy as np
    import orjson

    from linnet.corpus.chunks import age_key
    from linnet.posts.store import PostStore
    from linnet.workspace import Workspace

    columns = ["post_id", "text", "repost_of", "created_at"]
    rows = PostStore(Workspace(folder / "w")).read(purpose="train", columns=columns)
    rows = rows[
        np.argsort(age_key(rows["created_at"], rows["post_id"]), kind="stable")
    ]  # which copy is older
    (folder / "jsonl").mkdir()
    with (folder / "jsonl" / "posts.jsonl").open("wb") as file:
        for post_id, text, repost_of, _ in rows.iter_rows():
            file.write(
                orjson.dumps({"id": post_id, "text": text, "is_repost": repost_of is not None}) + b"\n"
            )


def linnet_side(folder: Path, _: str) -> dict[str, Any]:
    """All of curation in this one process, with what datatrove does not do timed apart."""
    import polars as pl

    import linnet.corpus.annotate as annotate_module
    from linnet.corpus.curate import curate
    from linnet.corpus.engine import Engine
    from linnet.corpus.settings import CurateConfig
    from linnet.posts.store import PostStore
    from linnet.workspace import Workspace

    apart = {"detect_languages": 0.0, "masked": 0.0}

    def timed(name: str) -> Any:
        real = getattr(annotate_module, name)

        def run(*arguments: Any) -> Any:
            started = time.process_time()
            try:
                return real(*arguments)
            finally:
                apart[name] += time.process_time() - started

        return run

    for name in apart:
        setattr(annotate_module, name, timed(name))

    class InOneProcess(Engine):
        def map(self, tasks: Any, *, progress: Any = None, processes: bool = True) -> list[Any]:
            return [task.function(*task.arguments) for task in tasks]

    started = time.process_time()
    report = curate(
        PostStore(Workspace(folder / "w")),
        folder / "corpus",
        config=CurateConfig(template_posts=0),
        engine=InOneProcess(),
    )
    seconds = time.process_time() - started
    copies = report.dropped.get("exact_duplicate", 0) + report.dropped.get("near_duplicate", 0)
    kept = pl.read_parquet(folder / "corpus" / "posts-*.parquet")["post_id"].to_list()
    return {
        "seconds": seconds,
        "language": apart["detect_languages"],
        "apart": sum(apart.values()),
        "good": report.posts_kept + copies,
        "kept": kept,
    }


def datatrove_side(folder: Path, _: str) -> dict[str, Any]:
    from peers.datatrove_corpus import run

    return run(folder / "jsonl", folder / "datatrove")


# --- sizes ---------------------------------------------------------------------------------------------------


def compare_sizes(folder: Path, sizes: list[int], *, keep: bool) -> None:
    print(describe("daft", "polars", "numpy"))
    print(f"{'posts':>12}{'kept':>12}{'CPU s':>9}{'us a post':>11}{'wall s':>9}{'peak GB':>9}  dropped")
    for posts in sizes:
        place = folder / str(posts)
        if not (place / "whole").exists():
            _synthetic_store(place, posts)
            (place / "whole").touch()
        result, peak, wall = _watched(place)
        print(
            f"{posts:>12,}{result['kept']:>12,}{result['cpu_seconds']:>9.1f}"
            f"{result['cpu_seconds'] / posts * 1e6:>11.1f}{wall:>9.1f}{peak / 1e9:>9.2f}  {result['dropped']}",
            flush=True,
        )
        shutil.rmtree(place if not keep else place / "corpus-native")


def _watched(folder: Path) -> tuple[dict[str, Any], int, float]:
    """Runs curation in a process of its own: (its report, most bytes held at once by it and its workers, seconds)."""
    import psutil

    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, __file__, "one", "curate", str(folder)], stdout=subprocess.PIPE, text=True
    )
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.2):
            try:
                tree = [psutil.Process(process.pid)]
                tree += tree[0].children(recursive=True)
                peak = max(peak, sum(one.memory_info().rss for one in tree))
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    told, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"curation failed with exit code {process.returncode}")
    return json.loads(told.splitlines()[-1]), peak, time.monotonic() - started


def whole_curation(folder: Path, runner: str) -> dict[str, Any]:
    from linnet.corpus.curate import curate
    from linnet.corpus.engine import Engine, EngineConfig
    from linnet.corpus.settings import CurateConfig
    from linnet.posts.store import PostStore
    from linnet.progress import LineProgress
    from linnet.workspace import Workspace

    quiet = os.environ.get("QUIET")
    report = curate(
        PostStore(Workspace(folder / "w")),
        folder / f"corpus-{runner}",
        config=CurateConfig(),
        engine=Engine(EngineConfig(runner=runner, workers=2)),
        **({} if quiet else {"progress": LineProgress(30.0)}),
    )
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    cpu = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    return {"kept": report.posts_kept, "dropped": report.dropped, "cpu_seconds": max(cpu, report.cpu_seconds)}


def _synthetic_store(folder: Path, posts: int) -> None:
    """Posts made of common words of six languages: a tenth are copies, a tenth nearly so, a fifth are replies."""
    import numpy as np
    import polars as pl

    from linnet.posts.ingest import content_digest
    from linnet.posts.store import PostStore
    from linnet.records import POST_SCHEMA
    from linnet.workspace import init_workspace

    store = PostStore(init_workspace(folder / "w"))
    vocabularies = _vocabularies()
    random = np.random.default_rng(posts)
    batch = 100_000
    for start in range(0, posts, batch):
        count = min(batch, posts - start)
        languages = random.integers(0, len(vocabularies), count)
        texts = _texts(vocabularies, languages, random)
        kind = random.random(count)
        earlier = random.integers(0, np.maximum(np.arange(count), 1))
        numbers = np.arange(start, start + count)
        texts = [
            texts[earlier[i]] if kind[i] < 0.1 else texts[earlier[i]] + " ok" if kind[i] < 0.2 else texts[i]
            for i in range(count)
        ]
        parents = [
            f"post-{start + earlier[i]}" if 0.2 <= kind[i] < 0.4 and start + earlier[i] < numbers[i] else None
            for i in range(count)
        ]
        frame = pl.DataFrame(
            {
                "post_id": [f"post-{number}" for number in numbers],
                "author_id": [f"author-{number}" for number in random.integers(0, posts // 20 + 1, count)],
                "author_name": pl.Series([None] * count, dtype=pl.String),
                "created_at": pl.Series(1_700_000_000_000_000 + numbers * 1_000_000).cast(
                    pl.Datetime("us", "UTC")
                ),
                "edited_at": pl.Series([None] * count, dtype=pl.Datetime("us", "UTC")),
                "text": texts,
                "language": pl.Series([None] * count, dtype=pl.String),
                "reply_to": pl.Series(parents, dtype=pl.String),
                **{
                    name: pl.Series([None] * count, dtype=pl.String)
                    for name in ("repost_of", "quote_of", "conversation_id")
                },
                "urls": pl.Series([[]] * count, dtype=pl.List(pl.String)),
                "visibility": ["public"] * count,
                "platform": ["file"] * count,
                "source": ["csv"] * count,
                **{
                    name: pl.Series([None] * count, dtype=pl.Int64)
                    for name in ("like_count", "repost_count", "reply_count")
                },
                "media": pl.Series([[]] * count, dtype=pl.List(pl.String)),
            }
        )
        frame = frame.select(POST_SCHEMA.names)
        store.append(frame.with_columns(content_digest(frame)))


def _vocabularies() -> list[list[str]]:
    """Words as the simulated platform uses them, language by language."""
    from linnet.simulator import SimulationConfig, simulate

    with tempfile.TemporaryDirectory() as folder:
        import polars as pl

        simulate(Path(folder), config=SimulationConfig(num_posts=20_000))
        posts = pl.read_parquet(Path(folder) / "posts.parquet", columns=["language", "text"])
    found = []
    for _, some in sorted(posts.group_by("language"), key=lambda item: str(item[0])):
        words = sorted({word for text in some["text"] for word in text.split() if word.isalpha()})
        if len(words) > 200:
            found.append(words)
    return found


def _texts(vocabularies: list[list[str]], languages: Any, random: Any) -> list[str]:
    lengths = random.integers(8, 20, len(languages))
    drawn = random.random((len(languages), 20))
    return [
        " ".join(vocabularies[language][int(one * len(vocabularies[language]))] for one in row[:length])
        for language, length, row in zip(languages, lengths, drawn, strict=True)
    ]


# --- runners -------------------------------------------------------------------------------------------------


def compare_runners(folder: Path, posts: int) -> None:
    print(describe("daft", "ray", "polars"))
    _synthetic_store(folder, posts)
    print(f"{'runner':<10}{'kept':>10}{'wall s':>9}")
    for runner in ("native", "ray"):
        started = time.monotonic()
        command = [sys.executable, __file__, "one", "curate", str(folder), "--runner", runner]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
        )
        result = json.loads(done.stdout.splitlines()[-1])
        print(f"{runner:<10}{result['kept']:>10,}{time.monotonic() - started:>9.1f}", flush=True)
    native, other = (
        {path.name: path.read_bytes() for path in (folder / f"corpus-{runner}").iterdir()}
        for runner in ("native", "ray")
    )
    print(f"{len(native)} files, " + ("all equal byte for byte" if native == other else "NOT EQUAL"))


if __name__ == "__main__":
    main()
