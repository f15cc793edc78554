"""The figures of model building: `python benchmarks/training.py LINE [options]`; each line is a file in training_lines/."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LINES = {
    "speed": "tokens per CPU second beside a hand-written loop and HF Trainer",
    "quality": "bits per byte for equal compute, beside GPT-2 in HF Trainer, xz and zstd",
    "threads": "what the thread before a post gives its prediction",
    "kills": "kill -9 at random steps; one and two ranks",
    "export": "logits in transformers, CTranslate2, the tokenizer's round trip",
    "tuning": "SFT and DPO, before and after",
    "layouts": "the large presets at their real number of ranks",
    "memorisation": "extraction of planted canaries",
    "scaling": "three sizes predict a fourth",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    lines = parser.add_subparsers(dest="line", required=True)
    known = {}
    for name, told in LINES.items():
        known[name] = importlib.import_module(f"benchmarks.training_lines.{name}")
        known[name].add_arguments(lines.add_parser(name, help=told, description=known[name].__doc__))
    args = parser.parse_args()
    known[args.line].run(args)


if __name__ == "__main__":
    main()
