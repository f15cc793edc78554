from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linnet.errors import BadInput, NotReady, WrongUse
from linnet.evaluation.scaling_law import ScalingConfig, ScalingRun, fit_scaling_law
from linnet.evaluation.scaling_runs import runs_of_folders, runs_of_table

FEW = ScalingConfig(resamples=10)


def law(x: float, least: float = 1.7, coefficient: float = 2.5, exponent: float = 0.3) -> float:
    return least + coefficient / x**exponent


def run_at(x: float, loss: float | None, name: str = "") -> ScalingRun:
    """A run of x units of compute."""
    return ScalingRun(name=name or f"x{x}", parameters=1000, tokens=1000, loss=loss, flops=x * 1e12)


@settings(max_examples=5, deadline=None)
@given(least=st.floats(0.5, 2.5), exponent=st.floats(0.15, 0.6), coefficient=st.floats(0.5, 3))
def test_a_law_is_found_again_from_three_points(least: float, exponent: float, coefficient: float) -> None:
    runs = [run_at(x, law(x, least, coefficient, exponent)) for x in (1, 4, 16)]
    target = run_at(64, law(64, least, coefficient, exponent))
    report = fit_scaling_law(runs, [target], config=FEW)
    prediction = report.predictions[0]
    assert prediction.predicted.value == pytest.approx(target.loss, rel=5e-3)
    assert prediction.inside and prediction.times_beyond == pytest.approx(4)
    assert prediction.predicted.low < prediction.predicted.value < prediction.predicted.high
    assert report.residual < 1e-3


def test_more_points_and_less_spread_narrow_the_interval() -> None:
    few = [run_at(x, law(x)) for x in (1, 4, 16)]
    many = [run_at(2.0**power, law(2.0**power)) for power in range(9)]
    target = run_at(1024, None)

    def width(runs: list[ScalingRun], spread: float) -> float:
        predicted = fit_scaling_law(runs, [target], config=ScalingConfig(spread=spread, resamples=40))
        interval = predicted.predictions[0].predicted
        assert predicted.predictions[0].truth is None and predicted.predictions[0].inside is None
        return interval.high - interval.low

    assert width(many, 0.01) < width(few, 0.01)
    assert width(few, 0.001) < width(few, 0.01)


def test_residuals_beyond_the_assumed_spread_count() -> None:
    runs = [run_at(2.0**power, law(2.0**power) * (1.05 if power % 2 else 0.95)) for power in range(8)]
    assert fit_scaling_law(runs, config=FEW).spread > 0.03


def test_over_parameters_and_tokens() -> None:
    runs = [ScalingRun(name=str(n), parameters=n * 100, tokens=n * 1000, loss=law(n)) for n in (1, 3, 9)]
    assert runs[1].at("compute") == 6 * 300 * 3000
    for over, unit in (("parameters", 100), ("tokens", 1000)):
        report = fit_scaling_law(runs, config=ScalingConfig(over=over, resamples=5))
        assert report.unit == unit and report.exponent.value == pytest.approx(0.3, abs=0.02)


@pytest.mark.parametrize("xs", [(), (1, 2), (1, 1, 2)])
def test_fewer_than_three_different_runs(xs: tuple[int, ...]) -> None:
    with pytest.raises(NotReady, match="at least 3 runs with different compute"):
        fit_scaling_law([run_at(x, 2.0) for x in xs], config=FEW)


def test_bad_settings_and_runs() -> None:
    for bad in ({"over": "width"}, {"spread": 1.0}, {"resamples": 0}):
        with pytest.raises(WrongUse):
            ScalingConfig(**bad)
    for loss in (0.0, -1.0, float("nan")):
        with pytest.raises(BadInput, match="loss"):
            run_at(1, loss)
    with pytest.raises(BadInput, match="no loss"):
        fit_scaling_law([run_at(x, 2.0 if x < 3 else None) for x in (1, 2, 3)], config=FEW)


def test_folders_and_tables(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for number, folder in enumerate(folders, start=1):
        folder.mkdir()
        report = {"parameters": number * 10, "tokens_seen": 500, "final_loss": 3.5, "vocab_size": 256}
        (folder / "report.json").write_text(json.dumps(report))
    runs = runs_of_folders(folders)
    assert [(run.parameters, run.tokens, run.loss) for run in runs] == [(10, 500, 3.5), (20, 500, 3.5)]
    report["vocab_size"] = 512
    (folders[1] / "report.json").write_text(json.dumps(report))
    with pytest.raises(BadInput, match="vocabularies of 256, 512"):
        runs_of_folders(folders)
    (tmp_path / "metrics.jsonl").write_text("{}")
    with pytest.raises(BadInput, match="is not finished"):
        runs_of_folders([tmp_path])

    table = tmp_path / "runs.json"
    rows = [
        {"parameters": 10, "tokens": 5, "loss": 2.0},
        {"parameters": 20, "tokens": 5, "loss": 1.5, "predict": True},
    ]
    table.write_text(json.dumps([*rows, {"name": "later", "parameters": 30, "tokens": 9}]))
    fitted, targets = runs_of_table(table)
    assert len(fitted) == 1 and [target.loss for target in targets] == [1.5, None]
    for bad in ("{", "{}", "[1]", '[{"tokens": 1}]', '[{"parameters": 1, "tokens": 1, "loss": "low"}]'):
        table.write_text(bad)
        with pytest.raises(BadInput) as raised:
            runs_of_table(table)
        assert "\n" not in str(raised.value)
