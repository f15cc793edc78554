"""Bits per byte on unseen accounts for equal CPU time: Linnet's recipe, GPT-2 in HF Trainer, and file compressors.

Real posts from `--data` are ingested and curated once into `--folder`. Every model trains on the same curated documents
for the same CPU time (its tokenizer not counted), and is measured on the same raw tweets of accounts that nobody saw.
The compressors read the same held-out tweets, alone and behind as much training text as their window holds.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.machine import describe
from benchmarks.training_lines.real_posts import prepare, sample_heldout

VARIANTS: dict[str, dict[str, Any]] = {
    "linnet": {},
    "without control tokens": {"plain_share": 1.0},
    "posts instead of threads": {},  # on a corpus of single posts
    "without document masks": {"document_masks": False},
    "without the start from pairs": {"pair_steps": 0},
    "AdamW": {"optimizer": "adamw"},
    "Muon": {"optimizer": "muon"},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with ira_tweets, control_*, irc_threads"
    )
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the workspace and the models are kept"
    )
    parser.add_argument("--cpu-minutes", type=float, default=30.0)
    parser.add_argument("--recipe", default="micro")
    parser.add_argument("--heldout", type=int, default=4000, help="held-out tweets to measure on")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--variants", nargs="*", choices=[*VARIANTS, "gpt-2", "compressors"], default=None)
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="FIELD=JSON", help="settings of PretrainConfig"
    )


def run(args: argparse.Namespace) -> None:
    from linnet.pipeline import STAGES, run_stage
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_of
    from linnet.workspace import find_workspace

    folder = args.folder.resolve()
    workspace_folder, heldout_file = prepare(args.data, folder)
    workspace = find_workspace(workspace_folder)
    recipe = recipe_of(workspace, args.recipe)
    with terminal_progress() as progress:
        for stage in STAGES[:2]:
            run_stage(workspace, stage, recipe, progress=progress)
    sample = sample_heldout(heldout_file, args.heldout, folder / "sample.parquet")
    texts = pl.read_parquet(sample)["content"].to_list()
    asked = args.variants or ["linnet", "gpt-2", "compressors"]
    print(describe("torch", "ai2-olmo-core", "transformers"))
    print(
        f"{args.cpu_minutes:g} CPU minutes each, {args.threads} threads; measured on {len(texts):,} tweets, "
        f"{sum(len(text.encode()) for text in texts):,} bytes, of accounts that none of them saw"
    )
    print(
        f"{'':34}{'bits/byte':>10}{'without controls':>18}{'parameters':>12}{'tokens':>12}{'CPU s':>8}",
        flush=True,
    )
    config = dataclasses.replace(
        recipe.pretrain,
        cpu_minutes=args.cpu_minutes,
        max_tokens=10**12,
        threads=args.threads,
        **{name: json.loads(value) for name, value in (one.split("=", 1) for one in args.set)},
    )
    for name in asked:
        if name == "compressors":
            _compressors(workspace.stage_path("corpus"), texts, folder)
        elif name == "gpt-2":
            _gpt2(workspace, args, folder, sample)
        else:
            corpus = workspace.stage_path("corpus")
            if name == "posts instead of threads":
                corpus = _single_posts(corpus, folder / "single-posts")
            settings = dataclasses.replace(config, **VARIANTS[name])
            _linnet(name, corpus, workspace.stage_path("tokenizer"), settings, folder, sample)


def _linnet(name: str, corpus: Path, tokenizer: Path, config: Any, folder: Path, sample: Path) -> None:
    from linnet.progress import terminal_progress
    from linnet.training.pretrain import pretrain

    out = folder / "models" / f"{name.replace(' ', '-')}-{config.cpu_minutes:g}"
    with terminal_progress() as progress:
        report = pretrain(corpus, tokenizer, out, config=config, progress=progress)
    spent = max(
        row["cpu_seconds"] for row in map(json.loads, (out / "metrics.jsonl").read_text().splitlines())
    )
    _print(name, out / "hf", sample, report.parameters, report.tokens_seen, max(spent, report.cpu_seconds))


def _print(name: str, model: Path, sample: Path, parameters: int, tokens: int, cpu_seconds: float) -> None:
    measured = measure(model, sample)
    print(
        f"{name:34}{measured['bits_per_byte']:>10.4f}{measured['bits_per_byte_without_controls']:>18.4f}"
        f"{parameters:>12,}{tokens:>12,}{cpu_seconds:>8,.0f}",
        flush=True,
    )


def measure(model: Path, sample: Path) -> dict[str, Any]:
    """What `linnet evaluate bits-per-byte` says of a model folder."""
    command = [
        sys.executable, "-m", "linnet.cli.main", "evaluate", "bits-per-byte", "--model", str(model),
        "--posts", str(sample), "--map", "text=content,created_at=publish_date", "--json",
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def _single_posts(corpus: Path, out: Path) -> Path:
    """The same posts, each a document of its own: what reply order and context add is the difference."""
    if not out.exists():
        temporary = out.with_name(out.name + ".part")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        for path in sorted(corpus.glob("documents-*.parquet")):
            documents = pl.read_parquet(path)
            rows = documents.explode(["post_ids", "author_ids", "texts"]).with_columns(
                pl.col("post_ids").alias("document_id"),
                pl.col("post_ids").reshape((-1, 1)).arr.to_list(),
                pl.col("author_ids").reshape((-1, 1)).arr.to_list(),
                pl.col("texts").reshape((-1, 1)).arr.to_list(),
            )
            rows.write_parquet(temporary / path.name)
        temporary.rename(out)
    return out


def _gpt2(workspace: Any, args: argparse.Namespace, folder: Path, sample: Path) -> None:
    out = folder / "models" / f"gpt-2-{args.cpu_minutes:g}"
    if not (out / "report.json").exists():
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        job = {
            "corpus": str(workspace.stage_path("corpus")),
            "out": str(out),
            "cpu_seconds": args.cpu_minutes * 60,
            "threads": args.threads,
        }
        (out / "job.json").write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.training_lines.peers_gpt2", str(out / "job.json")]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    report = json.loads((out / "report.json").read_text())
    _print(
        "gpt-2, HF Trainer", out / "hf", sample, report["parameters"], report["tokens"], report["cpu_seconds"]
    )


def _compressors(corpus: Path, texts: list[str], folder: Path) -> None:
    """`xz -9` and `zstd --ultra -22` on the held-out texts, one a line; then with training text as a dictionary."""
    heldout = "\n".join(text.replace("\n", " ") for text in texts).encode()
    train = b"\n".join(
        text.encode()
        for path in sorted(corpus.glob("documents-*.parquet"))
        for text in pl.read_parquet(path, columns=["split", "text"]).filter(pl.col("split") == "train")[
            "text"
        ]
    )
    for name, (compress, window) in {
        "xz -9": (_xz, 64 << 20),
        "zstd --ultra -22": (_zstd, 128 << 20),
    }.items():
        with contextlib.suppress(FileNotFoundError):
            alone = compress(heldout, folder)
            print(f"{name:34}{alone * 8 / len(heldout):>10.4f}   alone", flush=True)
            dictionary = train[-(window - len(heldout)) :]
            together = compress(dictionary + b"\n" + heldout, folder) - compress(dictionary, folder)
            told = f"   behind {len(dictionary) / 1e6:,.0f} MB of training text"
            print(f"{name:34}{together * 8 / len(heldout):>10.4f}{told}", flush=True)


def _xz(data: bytes, folder: Path) -> int:
    import lzma

    return len(lzma.compress(data, preset=9))


def _zstd(data: bytes, folder: Path) -> int:
    import zstandard

    parameters = zstandard.ZstdCompressionParameters.from_level(22, window_log=27, enable_ldm=True)
    return len(zstandard.ZstdCompressor(compression_params=parameters).compress(data))
