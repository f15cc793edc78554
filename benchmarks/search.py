"""The figures of search: `python benchmarks/search.py LINE [options]`; each line is a file in search_lines/."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.lines import run_line

LINES = {
    "index": "making and asking the index of a simulated platform",
    "claims": "CheckThat! 2020: which claim is a post about, beside BM25, MiniLM and their fusion",
}


if __name__ == "__main__":
    run_line("benchmarks.search_lines", LINES, description=__doc__)
