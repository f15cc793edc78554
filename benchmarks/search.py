"""The figures of search: `python benchmarks/search.py LINE [options]`; each line is a file in search_lines/."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LINES = {
    "index": "making and asking the index of a simulated platform",
    "claims": "CheckThat! 2020: which claim is a post about, beside BM25, MiniLM and their fusion",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    lines = parser.add_subparsers(dest="line", required=True)
    known = {}
    for name, told in LINES.items():
        known[name] = importlib.import_module(f"benchmarks.search_lines.{name}")
        known[name].add_arguments(lines.add_parser(name, help=told, description=known[name].__doc__))
    args = parser.parse_args()
    known[args.line].run(args)


if __name__ == "__main__":
    main()
