"""linnet demo: from nothing to a served console over a simulated platform."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import say


def register(app: typer.Typer) -> None:
    app.command()(demo)


QUERY = "storm lang:en"


def demo(
    folder: Annotated[Path, typer.Option("--folder", metavar="DIR", help="Where everything goes.")] = Path(
        "demo-workspace"
    ),
    posts: Annotated[int, typer.Option(help="Number of simulated posts.")] = 20_000,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="End with the server running.")] = True,
    port: Annotated[int, typer.Option(help="The port of the server.")] = 8321,
) -> None:
    """Simulate a platform, build its model and index, search, ask, and serve the console."""
    import json
    import resource

    from linnet.cli.ask import _answer, _hits
    from linnet.cli.build import _built
    from linnet.pipeline import build
    from linnet.posts.ingest import ingest
    from linnet.posts.sources import SourceConfig
    from linnet.posts.store import PostStore
    from linnet.progress import terminal_progress
    from linnet.recipes import recipe_named
    from linnet.simulator import SimulationConfig, simulate
    from linnet.wiring import Platform
    from linnet.workspace import init_workspace

    started = time.monotonic()
    workspace = init_workspace(folder)
    simulated = workspace.root / "simulated"
    with terminal_progress() as progress:
        simulate(simulated, config=SimulationConfig(num_posts=posts), progress=progress)
        with workspace.writing("posts"):
            taken = ingest(
                [simulated / "posts.parquet"], PostStore(workspace), config=SourceConfig(), progress=progress
            )
        report = build(workspace, recipe_named("nano"), progress=progress)
    print(f"\n{taken.accepted:,} posts accepted, {taken.duplicates:,} known already. What was built:")
    print(_built(report))
    platform = Platform(workspace)
    questions = [
        json.loads(line) for line in (simulated / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    question = next(row["question"] for row in questions if row["post_ids"])
    print(f'\nlinnet search "{QUERY}"\n{_hits(platform.search(QUERY, limit=3))}')
    print(f'\nlinnet ask "{question}"\n{_answer(platform.ask(question))}')
    peak = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    print(f"\nfrom nothing to here: {time.monotonic() - started:.0f} s, largest process {peak:,.0f} MB")
    print(f"everything is in {workspace.root}; look around with: linnet --workspace {folder} status")
    if serve:
        from linnet.cli.serve import serve_workspace

        serve_workspace(workspace, host="127.0.0.1", port=port, embed=True)
    else:
        say(f"serve it with: linnet --workspace {folder} serve")
