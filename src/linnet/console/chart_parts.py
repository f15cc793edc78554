"""What all charts are made of: the box, the axes, the colours, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from linnet.console.elements import tag
from linnet.console.texts import Texts

Draw = Callable[[], Any]

# Names that start with ":" hold JavaScript for NiceGUI; only constants do, never data.
INK = {":color": "linnetColour('--muted')"}
NUMBER = "value => value.toLocaleString(document.documentElement.lang)"


def chart_box(options: dict[str, Any], label: str, described_by: str, *, height_rem: float) -> Draw:
    """Keeps the room of the chart and returns what draws it.

    The chart library is large: it is fetched once the page stands, so that it delays nothing.
    """
    box = tag("div", css="chart-box").style(f"height: {height_rem}rem")

    def draw() -> Any:
        from nicegui import ui

        with box:
            chart = ui.echart(options, renderer="svg").classes("chart")
        chart.props["role"] = "img"
        chart.props["aria-label"] = label
        chart.props["aria-describedby"] = described_by
        return chart

    return draw


def chart_table(rows: Sequence[tuple[str, str]], head: tuple[str, str], texts: Texts) -> None:
    with tag("details", css="chart-table"):
        tag("summary", texts("home.chart.table"))
        with tag("table"):
            with tag("thead"), tag("tr"):
                for title in head:
                    tag("th", title, scope="col")
            with tag("tbody"):
                for first, second in rows:
                    with tag("tr"):
                        tag("th", first, scope="row")
                        tag("td", second)


def chart_frame() -> dict[str, Any]:
    return {
        "animation": False,
        "textStyle": {"fontFamily": "inherit"},
        "grid": {"left": 4, "right": 8, "top": 12, "bottom": 4, "containLabel": True},
    }


def value_axis() -> dict[str, Any]:
    return {
        "type": "value",
        "minInterval": 1,
        "splitNumber": 4,
        "axisLabel": {**INK, ":formatter": NUMBER},
        "splitLine": {"lineStyle": {":color": "linnetColour('--line')"}},
    }


def bar_style(corners: list[int]) -> dict[str, Any]:
    return {"borderRadius": corners, ":color": "linnetColour('--accent')"}


def tooltip(trigger: str) -> dict[str, Any]:
    return {
        "trigger": trigger,
        "axisPointer": {"type": "shadow"},
        ":valueFormatter": NUMBER,
        ":backgroundColor": "linnetColour('--surface')",
        ":borderColor": "linnetColour('--line')",
        "textStyle": {":color": "linnetColour('--ink')"},
    }
