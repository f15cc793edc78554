"""linnet evaluate: the group; each command stands in its own file."""

from __future__ import annotations

import typer

from linnet.cli.evaluate_bits_per_byte import bits_per_byte
from linnet.cli.evaluate_harness import harness
from linnet.cli.evaluate_memorisation import memorisation
from linnet.cli.evaluate_scaling_law import scaling_law
from linnet.cli.evaluate_search import search
from linnet.cli.evaluate_tweeteval import tweeteval
from linnet.cli.evaluate_win_rate import win_rate


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Measure the platform's model and its search.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("bits-per-byte")(bits_per_byte)
    group.command("memorisation")(memorisation)
    group.command("harness")(harness)
    group.command("tweeteval")(tweeteval)
    group.command("win-rate")(win_rate)
    group.command("scaling-law")(scaling_law)
    group.command("search")(search)
    app.add_typer(group, name="evaluate")
