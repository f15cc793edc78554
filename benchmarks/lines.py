"""A benchmark of several lines: each is a module with `add_arguments(parser)` and `run(args)`, chosen by its name."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping


def run_line(package: str, lines: Mapping[str, str], *, description: str | None) -> None:
    """Run the line that the command names. `lines` is module name in `package` -> one line of help."""
    parser = argparse.ArgumentParser(description=description)
    commands = parser.add_subparsers(dest="line", required=True)
    known = {}
    for name, told in lines.items():
        known[name] = importlib.import_module(f"{package}.{name}")
        known[name].add_arguments(commands.add_parser(name, help=told, description=known[name].__doc__))
    args = parser.parse_args()
    known[args.line].run(args)
