from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linnet.posts.sources.times import moment, parse_time, time_column

NOON = datetime(2023, 2, 18, 12, 33, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2023-02-18T12:33:11Z", NOON),
        ("2023-02-18T12:33:11.250Z", NOON.replace(microsecond=250_000)),
        ("2023-02-18T14:33:11+02:00", NOON),
        ("2023-02-18T12:33:11", NOON),
        ("2023-02-18 12:33:11", NOON),
        ("2023-02-18 12:33:11 UTC", NOON),
        ("2023-02-18 12:33:11 +0000", NOON),
        (" 2023-02-18 12:33 ", NOON.replace(second=0)),
        ("2023/02/18 12:33:11", NOON),
        ("2023-02-18", datetime(2023, 2, 18, tzinfo=UTC)),
        ("20230218", datetime(2023, 2, 18, tzinfo=UTC)),
        ("20230218123311", NOON),
        ("Sat Feb 18 12:33:11 +0000 2023", NOON),
        ("Sat Feb 18 05:33:11 -0700 2023", NOON),
        ("2/18/2023 12:33", NOON.replace(second=0)),
        ("02/18/2023 12:33:11 PM", NOON),
        ("2/18/2023 12:33 AM", datetime(2023, 2, 18, 0, 33, tzinfo=UTC)),
        ("2/18/2023", datetime(2023, 2, 18, tzinfo=UTC)),
        ("Sat, 18 Feb 2023 12:33:11 +0000", NOON),
        ("18 Feb 2023 13:33:11 +0100", NOON),
        ("Sat, 18 Feb 2023 12:33:11 GMT", NOON),
        ("1676723591", NOON),
        ("1676723591.5", NOON.replace(microsecond=500_000)),
        (1676723591, NOON),
        (1676723591.0, NOON),
        (1676723591000, NOON),
        ("1676723591000", NOON),
        (1676723591000000, NOON),
        (1676723591000000000, NOON),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        (date(2023, 2, 18), datetime(2023, 2, 18, tzinfo=UTC)),
    ],
)
def test_times_that_are_read(raw: object, expected: datetime) -> None:
    value = parse_time(raw)
    assert value is not None
    assert moment(value) == expected


@pytest.mark.parametrize(
    "raw", ["", "yesterday", "18/02/2023 12:33", "2023-13-01", "2023-02-30", "13/13/2023", "Sat Xyz 18 12:33:11 +0000 2023",
            None, True, [], {}, float("nan"), float("inf"), "nan", "1e400", "1e999999999", "9" * 400,
            "32 Feb 2023 12:00:00 +0000", "2/18/2023 13:00 PM"],
)  # fmt: skip
def test_times_that_are_not(raw: object) -> None:
    assert parse_time(raw) is None


@given(st.text(max_size=40) | st.integers() | st.floats())
def test_any_value_is_a_time_or_none(raw: object) -> None:
    assert parse_time(raw) is None or isinstance(parse_time(raw), int)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([NOON.replace(tzinfo=None), None]),
        pl.Series([NOON, None]),
        pl.Series([NOON, None]).dt.convert_time_zone("Asia/Tokyo"),
        pl.Series([NOON.replace(tzinfo=None), None], dtype=pl.Datetime("ms")),
        pl.Series([1676723591, None]),
        pl.Series([1676723591000, None]),
        pl.Series([1676723591000000, None]),
        pl.Series([1676723591.0, None]),
        pl.Series(["2023-02-18T12:33:11Z", None]),
        pl.Series(["Sat Feb 18 12:33:11 +0000 2023", "never"]),
    ],
)
def test_columns_agree_with_single_values(column: pl.Series) -> None:
    times = time_column(column)
    assert times.dtype == pl.Int64
    assert times.to_list() == [parse_time(NOON), None]
