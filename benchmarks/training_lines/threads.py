"""What a thread gives: the last post of held-out threads, scored behind its own thread and behind something else.

The same trained model reads, before the post: the posts that came before it in reply order, the same posts in
another order, as many posts of another thread, or nothing. The post's own tokens and its end are scored, nothing else.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import describe

KINDS = ("in reply order", "in another order", "of another thread", "nothing")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="a model folder")
    parser.add_argument("corpus", type=Path, help="the corpus that holds the threads out")
    parser.add_argument("--most", type=int, default=1000, help="threads")


def run(args: argparse.Namespace) -> None:
    from linnet.evaluation.likelihood import Scorer, Window
    from linnet.model.documents import document_files, read_documents

    scorer = Scorer(args.model)
    threads = [
        document
        for document in read_documents(document_files(args.corpus), "heldout")
        if len(document.texts) > 1 and len(set(document.author_ids)) > 1
    ][: args.most]
    rng = random.Random(0)
    windows: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    num_bytes = used = 0
    for position, thread in enumerate(threads):
        other = threads[(position + 1) % len(threads)]
        before = list(zip(thread.texts[:-1], thread.author_ids[:-1], strict=True))
        contexts = {
            "in reply order": before,
            "in another order": rng.sample(before, len(before)),
            "of another thread": list(zip(other.texts[:-1], other.author_ids[:-1], strict=True)),
            "nothing": [],
        }
        found = {kind: _window(scorer, thread, context, Window) for kind, context in contexts.items()}
        if all(found.values()):
            used += 1
            num_bytes += len(thread.texts[-1].encode())
            for kind, window in found.items():
                windows[kind].append(window)
    print(describe("torch", "transformers"))
    print(f"{used} held-out threads, {num_bytes:,} bytes of last posts")
    for kind in KINDS:
        nats = sum(value for _, value in scorer.nats(windows[kind]))
        print(f"behind {kind:24}{nats / math.log(2) / num_bytes:>10.4f} bits per byte")


def _window(scorer: Any, thread: Any, context: Sequence[tuple[str, str]], kind: Any) -> Any:
    """The whole as the model reads it, of which the last post counts; None where it does not fit."""
    tokenizer = scorer.tokenizer
    texts = [*(text for text, _ in context), thread.texts[-1]]
    authors = [*(author for _, author in context), thread.author_ids[-1]]
    ids = tokenizer.encode_document(texts, authors, thread.controls)
    scored = len(tokenizer.encode_text(thread.texts[-1])) + 1
    if len(ids) - 1 > scorer.context_length:
        return None
    return kind(ids[:-1], ids[-scored:])
