"""The figures of model building: `python benchmarks/training.py LINE [options]`; each line is a file in training_lines/."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.lines import run_line

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


if __name__ == "__main__":
    run_line("benchmarks.training_lines", LINES, description=__doc__)
