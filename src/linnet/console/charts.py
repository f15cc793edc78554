"""The two charts of the overview, each with its message in words and its numbers in a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from linnet.console.chart_parts import (
    INK,
    Draw,
    bar_style,
    chart_box,
    chart_frame,
    chart_table,
    tooltip,
    value_axis,
)
from linnet.console.elements import tag
from linnet.console.formatting import format_date, format_day, format_language
from linnet.console.texts import Texts

MAX_LANGUAGES = 8
MAX_DAYS = 400  # a longer span is drawn without its empty days


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
            **chart_frame(),
            "tooltip": tooltip("axis"),
            "xAxis": {"type": "category", "data": labels, "axisTick": {"show": False},
                      "axisLine": {"show": False}, "axisLabel": {**INK, "hideOverlap": True}},
            "yAxis": value_axis(),
            "series": [{"type": "bar", "data": [count for _, count in days], "barMaxWidth": 18,
                        "barMinHeight": 1, "itemStyle": bar_style([3, 3, 0, 0])}],
        }  # fmt: skip
        draw = chart_box(options, texts("home.per_day"), "days-summary", height_rem=15)
        table = [(format_date(day, texts), texts.integer(count)) for day, count in reversed(days) if count]
        chart_table(table, (texts("home.chart.day"), texts("home.chart.posts")), texts)
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
            **chart_frame(),
            "tooltip": tooltip("item"),
            "xAxis": {**value_axis(), "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "yAxis": {"type": "category", "inverse": True, "data": [name for name, _ in counts],
                      "axisTick": {"show": False}, "axisLine": {"show": False}, "axisLabel": dict(INK)},
            "series": [{"type": "bar", "data": [count for _, count in counts], "barMaxWidth": 16,
                        "itemStyle": bar_style([0, 3, 3, 0]),
                        "label": {"show": True, "position": "right", **INK,
                                  ":formatter": "item => item.value.toLocaleString(document.documentElement.lang)"}}],
        }  # fmt: skip
        options["grid"] = {**options["grid"], "right": 56}
        height_rem = 2 + 1.6 * len(counts)
        draw = chart_box(options, texts("home.languages"), "languages-summary", height_rem=height_rem)
        table = [(name, texts.integer(count)) for name, count in counts]
        chart_table(table, (texts("home.chart.language"), texts("home.chart.posts")), texts)
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
