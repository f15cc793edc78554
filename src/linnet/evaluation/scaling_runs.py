"""Runs for a scaling law: from the folders of pretraining, or from a JSON table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from linnet.errors import BadInput
from linnet.evaluation.scaling_law import ScalingRun

REPORT_FILE = "report.json"
METRICS_FILE = "metrics.jsonl"


def runs_of_folders(folders: Sequence[Path]) -> list[ScalingRun]:
    """Finished pretraining runs, by their mean training loss at the end. They must share one vocabulary."""
    found = [(folder, _report(folder)) for folder in folders]
    sizes = {int(report.get("vocab_size", 0)) for _, report in found}
    if len(sizes) > 1:
        raise BadInput(
            f"the runs have vocabularies of {', '.join(map(str, sorted(sizes)))} tokens, so their losses a token cannot "
            "be compared; give bits per byte in a table instead: --table FILE.json"
        )
    return [_run(report, str(folder), loss="final_loss", tokens="tokens_seen") for folder, report in found]


def runs_of_table(path: Path) -> tuple[list[ScalingRun], list[ScalingRun]]:
    """(runs to fit, runs to predict) of a JSON list of objects: name, parameters, tokens, loss, flops, predict.

    What has "predict": true, or no loss, is predicted.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} is no table of runs ({next(iter(str(error).splitlines()), '')})") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadInput(f"{path} must hold a JSON list of objects with parameters, tokens and loss")
    runs: list[ScalingRun] = []
    targets: list[ScalingRun] = []
    for number, row in enumerate(rows, start=1):
        run = _run(row, str(row.get("name") or f"run {number} of {path.name}"))
        (targets if row.get("predict") or run.loss is None else runs).append(run)
    return runs, targets


def _report(folder: Path) -> dict[str, Any]:
    path = folder / REPORT_FILE
    if not path.exists():
        why = "is not finished" if (folder / METRICS_FILE).exists() else "holds no pretraining run"
        raise BadInput(f"{folder} {why}: there is no {REPORT_FILE}")
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} cannot be read: {next(iter(str(error).splitlines()), '')}") from error
    if not isinstance(report, dict):
        raise BadInput(f"{path} is no report of pretraining")
    return report


def _run(row: dict[str, Any], name: str, *, loss: str = "loss", tokens: str = "tokens") -> ScalingRun:
    for key in ("parameters", tokens):
        if type(row.get(key)) not in (int, float):
            raise BadInput(f'{name} has no number "{key}"')
    for key in (loss, "flops"):
        if row.get(key) is not None and type(row[key]) not in (int, float):
            raise BadInput(f"{name} has the {key} {row[key]!r}; it must be a number")
    return ScalingRun(
        name=name,
        parameters=int(row["parameters"]),
        tokens=int(row[tokens]),
        loss=None if row.get(loss) is None else float(row[loss]),
        flops=None if row.get("flops") is None else float(row["flops"]),
    )
