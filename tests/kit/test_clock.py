"""Days, years and moments in the reporting zone, through both clock changes."""

import datetime as dt

import pytest
import time_machine

from lms.kit.clock import Span, end_of, instant, start_of, today

AMSTERDAM = "Europe/Amsterdam"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("local", "zone", "then"),
    [
        ("2023-01-15T09:00", AMSTERDAM, "2023-01-15T08:00"),
        ("2023-07-15T09:00", AMSTERDAM, "2023-07-15T07:00"),
        # Skipped at the start of summer time: the offset before it, so 02:30 means 03:30.
        ("2023-03-26T02:30", AMSTERDAM, "2023-03-26T01:30"),
        ("2023-03-26T03:30", AMSTERDAM, "2023-03-26T01:30"),
        # Twice at the end of summer time: the first.
        ("2023-10-29T02:30", AMSTERDAM, "2023-10-29T00:30"),
        ("2023-10-29T03:30", AMSTERDAM, "2023-10-29T02:30"),
        ("2023-01-01T00:30", "Pacific/Kiritimati", "2022-12-31T10:30"),
        ("2022-12-31T23:30", "Etc/GMT+12", "2023-01-01T11:30"),
        ("2023-01-01T05:45", "Asia/Kathmandu", "2023-01-01T00:00"),
        # Samoa crossed the date line: the whole day was skipped.
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-30T22:00"),
    ],
)
def test_a_wall_clock_time_is_one_instant(local, zone, then):
    assert instant(dt.datetime.fromisoformat(local), zone) == utc(then)


def test_an_instant_does_not_depend_on_a_fold_that_came_along():
    twice = dt.datetime.fromisoformat("2023-10-29T02:30")
    assert instant(twice.replace(fold=1), AMSTERDAM) == instant(twice, AMSTERDAM)


@pytest.mark.parametrize(
    ("day", "hours"), [("2023-03-26", 23), ("2023-10-29", 25), ("2023-06-01", 24), ("2023-12-31", 24)]
)
def test_a_day_is_as_long_as_the_clock_makes_it(day, hours):
    date = dt.date.fromisoformat(day)
    assert end_of(date) - start_of(date) == dt.timedelta(hours=hours)
    assert end_of(date) == start_of(date + dt.timedelta(days=1))


def test_a_year_begins_at_midnight_in_amsterdam():
    year = Span.of_year(2023)
    assert year.starts_at == utc("2022-12-31T23:00")
    assert year.ends_before == utc("2023-12-31T23:00")
    assert year.starts_at.tzinfo is dt.UTC


def test_a_span_knows_whether_it_is_a_year():
    assert Span.of_year(2023).year == 2023
    assert Span(dt.date(2023, 1, 1), dt.date(2023, 12, 30)).year is None
    assert Span(dt.date(2023, 1, 1), dt.date(2024, 12, 31)).year is None


def test_a_span_of_one_day_is_a_span_and_one_that_ends_before_it_begins_is_not():
    day = dt.date(2023, 5, 31)
    assert Span(day, day).ends_before == end_of(day)
    with pytest.raises(ValueError, match="before it begins"):
        Span(day, day - dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("moment", "day"),
    [("2022-12-31T22:59:59", dt.date(2022, 12, 31)), ("2022-12-31T23:00:00", dt.date(2023, 1, 1))],
)
def test_today_is_a_day_in_amsterdam(moment, day):
    with time_machine.travel(utc(moment), tick=False):
        assert today() == day
