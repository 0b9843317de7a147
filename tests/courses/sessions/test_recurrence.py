"""The dates of a recurrence, held against days counted one by one."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.local_holidays import holidays_on, public_holidays
from courses.kinds.recurrence import MOST, Recurrence, Unit, dates, moved

DAY = dt.timedelta(days=1)
days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))
weekdays = st.frozensets(st.integers(0, 6))


def naive(rule: Recurrence) -> list[dt.date]:
    """Day after day: does this one belong to it?"""
    monday = rule.first - rule.first.weekday() * DAY
    chosen = rule.weekdays or {rule.first.weekday()}
    found, day = [], rule.first
    last = rule.until or rule.first + 80 * 366 * DAY
    while day <= last and len(found) < min(MOST, rule.times or MOST):
        weeks = (day - monday).days // 7
        fits = (
            (day - rule.first).days % rule.every == 0
            if rule.unit == Unit.DAYS
            else weeks % rule.every == 0 and day.weekday() in chosen
        )
        if fits:
            found.append(day)
        day += DAY
    return found


@settings(deadline=None)
@given(
    days,
    st.sampled_from([Unit.DAYS, Unit.WEEKS]),
    st.integers(1, 8),
    weekdays,
    st.one_of(st.none(), st.integers(1, 30)),
    st.one_of(st.none(), st.integers(0, 400)),
)
def test_it_holds_the_days_that_counting_one_by_one_finds(first, unit, every, chosen, times, span):
    if times is None and span is None:
        times = 5
    until = None if span is None else first + span * DAY
    rule = Recurrence(first, unit, every, chosen, times, until)
    assert dates(rule) == naive(rule)


def test_once_is_once_whatever_else_is_said():
    day = dt.date(2030, 3, 4)
    assert dates(Recurrence(day, Unit.ONCE, 3, frozenset({1}), 9, day)) == [day]


def test_tuesdays_and_thursdays_of_every_second_week():
    rule = Recurrence(dt.date(2030, 3, 6), Unit.WEEKS, 2, frozenset({1, 3}), times=4)
    assert [f"{day:%a %d %b}" for day in dates(rule)] == [
        "Thu 07 Mar",
        "Tue 19 Mar",
        "Thu 21 Mar",
        "Tue 02 Apr",
    ]


def test_it_never_holds_more_than_anybody_reads():
    assert len(dates(Recurrence(dt.date(2030, 1, 1), Unit.DAYS, 1, until=dt.date(2039, 1, 1)))) == MOST


@pytest.mark.parametrize("rule", [{"every": 0, "times": 1}, {"every": 1}])
def test_what_would_not_end_or_move_on_is_an_error(rule):
    with pytest.raises(ValueError, match="A recurrence"):
        dates(Recurrence(dt.date(2030, 1, 1), Unit.DAYS, **rule))


@given(days, days)
def test_moved_dates_keep_their_weekday_and_begin_within_a_week(first, on_or_after):
    shift = moved(first, on_or_after)
    assert shift % (7 * DAY) == dt.timedelta()
    assert dt.timedelta() <= first + shift - on_or_after < 7 * DAY


def test_public_holidays_of_a_day_by_country():
    day = dt.date(2030, 4, 27)
    assert holidays_on(day, ["NL", "DE", "XX"]) == [("NL", "King's Day")]
    assert public_holidays("XX", 2030) == {}
    assert all(one.year == 2031 for one in public_holidays("JP", 2031))
