"""Claim retrieval on CheckThat! 2020, task 2: 10,375 claims; learnt from the training posts, reported on the dev posts.

Every way ranks all claims for every post. The shipped fusion is what `linnet evaluate search` uses; with `--learn` it is
learnt anew here.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from benchmarks.machine import describe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="the folder clef2020_claim_retrieval")
    parser.add_argument("--learn", action="store_true", help="learn the fusion anew from the training part")


def run(args: argparse.Namespace) -> None:
    from linnet.evaluation.relevance.documents import RANKERS, embedder_cache, learn_from, rank_documents
    from linnet.evaluation.relevance.measures import measure_topics, p_value, summarise
    from linnet.evaluation.relevance.tables import Qrels, Topic, read_documents, read_qrels, read_topics
    from linnet.progress import terminal_progress
    from linnet.retrieval.claims import shipped_fusion
    from linnet.retrieval.embedder import MiniLMEmbedder

    def part(name: str) -> tuple[list[Topic], Qrels]:
        topics = read_topics(
            args.data / f"{name}_queries.parquet", {"id": "query_id", "text": "tweet_content"}
        )
        return topics, read_qrels(args.data / f"{name}_qrels.parquet")

    documents = read_documents(
        args.data / "verified_claims.parquet", {"id": "vclaim_id", "title": "title", "text": "vclaim"}
    )
    dev, judged = part("dev")
    embedder = MiniLMEmbedder(embedder_cache())
    print(describe("openvino", "tantivy", "ir_measures"))
    print(
        f"{len(documents):,} claims, {len(dev)} posts of the dev part; 95% bootstrap intervals over posts, seed 0"
    )
    print(f"{'':28}{'MAP@5':>24}{'MRR':>24}{'P@1':>24}{'p of MAP@5':>12}{'CPU s':>8}")
    with terminal_progress() as progress:
        fusion = shipped_fusion()
        if args.learn:
            train, train_judged = part("train")
            fusion = learn_from(
                documents, train, train_judged, embedder=embedder, name="train", progress=progress
            )
        ours = None
        for ranker in RANKERS:
            started = time.process_time()
            found = rank_documents(
                documents, dev, embedder=embedder, fusion=fusion, ranker=ranker, depth=100, progress=progress
            )
            values = measure_topics(found, judged)
            ours = values if ours is None else ours
            cells = [
                f"{one.value:.4f} ({one.low:.3f}..{one.high:.3f})"
                for one in (summarise(values)[name] for name in ("AP@5", "RR", "P@1"))
            ]
            p = "" if values is ours else f"{p_value(ours['AP@5'], values['AP@5']):.4f}"
            spent = time.process_time() - started
            print(f"{ranker:28}{cells[0]:>24}{cells[1]:>24}{cells[2]:>24}{p:>12}{spent:>8.0f}", flush=True)
