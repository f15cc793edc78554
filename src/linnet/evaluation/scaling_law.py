"""A scaling law from a few small runs, and what it says about a larger one before that is trained.

    L(x) = E + A / x^alpha          x: compute in floating-point operations, or parameters, or tokens

The form of Hoffmann et al. 2022 ("Training Compute-Optimal Large Language Models", approach 3) in one variable, because
a handful of runs cannot tell two exponents apart. As there, the Huber loss between log predictions and log losses is
minimised by L-BFGS from a grid of starts. Three runs determine three numbers and leave nothing over to judge the fit
by: the interval therefore also carries an assumed spread from run to run, which the report names.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linnet.errors import BadInput, NotReady, WrongUse
from linnet.progress import SILENT, Progress

if TYPE_CHECKING:
    import numpy as np

LEAST_RUNS = 3
OVER = ("compute", "parameters", "tokens")
HUBER_DELTA = 1e-3
MOST_EXPONENT = 2.0
LEAST_EXPONENT = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingRun:
    name: str
    parameters: int
    tokens: int  # trained on, repeats counted
    loss: float | None  # on held-out text, or the mean of the last steps; None where it is to be predicted
    flops: float | None = None  # of the training; None: 6 x parameters x tokens

    def __post_init__(self) -> None:
        for name in ("parameters", "tokens"):
            if getattr(self, name) < 1:
                raise BadInput(f"the run {self.name} has {name} {getattr(self, name)}; it must be 1 or more")
        if self.loss is not None and not (math.isfinite(self.loss) and self.loss > 0):
            raise BadInput(f"the run {self.name} has the loss {self.loss}; it must be a number above 0")
        if self.flops is not None and not (math.isfinite(self.flops) and self.flops > 0):
            raise BadInput(f"the run {self.name} has the flops {self.flops}; it must be a number above 0")

    def at(self, over: str) -> float:
        """Where the run stands on the axis."""
        match over:
            case "compute":
                return self.flops if self.flops is not None else 6.0 * self.parameters * self.tokens
            case "parameters":
                return float(self.parameters)
        return float(self.tokens)


@dataclass(frozen=True, kw_only=True)
class ScalingConfig:
    over: str = "compute"  # compute, parameters or tokens
    spread: float = (
        0.01  # assumed relative standard deviation of a loss from run to run; the residuals' if larger
    )
    resamples: int = 200  # fits to perturbed losses, for the intervals
    seed: int = 7  # of the perturbations

    def __post_init__(self) -> None:
        if self.over not in OVER:
            raise WrongUse(f'over is "{self.over}"; use one of {", ".join(OVER)}')
        if not 0 <= self.spread < 1:
            raise WrongUse(f"spread is {self.spread}; it must lie in 0..1")
        if self.resamples < 1:
            raise WrongUse(f"resamples is {self.resamples}; it must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class Interval:
    value: float
    low: float  # 2.5 %
    high: float  # 97.5 %


@dataclass(frozen=True, kw_only=True)
class Prediction:
    name: str
    predicted: Interval
    truth: float | None  # None where the run has not been made
    relative_error: float | None  # of the prediction, (predicted - truth) / truth
    inside: bool | None  # whether the truth lies in the interval
    times_beyond: float  # how far outside the fitted runs: its x over their largest


@dataclass(frozen=True, kw_only=True)
class ScalingReport:
    over: str
    irreducible_loss: Interval  # E
    coefficient: float  # A, with x in units of the smallest run's
    unit: float  # the smallest run's x
    exponent: Interval  # alpha
    fitted: tuple[str, ...]  # names of the runs
    residual: float  # root mean square of log(loss / fit)
    spread: float  # what the intervals assume, from run to run
    predictions: tuple[Prediction, ...]


def fit_scaling_law(
    runs: Sequence[ScalingRun],
    targets: Sequence[ScalingRun] = (),
    *,
    config: ScalingConfig,
    progress: Progress = SILENT,
) -> ScalingReport:
    """Fit the law to `runs` and say what it predicts for `targets`, whose own losses are only compared with."""
    import numpy as np

    if missing := [run.name for run in runs if run.loss is None]:
        raise BadInput(f"the run {missing[0]} has no loss; give it one, or let it be predicted")
    xs = np.array([run.at(config.over) for run in runs])
    if len(runs) < LEAST_RUNS or len(set(xs)) < LEAST_RUNS:
        raise NotReady(
            f"a scaling law needs at least {LEAST_RUNS} runs with different {config.over}; there are {len(set(xs))}"
        )
    unit = float(xs.min())
    scaled, losses = np.log(xs / unit), np.log([run.loss for run in runs if run.loss is not None])
    fit = _fit(scaled, losses, _starts(losses))
    residuals = losses - _log_law(fit, scaled)
    # Three parameters were taken from the points; what is left over tells of the spread only beyond three points.
    freedom = len(runs) - LEAST_RUNS
    seen = math.sqrt(float((residuals**2).sum()) / freedom) if freedom else 0.0
    spread = max(config.spread, seen)

    rng = random.Random(config.seed)
    progress.start("Fitting perturbed losses", config.resamples, "fits")
    fits = []
    for _ in range(config.resamples):
        noise = np.array([rng.gauss(0.0, spread) for _ in runs])
        fits.append(_fit(scaled, losses + noise, [fit, *_starts(losses)[::9]]))
        progress.advance()
    progress.finish()

    return ScalingReport(
        over=config.over,
        irreducible_loss=_interval(math.exp(fit[1]), [math.exp(one[1]) for one in fits]),
        coefficient=math.exp(fit[0]),
        unit=unit,
        exponent=_interval(fit[2], [one[2] for one in fits]),
        fitted=tuple(run.name for run in runs),
        residual=math.sqrt(float((residuals**2).mean())),
        spread=spread,
        predictions=tuple(
            _prediction(
                target,
                math.log(target.at(config.over) / unit),
                fit,
                fits,
                float(xs.max()),
                config,
                spread,
                rng,
            )
            for target in targets
        ),
    )


def _log_law(fit: Any, scaled: Any) -> Any:
    """log L: the log-sum-exp of log E and log A - alpha log x."""
    import numpy as np

    log_a, log_e, alpha = fit
    return np.logaddexp(log_e, log_a - alpha * scaled)


def _fit(scaled: np.ndarray, losses: np.ndarray, starts: Sequence[Any]) -> tuple[float, float, float]:
    """(log A, log E, alpha) with the least Huber loss."""
    import numpy as np
    from scipy.optimize import minimize

    def huber(fit: Any) -> tuple[float, Any]:
        """The loss and its gradient."""
        off = _log_law(fit, scaled) - losses
        near = np.minimum(np.abs(off), HUBER_DELTA)
        slope = np.clip(off, -HUBER_DELTA, HUBER_DELTA) / HUBER_DELTA
        reducible = np.exp(fit[0] - fit[2] * scaled - _log_law(fit, scaled))  # its share of the law
        gradient = [slope @ reducible, slope @ (1 - reducible), -slope @ (reducible * scaled)]
        return float((near * (np.abs(off) - near / 2)).sum()) / HUBER_DELTA, np.array(gradient)

    top = float(losses.max())
    bounds = [(top - 15, top + 5), (top - 15, float(losses.min())), (LEAST_EXPONENT, MOST_EXPONENT)]
    found = (minimize(huber, start, jac=True, method="L-BFGS-B", bounds=bounds) for start in starts)
    best = min(found, key=lambda one: float(one.fun))
    return float(best.x[0]), float(best.x[1]), float(best.x[2])


def _starts(losses: np.ndarray) -> list[tuple[float, float, float]]:
    """E as shares of the least loss, A what is left of the largest, and exponents as they are met in practice."""
    top, least = math.exp(float(losses.max())), math.exp(float(losses.min()))
    return [
        (math.log(top - share * least), math.log(share * least), alpha)
        for share in (0.02, 0.2, 0.4, 0.6, 0.8, 0.95)
        for alpha in (0.05, 0.2, 0.5)
    ]


def _prediction(
    target: ScalingRun,
    scaled: float,
    fit: Any,
    fits: Sequence[Any],
    largest: float,
    config: ScalingConfig,
    spread: float,
    rng: random.Random,
) -> Prediction:
    """The interval is for a run that will be made, so its own spread is in it."""
    values = [math.exp(float(_log_law(one, scaled)) + rng.gauss(0.0, spread)) for one in fits]
    predicted = _interval(math.exp(float(_log_law(fit, scaled))), values)
    truth = target.loss
    return Prediction(
        name=target.name,
        predicted=predicted,
        truth=truth,
        relative_error=None if truth is None else (predicted.value - truth) / truth,
        inside=None if truth is None else predicted.low <= truth <= predicted.high,
        times_beyond=target.at(config.over) / largest,
    )


def _interval(value: float, values: Sequence[float]) -> Interval:
    import numpy as np

    low, high = np.quantile(values, (0.025, 0.975))
    return Interval(value=value, low=min(float(low), value), high=max(float(high), value))
