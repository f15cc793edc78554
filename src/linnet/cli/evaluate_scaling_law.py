"""linnet evaluate scaling-law."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from linnet.cli.output import Json, show


def scaling_law(
    runs: Annotated[
        list[Path] | None, typer.Option("--run", help="A pretraining folder to fit; repeat.")
    ] = None,
    predict: Annotated[
        list[Path] | None, typer.Option("--predict", help="A pretraining folder to predict; repeat.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option(help="A JSON list of runs: name, parameters, tokens, loss, predict.")
    ] = None,
    over: Annotated[
        str, typer.Option(help="What the loss falls with: compute, parameters or tokens.")
    ] = "compute",
    spread: Annotated[float, typer.Option(help="Assumed relative spread of a loss from run to run.")] = 0.01,
    as_json: Json = False,
) -> None:
    """What a few small runs say about the loss of a larger one: L = E + A / x^alpha, at least three runs."""
    from linnet.errors import WrongUse
    from linnet.evaluation.scaling_law import ScalingConfig, ScalingReport, fit_scaling_law
    from linnet.evaluation.scaling_runs import runs_of_folders, runs_of_table
    from linnet.progress import terminal_progress

    if table is not None and (runs or predict):
        raise WrongUse("the losses of a table and of folders may not mean the same; give --table or --run")
    config = ScalingConfig(over=over, spread=spread)
    if table is not None:
        fitted, targets = runs_of_table(table)
    else:
        found = runs_of_folders([*(runs or []), *(predict or [])])
        fitted, targets = found[: len(runs or [])], found[len(runs or []) :]
    with terminal_progress() as progress:
        report = fit_scaling_law(fitted, targets, config=config, progress=progress)

    def human(report: ScalingReport) -> str:
        least, exponent = report.irreducible_loss, report.exponent
        lines = [
            f"L = {least.value:.4f} + {report.coefficient:.4f} / ({report.over} / {report.unit:.3g})^{exponent.value:.3f} "
            f"from {len(report.fitted)} runs, residual {report.residual:.2%}",
            f"95 %: E {least.low:.4f} to {least.high:.4f}, alpha {exponent.low:.3f} to {exponent.high:.3f}, "
            f"for a spread of {report.spread:.2%} from run to run",
        ]
        for one in report.predictions:
            line = (
                f"{one.name} ({one.times_beyond:.1f} x the largest): predicted {one.predicted.value:.4f} "
                f"({one.predicted.low:.4f} to {one.predicted.high:.4f})"
            )
            if one.truth is not None and one.relative_error is not None:
                line += f", is {one.truth:.4f}: off by {one.relative_error:+.2%}, {'inside' if one.inside else 'outside'}"
            lines.append(line)
        return "\n".join(lines)

    show(report, as_json, human)
