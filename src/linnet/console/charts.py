"""The two charts of the overview, each with its message in words and its numbers in a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from linnet.console.elements import tag
from linnet.console.formatting import format_date, format_day, format_language
from linnet.console.texts import Texts

MAX_LANGUAGES = 8
MAX_DAYS = 400  # a longer span is drawn without its empty days

Draw = Callable[[], None]

# Names that start with ":" hold JavaScript for NiceGUI; only these constants do, never data.
_INK = {":color": "linnetColour('--muted')"}
_NUMBER = "value => value.toLocaleString(document.documentElement.lang)"


def posts_per_day_chart(rows: Sequence[dict[str, Any]], texts: Texts) -> Draw | None:
    days = every_day(rows)
    with tag("section", css="card chart-card", aria_labelledby="days-title"):
        tag("h2", texts("home.per_day"), id="days-title")
        if not days:
            tag("p", texts("home.nothing"), css="quiet")
            return None
        summary = texts(
            "home.per_day.summary",
            first=format_date(days[0][0], texts),
            last=format_date(days[-1][0], texts),
            count=sum(count for _, count in days),
            most=max(count for _, count in days),
        )
        tag("p", summary, css="quiet small", id="days-summary")
        labels = [format_day(day, texts) for day, _ in days]
        options = {
            **_frame(),
            "tooltip": _tooltip("axis"),
            "xAxis": {"type": "category", "data": labels, "axisTick": {"show": False},
                      "axisLine": {"show": False}, "axisLabel": {**_INK, "hideOverlap": True}},
            "yAxis": _value_axis(),
            "series": [{"type": "bar", "data": [count for _, count in days], "barMaxWidth": 18,
                        "barMinHeight": 1, "itemStyle": _bar([3, 3, 0, 0])}],
        }  # fmt: skip
        draw = _chart(options, texts("home.per_day"), "days-summary", height_rem=15)
        table = [(format_date(day, texts), texts.integer(count)) for day, count in reversed(days) if count]
        _table(table, (texts("home.chart.day"), texts("home.chart.posts")), texts)
    return draw


def languages_chart(rows: Sequence[dict[str, Any]], texts: Texts) -> Draw | None:
    counts = largest(rows, texts)
    with tag("section", css="card chart-card", aria_labelledby="languages-title"):
        tag("h2", texts("home.languages"), id="languages-title")
        if not counts:
            tag("p", texts("home.nothing"), css="quiet")
            return None
        written = ", ".join(f"{name} {texts.integer(count)}" for name, count in counts)
        tag("p", texts("home.languages.summary", list=written), css="sr-only", id="languages-summary")
        options = {
            **_frame(),
            "tooltip": _tooltip("item"),
            "xAxis": {**_value_axis(), "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "yAxis": {"type": "category", "inverse": True, "data": [name for name, _ in counts],
                      "axisTick": {"show": False}, "axisLine": {"show": False}, "axisLabel": dict(_INK)},
            "series": [{"type": "bar", "data": [count for _, count in counts], "barMaxWidth": 16,
                        "itemStyle": _bar([0, 3, 3, 0]),
                        "label": {"show": True, "position": "right", **_INK,
                                  ":formatter": "item => item.value.toLocaleString(document.documentElement.lang)"}}],
        }  # fmt: skip
        options["grid"] = {**options["grid"], "right": 56}
        height_rem = 2 + 1.6 * len(counts)
        draw = _chart(options, texts("home.languages"), "languages-summary", height_rem=height_rem)
        table = [(name, texts.integer(count)) for name, count in counts]
        _table(table, (texts("home.chart.language"), texts("home.chart.posts")), texts)
    return draw


def every_day(rows: Sequence[dict[str, Any]]) -> list[tuple[date, int]]:
    """The days in order; days without posts between them count 0, unless the span is very long."""
    counts = {date.fromisoformat(str(row["day"])[:10]): int(row["posts"]) for row in rows}
    if not counts:
        return []
    first, last = min(counts), max(counts)
    if (last - first).days > MAX_DAYS:
        return sorted(counts.items())
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return [(day, counts.get(day, 0)) for day in days]


def largest(rows: Sequence[dict[str, Any]], texts: Texts) -> list[tuple[str, int]]:
    """The languages with the most posts by name, the rest summed up at the end."""
    ordered = sorted(rows, key=lambda row: -int(row["posts"]))
    shown = [(format_language(row["language"], texts), int(row["posts"])) for row in ordered[:MAX_LANGUAGES]]
    rest = sum(int(row["posts"]) for row in ordered[MAX_LANGUAGES:])
    return [*shown, (texts("home.languages.others"), rest)] if rest else shown


def _chart(options: dict[str, Any], label: str, described_by: str, *, height_rem: float) -> Draw:
    """Keeps the room of the chart and returns what draws it.

    The chart library is large: it is fetched once the page stands, so that it delays nothing.
    """
    box = tag("div", css="chart-box").style(f"height: {height_rem}rem")

    def draw() -> None:
        from nicegui import ui

        with box:
            chart = ui.echart(options, renderer="svg").classes("chart")
        chart.props["role"] = "img"
        chart.props["aria-label"] = label
        chart.props["aria-describedby"] = described_by

    return draw


def _table(rows: Sequence[tuple[str, str]], head: tuple[str, str], texts: Texts) -> None:
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


def _frame() -> dict[str, Any]:
    return {
        "animation": False,
        "textStyle": {"fontFamily": "inherit"},
        "grid": {"left": 4, "right": 8, "top": 12, "bottom": 4, "containLabel": True},
    }


def _value_axis() -> dict[str, Any]:
    return {
        "type": "value",
        "minInterval": 1,
        "splitNumber": 4,
        "axisLabel": {**_INK, ":formatter": _NUMBER},
        "splitLine": {"lineStyle": {":color": "linnetColour('--line')"}},
    }


def _bar(corners: list[int]) -> dict[str, Any]:
    return {"borderRadius": corners, ":color": "linnetColour('--accent')"}


def _tooltip(trigger: str) -> dict[str, Any]:
    return {
        "trigger": trigger,
        "axisPointer": {"type": "shadow"},
        ":valueFormatter": _NUMBER,
        ":backgroundColor": "linnetColour('--surface')",
        ":borderColor": "linnetColour('--line')",
        "textStyle": {":color": "linnetColour('--ink')"},
    }
