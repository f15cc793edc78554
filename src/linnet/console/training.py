"""The training page: how far a pretraining run is and how it goes, live; runs that ended as well."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from linnet.console.elements import badge, command, meter, notice, tag
from linnet.console.formatting import (
    format_compact,
    format_decimal,
    format_duration,
    format_relative,
    format_share,
)
from linnet.console.frame import ConsolePage, frame
from linnet.console.home import BUILD_COMMAND
from linnet.console.languages import current_texts
from linnet.console.links import training_url
from linnet.console.loading import show
from linnet.console.platform import Platform
from linnet.console.tables import table
from linnet.console.texts import Texts
from linnet.console.training_charts import RunCharts

REFRESH_SECONDS = 5.0
TABLE_ROWS = 24
BADGES = {"running": "running", "finished": "done", "stopped": "stale"}

logger = logging.getLogger(__name__)


def mount_training(platform: Platform) -> None:
    @ConsolePage("/training")
    async def training(run: str = "", scale: str = "") -> None:
        texts = current_texts()
        logarithmic = scale == "log"
        with frame(
            texts, title=texts("training.title"), active="training", json_url="/api/training", form=False
        ):
            tag("h1", texts("training.title"))
            tag("p", texts("training.lead"), css="lead")
            await show(
                platform.training,
                lambda found: show_runs(platform, found, run, logarithmic, texts),
                texts,
                loading=texts("loading"),
            )


def chosen_run(found: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The run called `name`; otherwise the first, which is the newest."""
    runs = found.get("runs") or []
    return next((run for run in runs if run["name"] == name), runs[0] if runs else None)


def show_runs(
    platform: Platform, found: Mapping[str, Any], name: str, logarithmic: bool, texts: Texts
) -> Callable[[], Any] | None:
    run = chosen_run(found, name)
    if run is None:
        with tag("div", css="empty"):
            tag("p", texts("training.nothing"), css="lead")
            command(BUILD_COMMAND, texts)
        return None
    if len(found["runs"]) > 1:
        with tag("nav", css="choices", aria_label=texts("training.choose")):
            for one in found["runs"]:
                current = "true" if one["name"] == run["name"] else None
                address = training_url(one["name"], logarithmic=logarithmic)
                tag("a", run_name(one, texts), href=address, aria_current=current)
    head = tag("section", css="card run", aria_labelledby="run-title")
    with head:
        _head(run, texts)
    charts = RunCharts(run, texts, logarithmic=logarithmic)
    _marks(run, texts)
    _figures(run, texts)

    def draw() -> None:
        charts.draw()
        if run["state"] == "running":
            _follow(platform, str(run["name"]), head, charts, texts)

    return draw


def run_name(run: Mapping[str, Any], texts: Texts) -> str:
    return texts("training.next" if run["name"] == "base.next" else "training.base")


def _head(run: Mapping[str, Any], texts: Texts) -> None:
    with tag("div", css="stage-head"):
        tag("h2", run_name(run, texts), id="run-title")
        badge(BADGES[run["state"]], texts(f"training.state.{run['state']}"))
    step, steps = int(run["step"]), int(run["steps"])
    with tag("div", css="meter-row"):
        tag("span", texts("training.step", step=step, steps=steps))
        tag("span", format_share(float(run["progress"]), texts), css="number")
    meter(float(run["progress"]), texts("training.progress"), format_share(float(run["progress"]), texts))
    with tag("p", css="facts"):
        if run["seconds_left"] is not None:
            left = format_duration(max(float(run["seconds_left"]), 1.0), texts)
            tag("span", texts("training.left", duration=left), css="run-left")
        else:
            when = format_relative(datetime.fromtimestamp(run["time"], UTC), datetime.now(UTC), texts)
            tag("span", texts("training.ended", when=when))
        tag("span", texts("training.tokens", tokens=format_compact(float(run["tokens"]), texts)))
    with tag("dl", css="pairs run-figures"):
        for key, value in (
            ("loss", format_decimal(float(run["loss"]), 3, texts)),
            ("speed", format_compact(float(run["tokens_per_second"]), texts)),
            ("mfu", format_share(float(run["mfu"]), texts) if run["mfu"] is not None else "–"),
            ("cpu", format_duration(float(run["cpu_seconds"]), texts)),
        ):
            with tag("div"):
                tag("dt", texts(f"training.{key}"))
                tag("dd", value)
    if run.get("stopped"):
        notice("warning", texts("training.not_a_number", step=int(run["stopped"]["step"])))
    elif run["state"] == "stopped":
        with notice("info", texts("training.goes_on")):
            command(BUILD_COMMAND, texts)


def _marks(run: Mapping[str, Any], texts: Texts) -> None:
    """Rewinds in words; the charts show them as bands."""
    if not run["rewinds"]:
        return
    with tag("section", css="card", aria_labelledby="rewinds-title"):
        tag("h2", texts("training.rewinds"), id="rewinds-title")
        with tag("ol", css="rewinds"):
            for rewind in run["rewinds"]:
                line = texts(
                    "training.rewind",
                    first=int(rewind["first_step"]),
                    loss=format_decimal(max(rewind["losses"]), 2, texts),
                    limit=format_decimal(float(rewind["limit"]), 2, texts),
                    back=int(rewind["to_step"]),
                    skip_from=int(rewind["skip_from"]),
                    skip_to=int(rewind["skip_to"]),
                )
                tag("li", line)


def _figures(run: Mapping[str, Any], texts: Texts) -> None:
    """The numbers of the curves, thinned, for those who cannot see them."""
    points = run["points"]
    stride = max(-(-len(points) // TABLE_ROWS), 1)
    rows = [points[position] for position in range(len(points) - 1, -1, -stride)]
    head = [texts(f"training.{name}") for name in ("in_step", "loss", "rate", "norm", "speed", "mfu")]
    with tag("details", css="card run-table"):
        tag("summary", texts("home.chart.table"))
        with table(head, caption=texts("training.title"), numbers=6) as row:
            for point in rows:
                row(
                    texts.integer(int(point["step"])),
                    format_decimal(float(point["loss"]), 3, texts),
                    "–" if point["learning_rate"] is None else f"{point['learning_rate']:.2e}",
                    "–"
                    if point["grad_norm"] is None
                    else format_decimal(float(point["grad_norm"]), 3, texts),
                    format_compact(float(point["tokens_per_second"]), texts),
                    "–" if point["mfu"] is None else format_share(float(point["mfu"]), texts),
                )


def _follow(platform: Platform, name: str, head: Any, charts: RunCharts, texts: Texts) -> None:
    """Bring head and curves up to date every few seconds, until the run ends or the page is left."""
    from nicegui import run as work
    from nicegui import ui

    async def refresh() -> None:
        found = await work.io_bound(platform.training)
        if found is None:  # the server is shutting down
            return
        run = next((one for one in found["runs"] if one["name"] == name), None)
        if run is None or run["state"] != "running":  # it ended; its folder may have taken its final name
            timer.deactivate()
            ui.navigate.reload()
            return
        head.clear()
        with head:
            _head(run, texts)
        charts.update(run)

    timer = ui.timer(REFRESH_SECONDS, refresh, immediate=False)
