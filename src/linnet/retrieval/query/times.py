"""Dates, times and ages in a query. All in UTC."""

from __future__ import annotations

import unicodedata
from datetime import MAXYEAR, UTC, datetime, timedelta

import regex

from linnet.errors import BadInput

_AGE = regex.compile(r"([0-9]{1,6})([smhdw])", regex.IGNORECASE)
_AGE_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_YEAR_OR_MONTH = regex.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_DAY = regex.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}|[0-9]{4}-?W[0-9]{2}(?:-?[0-9])?")
_LAST = datetime.max.replace(tzinfo=UTC)


def plain_digits(value: str) -> str:
    """Decimal digits of any script as 0-9."""
    return value if value.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in value)


def parse_span(value: str, *, what: str, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of a year, month or day and the first one after it; twice the same for a time or an age.

    `7d` is the moment seven days before `now`. Raises BadInput; `what` is the operator.
    """
    value = plain_digits(value)
    try:
        if age := _AGE.fullmatch(value):
            time = now - timedelta(**{_AGE_UNITS[age[2].lower()]: int(age[1])})
            return time, time
        if span := _YEAR_OR_MONTH.fullmatch(value):
            year, month = int(span[1]), int(span[2] or 1)
            start = datetime(year, month, 1, tzinfo=UTC)
            months = year * 12 + month - 1 + (1 if span[2] else 12)
            if months // 12 > MAXYEAR:
                return start, _LAST
            return start, start.replace(year=months // 12, month=months % 12 + 1)
        time = datetime.fromisoformat(value)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
        if not _DAY.fullmatch(value):
            return time, time
        return time, _later(time, timedelta(weeks=1) if value.upper()[-3:-2] == "W" else timedelta(days=1))
    except (ValueError, OverflowError) as error:  # OverflowError: out of the calendar, in UTC
        raise BadInput(
            f"{what}:{value[:40]} is no date; write it as {what}:2017-01-31 or {what}:2017-01-31T15:00:00Z"
            + ("" if what == "during" else f", or as an age: {what}:7d")
        ) from error


def _later(time: datetime, by: timedelta) -> datetime:
    return time + by if time <= _LAST - by else _LAST


def parse_time(value: str, *, what: str, now: datetime | None = None) -> datetime:
    """The first moment that `value` names."""
    return parse_span(value, what=what, now=now or datetime.now(UTC))[0]


def parse_unix_time(value: str, *, what: str) -> datetime:
    """Seconds since 1970, as X writes since_time: and until_time:."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(plain_digits(value)))
    except (ValueError, OverflowError) as error:
        raise BadInput(
            f"{what}:{value[:40]} is no number of seconds since 1970; write {what}:1485907200"
        ) from error


def plain_time(time: datetime) -> str:
    """The shortest form that is read as the same moment."""
    if time == time.replace(hour=0, minute=0, second=0, microsecond=0):
        return time.date().isoformat()
    return time.isoformat().replace("+00:00", "Z")
