"""A scaling law from three tiny models, and a fourth that it predicts: how far off is it?

Each size trains for a given number of CPU seconds, with the settings of the recipe but for its shape. The loss is
bits per byte on held-out posts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from machine import describe

# Width, layers and hidden size, each about twice the parameters of the one before, embeddings not counted.
SIZES = ((64, 2, 192), (96, 2, 256), (128, 3, 352), (160, 4, 448))
HEAD_DIM = 32
SEQUENCE_LENGTH = 128
NO_LIMIT = 10**9  # tokens and epochs: the CPU seconds decide


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", type=Path, help="a workspace with a corpus and a tokenizer")
    parser.add_argument(
        "--cpu-seconds", type=float, nargs=4, default=(15, 40, 100, 250), help="of training, for each size"
    )
    parser.add_argument("--heldout-posts", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--over", default="compute", choices=("compute", "parameters", "tokens"))
    parser.add_argument(
        "--table", type=Path, help="write the runs there, for: linnet evaluate scaling-law --table"
    )


def run(args: argparse.Namespace) -> None:
    from linnet.evaluation.scaling_law import ScalingConfig, ScalingRun, fit_scaling_law

    print(describe("torch", "ai2-olmo-core"))
    rows: list[dict[str, Any]] = []
    print(
        f"{'size':>10} {'parameters':>11} {'tokens':>10} {'cpu s':>7} {'train loss':>11} {'bits per byte':>14}"
    )
    for size, budget in zip(SIZES, args.cpu_seconds, strict=True):
        row = train_size(args, size, budget)
        rows.append(row)
        print(
            f"{row['name']:>10} {row['parameters']:>11,} {row['tokens']:>10,} {row['cpu_seconds']:>7.0f} "
            f"{row['train_loss']:>11.4f} {row['loss']:>14.4f}",
            flush=True,
        )
    rows[-1]["predict"] = True
    if args.table:
        args.table.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    runs = [
        ScalingRun(**{name: row[name] for name in ("name", "parameters", "tokens", "loss", "flops")})
        for row in rows
    ]
    report = fit_scaling_law(runs[:3], runs[3:], config=ScalingConfig(over=args.over))
    prediction = report.predictions[0]
    print(
        f"L = {report.irreducible_loss.value:.4f} + {report.coefficient:.4f} / (x / {report.unit:.3g})"
        f"^{report.exponent.value:.3f} over {report.over}; spread {report.spread:.2%}"
    )
    print(
        f"{prediction.name}: predicted {prediction.predicted.value:.4f} ({prediction.predicted.low:.4f} to "
        f"{prediction.predicted.high:.4f}), is {prediction.truth:.4f}, off by {prediction.relative_error:+.2%}"
    )


def train_size(args: argparse.Namespace, size: tuple[int, int, int], budget: float) -> dict[str, Any]:
    """One size trained for about `budget` CPU seconds."""
    from linnet.evaluation.bits_per_byte import bits_per_byte
    from linnet.model.documents import document_files, read_documents
    from linnet.model.presets import architecture

    shape = overrides(size)
    documents = read_documents(document_files(args.workspace / "corpus"), "heldout")
    heldout = [text for document in documents for text in document.texts][: args.heldout_posts]
    with tempfile.TemporaryDirectory() as scratch:
        report = train(args, shape, budget, Path(scratch))
        measured = bits_per_byte(Path(scratch) / "hf", heldout)
    flops = (
        architecture("nano", shape).flops_per_token(report.vocab_size, SEQUENCE_LENGTH) * report.tokens_seen
    )
    return {
        "name": f"{size[0]}x{size[1]}",
        "parameters": report.parameters,
        "tokens": report.tokens_seen,
        "loss": measured.bits_per_byte,
        "flops": flops,
        "train_loss": report.final_loss,
        "cpu_seconds": report.cpu_seconds,
    }


def overrides(size: tuple[int, int, int]) -> dict[str, Any]:
    width, layers, hidden = size
    heads = width // HEAD_DIM
    return {
        "d_model": width, "n_layers": layers, "hidden_size": hidden, "n_heads": heads, "n_kv_heads": heads, "tied": False,
    }  # fmt: skip


def train(args: argparse.Namespace, shape: dict[str, Any], cpu_seconds: float, out: Path) -> Any:
    from linnet.training.pretrain import PretrainConfig, pretrain

    config = PretrainConfig(
        preset="nano",
        overrides=shape,
        sequence_length=SEQUENCE_LENGTH,
        max_tokens=NO_LIMIT,
        max_epochs=NO_LIMIT,
        cpu_minutes=cpu_seconds / 60,
        threads=args.threads,
    )
    return pretrain(args.workspace / "corpus", args.workspace / "tokenizer", out, config=config)
