"""Rows per CPU second from Parquet into a fresh workspace, and again into one that holds them.

    python benchmarks/ingest.py FILE.parquet --map text=content,author=author_id,created_at=publish_date

Without a file it measures a simulated platform of 200,000 posts.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from machine import describe


def main() -> None:
    from linnet.posts.ingest import ingest
    from linnet.posts.sources import SourceConfig, parse_mapping
    from linnet.posts.store import PostStore
    from linnet.workspace import init_workspace

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--map", dest="mapping", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = chosen.files
        if not files:
            from linnet.simulator import SimulationConfig, simulate

            simulate(Path(folder) / "simulated", config=SimulationConfig(num_posts=200_000))
            files = [Path(folder) / "simulated" / "posts.parquet"]
        config = SourceConfig(mapping=parse_mapping(chosen.mapping) if chosen.mapping else {})
        store = PostStore(init_workspace(Path(folder) / "workspace"))
        print(describe("deltalake", "polars", "pyarrow"))
        print(
            f"{'':<12}{'rows':>12}{'accepted':>12}{'duplicates':>12}{'rejected':>10}{'CPU s':>8}{'rows/CPU s':>12}"
        )
        for name in ("first time", "again"):
            report = ingest(files, store, config=config)
            rows = report.accepted + report.updated + report.duplicates + report.rejected
            print(
                f"{name:<12}{rows:>12,}{report.accepted:>12,}{report.duplicates:>12,}{report.rejected:>10,}"
                f"{report.cpu_seconds:>8.1f}{rows / report.cpu_seconds:>12,.0f}"
            )


if __name__ == "__main__":
    main()
