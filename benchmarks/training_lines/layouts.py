"""Every preset on 1 to 16,384 accelerators: how long its layout takes to build here, and GB a rank or why it is refused.

Beside the defaults: the same sizes with a pipeline, and layouts that must be refused.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from machine import describe

RANKS = {
    "nano": (1, 8), "micro": (1, 8), "small": (1, 8, 512), "1b": (1, 8, 512), "7b": (1, 8, 512, 10_240),
    "70b": (8, 512, 10_240, 16_384), "300b": (512, 10_240, 16_384),
}  # fmt: skip
OTHERS: tuple[tuple[str, int, dict[str, int]], ...] = (
    ("7b", 512, {"pp": 4}), ("70b", 10_240, {"pp": 16}), ("70b", 10_240, {"tp": 4, "cp": 2}),
    ("70b", 10_240, {"tp": 8, "pp": 4}), ("70b", 10_240, {"tp": 16}), ("300b", 16_384, {"pp": 16}),
    ("1b", 8, {"pp": 2}), ("7b", 512, {"pp": 32}), ("7b", 100, {"tp": 8}),
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", action="append", help="only these; may be repeated")
    parser.add_argument("--memory-gb", type=float, default=80.0, help="memory of an accelerator")


def run(args: argparse.Namespace) -> None:
    from linnet.cli.output import table
    from linnet.progress import terminal_progress

    wanted = [
        (preset, ranks, degrees)
        for preset, ranks, degrees in (
            *((preset, count, {}) for preset, counts in RANKS.items() for count in counts),
            *OTHERS,
        )
        if not args.preset or preset in args.preset
    ]
    print(describe("torch", "ai2-olmo-core"))
    rows = []
    with terminal_progress() as progress:
        for preset, ranks, degrees in wanted:
            rows.append(_line(preset, ranks, degrees, args.memory_gb, progress))
    fitting = [
        {name: one for name, one in row.items() if name != "refused"} for row in rows if not row["refused"]
    ]
    print(table("layouts that fit; decimal GB of the fullest rank that was built", fitting))
    for row in rows:
        if row["refused"]:
            print(f"refused: {row['preset']}, {row['ranks']:,} ranks, {row['layout']}: {row['refused']}")


def _line(
    preset: str, ranks: int, degrees: dict[str, Any], memory_gb: float, progress: Any
) -> dict[str, Any]:
    from linnet.errors import WrongUse
    from linnet.training.layout import default_layout
    from linnet.training.layout_check import check_layout

    layout = default_layout(preset, ranks, **degrees)
    started, refused, report = time.monotonic(), "", None
    try:
        report = check_layout(preset, layout, ranks, memory_gb=memory_gb, progress=progress)
    except WrongUse as error:
        refused = str(error)
    largest = report.largest if report else None
    return {
        "preset": preset,
        "ranks": ranks,
        "layout": str(layout),
        "seconds": round(time.monotonic() - started, 1),
        "state GB": largest.state / 1e9 if largest else None,
        "formula GB": largest.formula_state / 1e9 if largest else None,
        "gathered GB": largest.working / 1e9 if largest else None,
        "activations GB": largest.activations / 1e9 if largest else None,
        "GB a rank": largest.total / 1e9 if largest else None,
        "refused": refused,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_arguments(parser)
    run(parser.parse_args())


if __name__ == "__main__":
    main()
