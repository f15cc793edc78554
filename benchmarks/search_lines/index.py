"""Making and asking the index: words, vectors by each embedder variant, latency of warm queries.

Of a simulated platform, or with `--workspace DIR` of an existing one: then only its latency is measured.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import describe

QUERIES = (
    "bus line",
    '"day ticket"',
    "football final -penalty",
    "lang:fr concert",
    "since:2016-01-01 coffee",
    "storm damage",
    "vitamin heart",
    "trump climate",
)
ROUNDS = 5


def measure_words(store: Any, out: Path) -> None:
    from linnet.retrieval.index import sync_lexical

    report = sync_lexical(store, out)
    size = sum(path.stat().st_size for path in (out / "lexical").rglob("*") if path.is_file())
    print(
        f"{'words of ' + format(report.total, ',') + ' posts':<44}{report.cpu_seconds:>8.1f} CPU s {size / 1e6:>8.0f} MB"
    )


def measure_embedders(texts: list[str], out: Path) -> None:
    """Posts per CPU second, and the cosine of each variant's vectors to those of the unchanged network."""
    from sentence_transformers import SentenceTransformer

    from linnet.retrieval.embedder import EmbedderConfig, MiniLMEmbedder, weights_folder

    model = SentenceTransformer(str(weights_folder()), device="cpu")
    started = time.process_time()
    reference = model.encode(texts, normalize_embeddings=True, batch_size=32, show_progress_bar=False)
    print(
        f"{'embedding, sentence-transformers':<44}{len(texts) / (time.process_time() - started):>8.0f} posts per CPU s"
    )
    for precision in ("float32", "int8"):
        embedder = MiniLMEmbedder(out / "models", config=EmbedderConfig(precision=precision))
        embedder.embed(texts[:64])
        started = time.process_time()
        vectors = embedder.embed(texts)
        speed = len(texts) / (time.process_time() - started)
        cosine = np.sum(vectors * reference, axis=1)
        print(
            f"{'embedding, OpenVINO ' + precision:<44}{speed:>8.0f} posts per CPU s"
            f"   cosine mean {cosine.mean():.4f}, least {cosine.min():.4f}"
        )


def measure_latency(platform: Any) -> None:
    for query in QUERIES:
        platform.search(query)
    for query in QUERIES:
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            platform.search(query)
            times.append((time.perf_counter() - started) * 1000)
        print(f"{'search ' + query:<44}{statistics.median(times):>8.1f} ms, slowest {max(times):.1f}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--workspace", type=Path)


def run(args: argparse.Namespace) -> None:
    from linnet.pipeline import update_index
    from linnet.posts.ingest import ingest
    from linnet.posts.sources import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.recipes import pico
    from linnet.simulator import SimulationConfig, simulate
    from linnet.wiring import Platform
    from linnet.workspace import find_workspace, init_workspace

    print(describe("tantivy", "lancedb", "openvino", "sentence-transformers"))
    if args.workspace:
        platform = Platform(find_workspace(args.workspace))
        print(platform.status()["index"])
        measure_latency(platform)
        return
    with tempfile.TemporaryDirectory() as folder:
        simulate(Path(folder) / "simulated", config=SimulationConfig(num_posts=args.posts))
        workspace = init_workspace(Path(folder) / "workspace")
        store = PostStore(workspace)
        ingest([Path(folder) / "simulated" / "posts.parquet"], store, config=SourceConfig())
        (workspace.root / "index").mkdir()
        measure_words(store, workspace.root / "index")
        texts = store.read(purpose="embed", columns=["text"])["text"].to_list()[:2_000]
        measure_embedders(texts, workspace.root / "index")
        update_index(workspace, pico().index)
        measure_latency(Platform(workspace))
