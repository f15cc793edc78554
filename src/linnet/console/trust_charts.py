"""The charts of what may be used and of what was left out, with the same numbers in words or in a table.

What is allowed is plain and what is not is hatched, so that colour alone never tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linnet.console.chart_parts import (
    INK,
    NUMBER,
    Draw,
    bar_style,
    chart_box,
    chart_frame,
    chart_table,
    tooltip,
    value_axis,
)
from linnet.console.elements import tag
from linnet.console.markup import one_line
from linnet.console.texts import Texts

ALLOWED_SHADES = 3  # how many the style sheet has; the last one is for all further reasons
DENIED_SHADES = 4

_HATCH = {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 5], "symbolSize": 1, "rotation": -0.7,
          "color": "rgba(0, 0, 0, 0.28)"}  # fmt: skip
_LABEL = {**INK, "width": 132, "overflow": "truncate"}
# Constants, as they reach the browser as JavaScript.
_COLOURS = {
    f"--{kind}-{shade}": f"linnetColour('--{kind}-{shade}')"
    for kind, shades in (("allow", ALLOWED_SHADES), ("deny", DENIED_SHADES))
    for shade in range(1, shades + 1)
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """One reason over all purposes: a colour of the stacked bars."""

    reason: str
    allowed: bool
    shade: str  # "--allow-1": a variable of the style sheet
    posts: Mapping[str, int]  # by purpose


def consent_parts(purposes: Mapping[str, Mapping[str, Any]]) -> list[Part]:
    """The reasons: those that allow first, and among them those of most purposes, then of most posts."""
    counts: dict[tuple[bool, str], dict[str, int]] = {}
    for purpose, row in purposes.items():
        for entry in row.get("reasons") or ():
            by_purpose = counts.setdefault((bool(entry["allowed"]), str(entry["reason"])), {})
            by_purpose[purpose] = by_purpose.get(purpose, 0) + int(entry["posts"])
    ordered = sorted(
        counts.items(), key=lambda item: (not item[0][0], -len(item[1]), -sum(item[1].values()), item[0][1])
    )
    parts, seen = [], {True: 0, False: 0}
    for (allowed, reason), posts in ordered:
        seen[allowed] += 1
        kind, shades = ("allow", ALLOWED_SHADES) if allowed else ("deny", DENIED_SHADES)
        shade = f"--{kind}-{min(seen[allowed], shades)}"
        parts.append(Part(reason=reason, allowed=allowed, shade=shade, posts=posts))
    return parts


def purpose_name(purpose: str, texts: Texts) -> str:
    return texts.get(f"purpose.{purpose}", one_line(purpose))


def reason_name(reason: str, texts: Texts) -> str:
    """A reason of the resolver in the reader's language; as it is when we have no words for it."""
    return texts.get(f"verdict.{_key(reason)}", one_line(reason))


def _key(reason: str) -> str:
    """ "live network: opt-in" as the end of a key: live_network_opt_in."""
    return re.sub(r"[^a-z0-9]+", "_", reason.lower()).strip("_")


def part_name(part: Part, texts: Texts) -> str:
    allowed = texts("consent.allowed") if part.allowed else texts("consent.denied")
    return f"{allowed}{texts('format.colon')} {reason_name(part.reason, texts)}"


def consent_chart(coverage: Mapping[str, Any], texts: Texts) -> Draw | None:
    purposes = coverage.get("purposes") or {}
    parts = consent_parts(purposes)
    with tag("section", css="card chart-card", aria_labelledby="coverage-title"):
        tag("h2", texts("consent.coverage"), id="coverage-title")
        if not parts:
            tag("p", texts("home.nothing"), css="quiet")
            return None
        options = {
            **chart_frame(),
            "tooltip": tooltip("item"),
            "xAxis": {**value_axis(), "axisLabel": {**INK, ":formatter": NUMBER, "showMaxLabel": False, "hideOverlap": True}, "max": int(coverage.get("posts") or 0) or None},
            "yAxis": {"type": "category", "inverse": True, "axisTick": {"show": False},
                      "data": [purpose_name(purpose, texts) for purpose in purposes],
                      "axisLine": {"show": False}, "axisLabel": _LABEL},
            "series": [_stacked(part, list(purposes), texts) for part in parts],
        }  # fmt: skip
        options["grid"] = {**options["grid"], "left": 16, "right": 24}
        with tag("ul", css="legend"):
            for part in parts:
                with tag("li"):
                    tag("span", css=f"swatch swatch{part.shade[1:]}", aria_hidden="true")
                    tag("span", part_name(part, texts))
        draw = chart_box(
            options, texts("consent.coverage"), "purposes-title", height_rem=2 + 2.3 * len(purposes)
        )
    return draw


def _stacked(part: Part, purposes: list[str], texts: Texts) -> dict[str, Any]:
    style: dict[str, Any] = {":color": _COLOURS[part.shade], ":borderColor": "linnetColour('--surface')",
                             "borderWidth": 1}  # fmt: skip
    if not part.allowed:
        style["decal"] = _HATCH
    return {"type": "bar", "name": part_name(part, texts), "stack": "posts", "barMaxWidth": 22, "itemStyle": style,
            "data": [part.posts.get(purpose, 0) for purpose in purposes], "colourVariable": part.shade}  # fmt: skip


def dropped_reason(reason: str, texts: Texts) -> str:
    return texts.get(f"dropped.{reason}", one_line(reason.replace("_", " ")))


def dropped_chart(reasons: Mapping[str, int], texts: Texts) -> Draw | None:
    counts = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    with tag("section", css="card chart-card", aria_labelledby="dropped-title"):
        tag("h2", texts("corpus.by_reason"), id="dropped-title")
        written = ", ".join(f"{dropped_reason(name, texts)} {texts.integer(count)}" for name, count in counts)
        tag("p", written, css="sr-only", id="dropped-summary")
        options = {
            **chart_frame(),
            "tooltip": tooltip("item"),
            "xAxis": {**value_axis(), "axisLabel": {"show": False}, "splitLine": {"show": False}},
            "yAxis": {"type": "category", "inverse": True, "axisTick": {"show": False}, "axisLine": {"show": False},
                      "data": [dropped_reason(name, texts) for name, _ in counts], "axisLabel": _LABEL},
            "series": [{"type": "bar", "data": [count for _, count in counts], "barMaxWidth": 16, "barMinHeight": 2,
                        "itemStyle": bar_style([0, 3, 3, 0]), "label": _count_label()}],
        }  # fmt: skip
        options["grid"] = {**options["grid"], "left": 16, "right": 56}
        height_rem = 2 + 1.7 * len(counts)
        draw = chart_box(options, texts("corpus.by_reason"), "dropped-summary", height_rem=height_rem)
        table = [(dropped_reason(name, texts), texts.integer(count)) for name, count in counts]
        chart_table(table, (texts("corpus.reason"), texts("home.chart.posts")), texts)
    return draw


def _count_label() -> dict[str, Any]:
    return {"show": True, "position": "right", **INK, ":formatter": f"item => ({NUMBER})(item.value)"}
