"""Tokens per CPU second of pretraining, beside a hand-written PyTorch loop and HF Trainer on the same shape."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import describe

KINDS = ("linnet", "by-hand", "hf-trainer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", default="micro")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--skip-steps", type=int, default=10, help="first steps that do not count")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch-tokens", type=int, default=2048)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--modes", nargs="+", default=["eager", "compiled"])


def run(args: argparse.Namespace) -> None:
    from linnet.model.presets import VOCABULARIES, architecture

    shape, vocab_size = architecture(args.preset), VOCABULARIES[args.preset]
    flops = shape.flops_per_token(vocab_size, args.length)
    print(describe("torch", "ai2-olmo-core", "transformers"))
    print(
        f"{args.preset}: {shape.num_parameters(vocab_size):,} parameters, {vocab_size:,} tokens of vocabulary, "
        f"{flops / 1e6:.1f} MFLOP a token; {args.batch_tokens} tokens a step in sequences of {args.length}, AdamW, "
        f"{args.threads} threads, steps {args.skip_steps}..{args.steps}, median of {args.rounds} rounds"
    )
    print(f"{'':24}{'tokens/CPU s':>14}{'of the faster':>15}{'of peak':>9}   all rounds")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        job = {
            "shape": dataclasses.asdict(shape),
            "vocab_size": vocab_size,
            "length": args.length,
            "batch_tokens": args.batch_tokens,
            "steps": args.steps,
            "skip_steps": args.skip_steps,
            "threads": args.threads,
            "folder": str(folder),
        }
        corpus = random_corpus(folder, vocab_size, args.steps * args.batch_tokens)
        for mode in args.modes:
            _compare(mode, {**job, "compile": mode == "compiled"}, corpus, folder, args, flops)


def _compare(
    mode: str,
    job: dict[str, Any],
    corpus: tuple[Path, Path],
    folder: Path,
    args: argparse.Namespace,
    flops: int,
) -> None:
    speeds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    peaks: list[float] = []
    for _ in range(args.rounds):
        peaks.append(matmul_peak(args.threads))
        for kind in KINDS:
            measured = _linnet(job, corpus, folder) if kind == "linnet" else _peer(kind, job, folder)
            speeds[kind].append(measured["tokens"] / measured["cpu_seconds"])
    peaks.append(matmul_peak(args.threads))
    peak = statistics.median(peaks)
    middle = {kind: statistics.median(found) for kind, found in speeds.items()}
    fastest = max(middle["by-hand"], middle["hf-trainer"])
    for kind in KINDS:
        rounds = " ".join(f"{speed:,.0f}" for speed in speeds[kind])
        print(
            f"{mode + ' ' + kind:24}{middle[kind]:>14,.0f}{middle[kind] / fastest:>15.3f}"
            f"{middle[kind] * flops / peak:>9.1%}   {rounds}",
            flush=True,
        )
    print(
        f"{'':24}matmul peak {peak / 1e9:.1f} GFLOP per CPU second ({min(peaks) / 1e9:.1f}..{max(peaks) / 1e9:.1f})"
    )


def matmul_peak(threads: int) -> float:
    """Floating-point operations a CPU second of float32 matrices of 1,024 x 1,024, the best of five."""
    code = (
        "import time, torch\n"
        f"torch.set_num_threads({threads})\n"
        "a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)\n"
        "best = 0.0\n"
        "for _ in range(5):\n"
        "    started = time.process_time()\n"
        "    for _ in range(8): a @ b\n"
        "    best = max(best, 8 * 2 * 1024**3 / (time.process_time() - started))\n"
        "print(best)\n"
    )
    return float(_python(["-c", code], threads))


def random_corpus(folder: Path, vocab_size: int, tokens: int) -> tuple[Path, Path]:
    """A corpus folder of random words and a tokenizer of exactly `vocab_size` tokens for it."""
    import polars as pl

    from linnet.model.tokenizer import TokenizerConfig, train_tokenizer

    rng = random.Random(0)
    words = [
        "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(3, 9))) for _ in range(vocab_size)
    ]
    texts = [" ".join(rng.choices(words, k=12)) for _ in range(max(tokens // 8, 6 * vocab_size // 12))]
    corpus, tokenizer = folder / "corpus", folder / "tokenizer"
    corpus.mkdir()
    count = len(texts)
    pl.DataFrame(
        {
            "document_id": [f"d{index}" for index in range(count)],
            "post_ids": [[f"p{index}"] for index in range(count)],
            "author_ids": [["a"]] * count,
            "texts": [[text] for text in texts],
            "language": ["en"] * count,
            "month": ["2026-01"] * count,
            "platform": ["test"] * count,
            "split": ["train"] * count,
            "copies": [1] * count,
        }
    ).write_parquet(corpus / "documents-00000.parquet")
    train_tokenizer(corpus, tokenizer, config=TokenizerConfig(vocab_size=vocab_size))
    return corpus, tokenizer


def _linnet(job: dict[str, Any], corpus: tuple[Path, Path], folder: Path) -> dict[str, float]:
    from linnet.training.pretrain import PretrainConfig, pretrain

    out = folder / f"linnet-{time.monotonic_ns()}"
    shape = job["shape"]
    config = PretrainConfig(
        overrides=shape,
        sequence_length=job["length"],
        batch_tokens=job["batch_tokens"],
        max_tokens=job["steps"] * job["batch_tokens"],
        max_epochs=1000.0,
        optimizer="adamw",
        learning_rate=1e-3,
        weight_decay=0.1,
        document_masks=False,  # the others have none
        pair_steps=0,
        compile=job["compile"],
        checkpoint_every_steps=10**6,
        threads=job["threads"],
    )
    pretrain(*corpus, out, config=config)
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    at = {row["step"]: row["cpu_seconds"] for row in rows}
    tokens = (job["steps"] - job["skip_steps"]) * job["batch_tokens"]
    return {"tokens": tokens, "cpu_seconds": at[job["steps"]] - at[job["skip_steps"]]}


def _peer(kind: str, job: dict[str, Any], folder: Path) -> dict[str, float]:
    path = folder / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    return json.loads(
        _python(["-m", "benchmarks.training_lines.peers_speed", kind, str(path)], job["threads"])
    )


def _python(arguments: list[str], threads: int) -> str:
    """What a Python process prints last, run as Linnet runs its workers."""
    environment = {
        **os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout.splitlines()[-1]
