"""linnet simulate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show


def register(app: typer.Typer) -> None:
    app.command()(simulate)


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the files go.")],
    posts: Annotated[int, typer.Option(help="Number of posts.")] = 20_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same platform.")] = 7,
    as_json: Json = False,
) -> None:
    """Write a synthetic platform with the truth known."""
    from linnet.progress import terminal_progress
    from linnet.simulator import SimulationConfig
    from linnet.simulator import simulate as run_simulation

    with terminal_progress() as progress:
        report = run_simulation(
            folder, config=SimulationConfig(num_posts=posts, seed=seed), progress=progress
        )
    show(
        report,
        as_json,
        lambda value: (
            f"a platform of {posts:,} posts in {folder}; the truth is in truth.json\n"
            f"take it in with: linnet ingest {folder}/posts.parquet"
        ),
    )
