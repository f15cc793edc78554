from datetime import UTC, datetime, timedelta

import pytest

from linnet.console.formatting import (
    format_compact,
    format_date,
    format_decimal,
    format_duration,
    format_fact,
    format_language,
    format_relative,
    format_share,
    format_time,
    parse_time,
)
from linnet.console.texts import Texts

EN, FR = Texts("en"), Texts("fr")
NOW = datetime(2025, 11, 22, 18, 8, tzinfo=UTC)


def test_numbers() -> None:
    assert EN.integer(1234567) == "1,234,567"
    assert FR.integer(1234567) == "1\u202f234\u202f567"
    assert format_decimal(1.3712, 2, FR) == "1,37"
    assert format_decimal(-1234.56, 1, EN) == "−1,234.6"
    assert format_decimal(-0.001, 1, EN) == "0.0"
    assert format_decimal(0.999, 2, EN) == "1.00"
    assert (format_compact(14_180_352, EN), format_compact(14_180_352, FR)) == ("14.2M", "14,2\u00a0M")
    assert (format_compact(950, EN), format_compact(7.2e9, FR)) == ("950", "7,2\u00a0Md")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.0002, "<0.1%"), (0.3131, "31.3%"), (0.99996, "99.9%"), (1, "100%")],
)
def test_shares_never_round_to_an_end(share: float, text: str) -> None:
    assert format_share(share, EN) == text


def test_dates() -> None:
    assert format_date(NOW, EN) == "22 November 2025"
    assert format_time(NOW, FR) == "22 novembre 2025, 18:08 UTC"
    assert format_date(datetime(2025, 7, 1), FR) == "1er juillet 2025"
    assert format_date(datetime(2025, 7, 1), EN) == "1 July 2025"


@pytest.mark.parametrize(
    ("ago", "english", "french"),
    [
        (timedelta(seconds=-30), "just now", "à l’instant"),
        (timedelta(seconds=59), "just now", "à l’instant"),
        (timedelta(seconds=60), "1 minute ago", "il y a 1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago", "il y a 59 minutes"),
        (timedelta(hours=1), "1 hour ago", "il y a 1 heure"),
        (timedelta(days=1), "1 day ago", "il y a 1 jour"),
        (timedelta(days=29), "29 days ago", "il y a 29 jours"),
        (timedelta(days=30), "1 month ago", "il y a 1 mois"),
        (timedelta(days=364), "11 months ago", "il y a 11 mois"),
        (timedelta(days=365), "1 year ago", "il y a 1 an"),
        (timedelta(days=-9), "1 December 2025", "1er décembre 2025"),
    ],
)
def test_relative_times(ago: timedelta, english: str, french: str) -> None:
    assert format_relative(NOW - ago, NOW, EN) == english
    assert format_relative(NOW - ago, NOW, FR) == french


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1 ms"), (0.0342, "34 ms"), (1.25, "1.2 s"), (59, "59 s"), (120, "2 min"), (5400, "1.5 h")],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds, EN) == text


def test_times_are_read_as_utc() -> None:
    assert parse_time("2025-11-22T18:08:00Z") == NOW
    assert parse_time("2025-11-22T18:08:00") == NOW
    assert parse_time("2025-11-22T20:08:00+02:00") == NOW
    assert parse_time("yesterday") is None
    assert parse_time(None) is None


def test_languages_and_facts() -> None:
    assert format_language("fr", EN) == "French"
    assert format_language("pt-BR", FR) == "portugais"
    assert format_language("xx", EN) == "xx"
    assert format_language(None, EN) == format_language("und", EN) == "Unknown language"
    assert format_fact({"kept": 1200, "share": 0.5, "note": None}, EN) == "kept 1,200, share 0.500, note –"
    assert format_fact([True, "a"], FR) == "oui, a"
