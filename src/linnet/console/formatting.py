"""Numbers, shares, dates and durations as the reader's language writes them. Times are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from linnet.console.texts import Texts


def parse_time(value: str | datetime | None) -> datetime | None:
    """An ISO 8601 time; one without an offset is taken as UTC. None when there is none or it is not a time."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def format_decimal(value: float, digits: int, texts: Texts) -> str:
    whole, _, fraction = f"{abs(value):.{digits}f}".partition(".")
    text = texts.integer(int(whole)) + (texts("format.decimal") + fraction if fraction else "")
    return f"−{text}" if value < 0 and float(f"{value:.{digits}f}") != 0 else text


def format_share(value: float, texts: Texts) -> str:
    """0..1 as percent. Neither end is rounded to: 99.96 % is not all of it, and 0.02 % is not nothing."""
    percent = value * 100
    if 0 < percent < 0.1:
        shown = f"<{format_decimal(0.1, 1, texts)}"
    elif 99.9 < percent < 100:
        shown = format_decimal(99.9, 1, texts)
    else:
        shown = format_decimal(percent, 0 if percent in (0, 100) else 1, texts)
    return texts("format.percent", value=shown)


def format_compact(value: float, texts: Texts) -> str:
    """A large count with three digits or so: 14.2 M parameters."""
    for limit, key in ((1e9, "format.billion"), (1e6, "format.million"), (1e3, "format.thousand")):
        if value >= limit:
            scaled = value / limit
            return texts(key, value=format_decimal(scaled, 0 if scaled >= 100 else 1, texts))
    return texts.integer(int(value))


def format_date(time: date, texts: Texts) -> str:
    """A day in full: 22 November 2025."""
    return texts("format.date", day=_day(time, texts), month=_month(time, texts), year=str(time.year))


def format_day(time: date, texts: Texts) -> str:
    """A day without its year."""
    return texts("format.day_month", day=_day(time, texts), month=_month(time, texts))


def _day(time: date, texts: Texts) -> str:
    return texts("format.first_of_month") if time.day == 1 else str(time.day)


def _month(time: date, texts: Texts) -> str:
    return texts(f"format.month.{time.month}")


def format_time(time: datetime, texts: Texts) -> str:
    """The whole moment: 22 November 2025, 18:08 UTC."""
    return texts("format.time", date=format_date(time, texts), clock=f"{time:%H:%M}")


def format_relative(time: datetime, now: datetime, texts: Texts) -> str:
    """How long ago, in the largest unit that fits; a time ahead of ours (clocks differ) is "just now" or its date."""
    seconds = (now - time).total_seconds()
    if seconds < -120:
        return format_date(time, texts)
    if seconds < 60:
        return texts("ago.now")
    for unit, length, limit in (
        ("minutes", 60, 3600),
        ("hours", 3600, 86400),
        ("days", 86400, 30 * 86400),
        ("months", 30.44 * 86400, 365 * 86400),
    ):
        if seconds < limit:
            return texts(f"ago.{unit}", count=max(1, int(seconds / length)))
    return texts("ago.years", count=max(1, int(seconds / (365.25 * 86400))))


def format_duration(seconds: float, texts: Texts) -> str:
    """How long something took, from milliseconds to hours."""
    if seconds < 1:
        return texts("duration.milliseconds", value=texts.integer(max(1, round(seconds * 1000))))
    if seconds < 60:
        return texts("duration.seconds", value=format_decimal(seconds, 1 if seconds < 10 else 0, texts))
    if seconds < 3600:
        return texts("duration.minutes", value=format_decimal(seconds / 60, 0, texts))
    return texts("duration.hours", value=format_decimal(seconds / 3600, 1, texts))


def format_language(code: str | None, texts: Texts) -> str:
    """A language by its name in the reader's language; its code when we have no name for it."""
    if not code or code == "und":
        return texts("language.unknown")
    return texts.get(f"language.{code}", texts.get(f"language.{code.split('-')[0].lower()}", code))


def format_fact(value: Any, texts: Texts) -> str:
    """A value from a manifest's counts or a trace's facts, as text."""
    if isinstance(value, bool):
        return texts("fact.yes" if value else "fact.no")
    if isinstance(value, int):
        return texts.integer(value)
    if isinstance(value, float):
        return format_decimal(value, 3, texts)
    if isinstance(value, dict):
        return ", ".join(f"{key} {format_fact(item, texts)}" for key, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(format_fact(item, texts) for item in value)
    return "–" if value is None else str(value)
