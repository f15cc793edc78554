"""The curves of a training run over the tokens it has seen: a large one of the loss, small ones of the rest.

Checkpoints are dotted lines; batches that a rewind left out are bands.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from linnet.console.chart_parts import INK, chart_box, chart_frame, tooltip, value_axis
from linnet.console.elements import tag
from linnet.console.formatting import format_decimal
from linnet.console.links import training_url
from linnet.console.texts import Texts

# Constants, as they reach the browser as JavaScript.
COMPACT = (
    "value => new Intl.NumberFormat(document.documentElement.lang, "
    "{notation: 'compact', maximumSignificantDigits: 3}).format(value)"
)
PERCENT = (
    "value => value == null ? '–' : new Intl.NumberFormat(document.documentElement.lang, "
    "{style: 'percent', maximumFractionDigits: 1}).format(value)"
)
PRECISE = (
    "value => value == null ? '–' : new Intl.NumberFormat(document.documentElement.lang, "
    "{maximumSignificantDigits: 4}).format(value)"
)
SMALL = "value => value == null ? '–' : value === 0 ? '0' : Number(value).toExponential(1)"
CURVES = (  # field, how its axis writes it, how its tooltip does
    ("loss", PRECISE, PRECISE),
    ("learning_rate", SMALL, SMALL),
    ("grad_norm", PRECISE, PRECISE),
    ("tokens_per_second", COMPACT, COMPACT),
    ("mfu", PERCENT, PERCENT),
)
NAMES = {"learning_rate": "rate", "grad_norm": "norm", "tokens_per_second": "speed"}
LINE_COLOUR = "rgba(128, 136, 144, 0.9)"  # of marks: seen on light and on dark
BAND_COLOUR = "rgba(214, 138, 38, 0.28)"


class RunCharts:
    """Five charts of one run; `draw` fetches the chart library, `update` gives them newer figures."""

    def __init__(self, run: Mapping[str, Any], texts: Texts, *, logarithmic: bool) -> None:
        self._options: list[tuple[str, dict[str, Any]]] = []
        self._draws: list[Any] = []
        self._charts: list[Any] = []
        with tag("section", css="card chart-card", aria_labelledby="loss-title"):
            with tag("div", css="stage-head run-head"):
                tag("h2", texts("training.loss_chart"), id="loss-title")
                _scale(run, texts, logarithmic=logarithmic)
            tag("p", loss_summary(run, texts), css="quiet small", id="loss-summary")
            self._add(run, texts, CURVES[0], height_rem=19, logarithmic=logarithmic)
            _legend(run, texts)
        with tag("div", css="run-charts"):
            for curve in CURVES[1:]:
                name = curve[0]
                with tag("section", css="card chart-card", aria_labelledby=f"{name}-title"):
                    tag("h2", texts(f"training.{NAMES.get(name, name)}"), id=f"{name}-title")
                    self._add(run, texts, curve, height_rem=11)

    def _add(
        self,
        run: Mapping[str, Any],
        texts: Texts,
        curve: tuple[str, str, str],
        *,
        height_rem: float,
        logarithmic: bool = False,
    ) -> None:
        name = curve[0]
        options = curve_options(run, curve, logarithmic=logarithmic)
        label = texts(f"training.{NAMES.get(name, name)}")
        self._options.append((name, options))
        described = "loss-summary" if name == "loss" else f"{name}-title"
        self._draws.append(chart_box(options, label, described, height_rem=height_rem))

    def draw(self) -> None:
        self._charts = [draw() for draw in self._draws]

    def update(self, run: Mapping[str, Any]) -> None:
        for (name, _), chart in zip(self._options, self._charts, strict=True):
            series = chart.options["series"][0]
            series["data"] = curve_points(run, name)
            if name == "loss":
                series.update(marks(run))
            chart.options["xAxis"]["max"] = run["total_tokens"]
            chart.update()


def curve_points(run: Mapping[str, Any], name: str) -> list[list[float | None]]:
    """(tokens, value) of each point; a gap where batches were left out."""
    points: list[list[float | None]] = []
    skips = [(rewind["skip_from"], rewind["skip_to"]) for rewind in run["rewinds"]]
    before = 0
    for point in run["points"]:
        if any(before < first and last < point["step"] for first, last in skips):
            points.append([point["tokens"], None])
        points.append([point["tokens"], point[name]])
        before = point["step"]
    return points


def marks(run: Mapping[str, Any]) -> dict[str, Any]:
    """Checkpoints as lines and left-out batches as bands, at their tokens."""
    batch = run["total_tokens"] / run["steps"]
    return {
        "markLine": {
            "silent": True, "symbol": "none", "label": {"show": False},
            "lineStyle": {"type": "dotted", "width": 1.5, "color": LINE_COLOUR},
            "data": [{"xAxis": step * batch} for step in run["checkpoints"]],
        },
        "markArea": {
            "silent": True, "itemStyle": {"color": BAND_COLOUR},
            "data": [[{"xAxis": (rewind["skip_from"] - 1) * batch}, {"xAxis": rewind["skip_to"] * batch}]
                     for rewind in run["rewinds"]],
        },
    }  # fmt: skip


def curve_options(
    run: Mapping[str, Any], curve: tuple[str, str, str], *, logarithmic: bool = False
) -> dict[str, Any]:
    name, axis, precise = curve
    from_zero = name in ("learning_rate", "tokens_per_second", "mfu", "grad_norm")
    y_axis = {
        **value_axis(),
        "type": "log" if logarithmic else "value",
        "minInterval": 0,
        "scale": not from_zero,
        "axisLabel": {**INK, ":formatter": axis, "hideOverlap": True},
    }
    if logarithmic:
        losses = [float(point["loss"]) for point in run["points"]]
        y_axis |= {"logBase": 2, "min": _half_below(min(losses)), "max": _half_above(max(losses))}
    series: dict[str, Any] = {
        "type": "line",
        "data": curve_points(run, name),
        "showSymbol": False,
        "sampling": "lttb",
        "lineStyle": {"width": 2},
        "itemStyle": {":color": "linnetColour('--accent')"},
        **(marks(run) if name == "loss" else {}),
    }
    return {
        **chart_frame(),
        "grid": {"left": 4, "right": 16, "top": 12, "bottom": 4, "containLabel": True},
        "tooltip": {**tooltip("axis"), ":valueFormatter": precise, "axisPointer": {"type": "line"}},
        "xAxis": {
            "type": "value",
            "max": run["total_tokens"],
            "splitNumber": 4,
            "axisLabel": {**INK, ":formatter": COMPACT, "hideOverlap": True},
            "axisPointer": {"label": {":formatter": f"item => ({COMPACT})(item.value)"}},
            "splitLine": {"show": False},
        },
        "yAxis": y_axis,
        "series": [series],
    }


def _half_below(value: float) -> float:
    return max(math.floor(value * 2) / 2, 0.01)  # the logarithm of 0 is nowhere


def _half_above(value: float) -> float:
    return math.ceil(value * 2) / 2 or 0.5


def loss_summary(run: Mapping[str, Any], texts: Texts) -> str:
    losses = [point["loss"] for point in run["points"]]
    return texts(
        "training.loss_summary",
        first=format_decimal(losses[0], 2, texts),
        last=format_decimal(losses[-1], 2, texts),
        least=format_decimal(min(losses), 2, texts),
    )


def _scale(run: Mapping[str, Any], texts: Texts, *, logarithmic: bool) -> None:
    with tag("nav", css="choices choices-small", aria_label=texts("training.scale")):
        for name, chosen in (("linear", not logarithmic), ("log", logarithmic)):
            address = training_url(str(run["name"]), logarithmic=name == "log")
            tag("a", texts(f"training.scale.{name}"), href=address, aria_current="true" if chosen else None)


def _legend(run: Mapping[str, Any], texts: Texts) -> None:
    with tag("ul", css="legend run-legend"):
        for key, shown in (("checkpoint", run["checkpoints"]), ("left_out", run["rewinds"])):
            if shown:
                with tag("li"):
                    tag("span", css=f"run-mark run-mark-{key}", aria_hidden="true")
                    tag("span", texts(f"training.mark.{key}"))
