"""The overview: what stands, how fresh it is, and the command that mends what does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from linnet.console.charts import languages_chart, posts_per_day_chart
from linnet.console.elements import badge, command, meter, notice, tag
from linnet.console.formatting import (
    format_compact,
    format_decimal,
    format_duration,
    format_fact,
    format_relative,
    format_share,
    format_time,
    parse_time,
)
from linnet.console.frame import ConsolePage, frame, search_form
from linnet.console.languages import current_texts
from linnet.console.loading import show
from linnet.console.markup import one_line
from linnet.console.platform import Platform
from linnet.console.texts import Texts

INGEST_COMMAND = "linnet ingest FILE"
BUILD_COMMAND = "linnet build"
INDEX_COMMAND = "linnet index"


def mount_home(platform: Platform) -> None:
    @ConsolePage("/")
    async def home() -> None:
        texts = current_texts()
        with frame(texts, title=texts("home.title"), active="home", json_url="/api/status", form=False):
            await show(
                platform.status, lambda status: show_status(status, texts), texts, loading=texts("loading")
            )


def mending_command(status: Mapping[str, Any]) -> str | None:
    """The command to run next; None when everything is up to date or being built."""
    if not status.get("posts"):
        return INGEST_COMMAND
    if any(stage["state"] in ("stale", "missing") for stage in status.get("stages") or ()):
        return BUILD_COMMAND
    return None


def show_status(status: Mapping[str, Any], texts: Texts) -> Callable[[], Any] | None:
    """Returns what draws the charts, which come last."""
    with tag("div", css="hero"):
        tag("h1", one_line(str(status["workspace"])), dir="auto")
        _counts(status, texts)
        search_form(texts, css="search-form-large")
    _freshness(status, texts)
    if not status.get("posts"):
        return None
    with tag("div", css="grid"):
        with tag("div", css="stack"):
            _stages(status, texts)
            days = posts_per_day_chart(status.get("posts_per_day") or [], texts)
            _visibility(status, texts)
        with tag("div", css="stack"):
            _index(status, texts)
            _model(status, texts)
            languages = languages_chart(status.get("languages") or [], texts)
    return lambda: [draw() for draw in (days, languages) if draw is not None]


def _counts(status: Mapping[str, Any], texts: Texts) -> None:
    newest = parse_time(status.get("newest_post"))
    with tag("p", css="facts"):
        tag("span", texts("home.posts", count=int(status.get("posts") or 0)))
        tag("span", texts("home.authors", count=int(status.get("authors") or 0)))
        if newest:
            when = format_relative(newest, datetime.now(UTC), texts)
            tag("span", texts("home.newest", when=when), title=format_time(newest, texts))


def _freshness(status: Mapping[str, Any], texts: Texts) -> None:
    states = [stage["state"] for stage in status.get("stages") or ()]
    running = states.count("running")
    broken = states.count("stale") + states.count("missing")
    needed = mending_command(status)
    if not status.get("posts"):
        line = notice("info", texts("home.empty"))
    elif broken:
        line = notice("warning", texts("home.stale", count=broken))
    elif running:
        line = notice("info", texts("home.running", count=running))
    else:
        line = notice("good", texts("home.all_fresh"))
    if needed:
        with line:
            command(needed, texts)
    if status.get("quarantined"):
        notice("info", texts("home.quarantined", count=int(status["quarantined"])))


def _stages(status: Mapping[str, Any], texts: Texts) -> None:
    with tag("section", css="card", aria_labelledby="stages-title"):
        tag("h2", texts("home.stages"), id="stages-title")
        with tag("ol", css="stages"):
            for stage in status.get("stages") or ():
                _stage(stage, texts)


def _stage(stage: Mapping[str, Any], texts: Texts) -> None:
    name = str(stage["name"])
    with tag("li", css="stage"):
        with tag("div", css="stage-head"):
            tag("span", texts.get(f"stage.{name}", one_line(name)), css="stage-name")
            badge(stage["state"], texts.get(f"state.{stage['state']}", one_line(str(stage["state"]))))
        finished = parse_time(stage.get("finished_at"))
        with tag("p", css="facts facts-small"):
            if stage.get("reason"):
                tag("span", one_line(str(stage["reason"]), 120), css="reason")
            if finished:
                when = format_relative(finished, datetime.now(UTC), texts)
                tag("span", when, title=format_time(finished, texts))
            if stage.get("seconds"):
                tag("span", format_duration(float(stage["seconds"]), texts))
            figures = {
                key: value
                for key, value in (stage.get("counts") or {}).items()
                if isinstance(value, int | float)
            }
            for key, value in list(figures.items())[:4]:
                tag("span", f"{one_line(str(key).replace('_', ' '))} {one_line(format_fact(value, texts))}")


def _index(status: Mapping[str, Any], texts: Texts) -> None:
    index = status.get("index") or {}
    with tag("section", css="card", aria_labelledby="index-title"):
        tag("h2", texts("home.index"), id="index-title")
        if not index:
            tag("p", texts("home.nothing"), css="quiet")
        for part in ("lexical", "vectors"):
            if part not in index:
                continue
            share = float(index[part].get("coverage") or 0.0)
            label, said = texts(f"home.index.{part}"), format_share(share, texts)
            with tag("div", css="meter-row"):
                tag("span", label)
                tag("span", said, css="number")
            meter(share, label, said)
            with tag("p", css="facts facts-small"):
                tag("span", texts("home.index.posts", count=int(index[part].get("posts") or 0)))
                if index[part].get("backlog"):
                    tag("span", texts("home.index.backlog", count=int(index[part]["backlog"])))
        if (index.get("vectors") or {}).get("backlog"):
            tag("p", texts("home.index.filling"), css="quiet small")
            command(INDEX_COMMAND, texts)


def _model(status: Mapping[str, Any], texts: Texts) -> None:
    model = status.get("model")
    with tag("section", css="card", aria_labelledby="model-title"):
        tag("h2", texts("home.model"), id="model-title")
        if not model:
            tag("p", texts("home.model.none"), css="quiet")
            return
        with tag("dl", css="pairs"):
            _pair(texts("home.model.name"), one_line(str(model["name"])))
            if model.get("parameters"):
                _pair(texts("home.model.parameters"), format_compact(float(model["parameters"]), texts))
            if model.get("bits_per_byte") is not None:
                _pair(
                    texts("home.model.bits_per_byte"), format_decimal(float(model["bits_per_byte"]), 2, texts)
                )
        tag(
            "p",
            texts("home.model.capable" if model.get("capable") else "home.model.small"),
            css="quiet small",
        )


def _visibility(status: Mapping[str, Any], texts: Texts) -> None:
    rows = [row for row in status.get("visibility") or () if isinstance(row, Mapping) and "visibility" in row]
    if not rows:
        return
    with tag("section", css="card", aria_labelledby="visibility-title"):
        tag("h2", texts("home.visibility"), id="visibility-title")
        with tag("dl", css="pairs"):
            for row in rows:
                name = str(row["visibility"])
                _pair(
                    texts.get(f"visibility.{name}", one_line(name)), texts.integer(int(row.get("posts") or 0))
                )


def _pair(term: str, value: str) -> None:
    with tag("div"):
        tag("dt", term)
        tag("dd", value)
