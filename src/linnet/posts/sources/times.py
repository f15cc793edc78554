"""Times as sources write them, read into microseconds since 1970 UTC.

A time without a zone is UTC. `M/D/YYYY` is the US order. Numbers are seconds, milliseconds, microseconds or
nanoseconds by their size. One scalar function holds all the rules; columns of strings go through it value by
value, columns of numbers and native times are converted as a whole (`time_column`).
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import polars as pl

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST_MICROSECONDS = 631_152_000_000_000  # 1990-01-01: nothing that we read was posted before
MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}

# "Sat Feb 18 12:33:11 +0000 2023": the time of X API v1.1 and of X archives
_X_TIME = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})"
)
_US_TIME = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?)?"
)
_RFC_2822 = re.compile(r"(?:[A-Za-z]{3,9},? +)?\d{1,2} [A-Za-z]{3} \d{4} \d{1,2}:\d\d.*")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+]?\d+)?")
_ISO_SPACE_ZONE = re.compile(r"(.*\d) +(Z|UTC|GMT|[+-]\d\d:?\d\d)")
_YEAR_FIRST_SLASHES = re.compile(r"(\d{4})/(\d\d)/(\d\d)(.*)")


def microseconds(moment: datetime) -> int:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    since = moment - EPOCH
    return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds


def moment(value_microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=value_microseconds)


def _from_number(value: float) -> int | None:
    if not math.isfinite(value):
        return None
    size = abs(value)
    if size < 1e11:
        factor, divisor = 1_000_000, 1
    elif size < 1e14:
        factor, divisor = 1_000, 1
    elif size < 1e17:
        factor, divisor = 1, 1
    elif size < 9.2e18:
        factor, divisor = 1, 1_000
    else:
        return None
    return value * factor // divisor if isinstance(value, int) else round(value * factor / divisor)


def _from_text(text: str) -> int | None:
    text = text.strip()
    try:
        if not text.isdigit() or (len(text) in (8, 14) and text[:2] in ("19", "20")):
            return microseconds(datetime.fromisoformat(text if len(text) != 14 else f"{text[:8]}T{text[8:]}"))
    except (ValueError, OverflowError):
        pass
    if _NUMBER.fullmatch(text):
        return _from_number(int(text) if text.isdigit() and len(text) < 20 else float(text))
    try:
        if found := _X_TIME.fullmatch(text):
            month, day, hour, minute, second, sign, zone_hours, zone_minutes, year = found.groups()
            offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
            zone = UTC if not offset else timezone(-offset if sign == "-" else offset)
            return microseconds(
                datetime(int(year), MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=zone)
            )
        if found := _US_TIME.fullmatch(text):
            month, day, year, us_hour, us_minute, us_second, half = found.groups()
            hours = int(us_hour or 0)
            if half:
                if not 1 <= hours <= 12:
                    return None
                hours = hours % 12 + (12 if half in "pP" else 0)
            return microseconds(
                datetime(int(year), int(month), int(day), hours, int(us_minute or 0), int(us_second or 0))
            )
        if _RFC_2822.fullmatch(text):
            return microseconds(parsedate_to_datetime(text))
        if found := _ISO_SPACE_ZONE.fullmatch(text):
            zone_name = "Z" if found[2] in ("UTC", "GMT") else found[2]
            return microseconds(datetime.fromisoformat(found[1] + zone_name))
        if found := _YEAR_FIRST_SLASHES.fullmatch(text):
            return microseconds(datetime.fromisoformat(f"{found[1]}-{found[2]}-{found[3]}{found[4]}"))
    except (ValueError, KeyError, OverflowError):
        return None
    return None


def parse_time(value: Any) -> int | None:
    """Microseconds since 1970 UTC, or None when `value` is no time that we know."""
    if isinstance(value, str):
        return _from_text(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    if isinstance(value, datetime):
        return microseconds(value)
    if isinstance(value, date):
        return microseconds(datetime(value.year, value.month, value.day, tzinfo=UTC))
    return None


def time_column(column: pl.Series) -> pl.Series:
    """A column of any type as Int64 microseconds since 1970 UTC; null where there is no time."""
    kind = column.dtype
    if isinstance(kind, pl.Datetime | pl.Date):
        stored = column.to_physical().cast(pl.Int64)  # in UTC, whatever zone the column shows
        if isinstance(kind, pl.Date):
            unit = 86_400_000_000
        elif kind.time_unit == "ns":
            return stored // 1_000
        else:
            unit = 1_000 if kind.time_unit == "ms" else 1
        limit = (2**63 - 1) // unit  # a time further off than 64 bits reach stays as far off as they do
        return stored.clip(-limit, limit) * unit
    if kind.is_integer():
        whole = pl.col("t").cast(pl.Int64, strict=False)
        size = whole.abs()
        return column.to_frame("t").select(
            pl.when(size < 10**11).then(whole * 1_000_000)
            .when(size < 10**14).then(whole * 1_000)
            .when(size < 10**17).then(whole)
            .otherwise(whole // 1_000)
        ).to_series()  # fmt: skip
    if kind.is_decimal():
        column = column.cast(pl.Float64)
    known = {value: parse_time(value) for value in column.unique().to_list() if value is not None}
    return pl.Series([None if value is None else known[value] for value in column.to_list()], dtype=pl.Int64)
