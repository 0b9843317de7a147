"""Time that runs only while somebody is awake, over zones and clock changes."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.waking import SLEEPS, WAKES, deadline, waking_between

# Two with clock changes at other times of the year, one of half an hour, one that skipped a whole day, one
# whose clocks change at midnight, and one without any.
ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "UTC",
)  # fmt: skip
FIRST = dt.datetime(2011, 12, 20, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: FIRST + dt.timedelta(minutes=minutes))
HOURS = st.integers(1, 60 * 60).map(lambda minutes: dt.timedelta(minutes=minutes))
QUARTER = dt.timedelta(minutes=15)


def awake(moment: dt.datetime, zone: str) -> bool:
    return WAKES <= moment.astimezone(ZoneInfo(zone)).time() < SLEEPS


def counted(start: dt.datetime, end: dt.datetime, zone: str) -> dt.timedelta:
    """The same by looking at every quarter of an hour: for starts on one."""
    total = dt.timedelta()
    while start < end:
        total += QUARTER * awake(start, zone)
        start += QUARTER
    return total


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.integers(1, 200), st.sampled_from(ZONES))
def test_a_deadline_has_as_many_waking_hours_before_it_as_were_given(start, quarters, zone):
    start -= dt.timedelta(minutes=start.minute % 15)
    end = deadline(start, quarters * QUARTER, zone)
    assert counted(start, end, zone) == quarters * QUARTER
    # The last of them was a waking one: nobody loses a place in their sleep.
    assert awake(end - QUARTER, zone)


@settings(max_examples=100, deadline=None)
@given(MOMENTS, HOURS, HOURS, st.sampled_from(ZONES))
def test_more_time_is_never_over_earlier_and_runs_on_from_before(start, first, second, zone):
    early, late = deadline(start, first, zone), deadline(start, first + second, zone)
    assert start < early < late
    assert waking_between(start, early, zone) == first
    assert waking_between(start, late, zone) == first + second
    assert deadline(early, second, zone) == late


@pytest.mark.parametrize(
    ("zone", "start", "hours", "end"),
    [
        # Asked in the evening: three hours are left of the day, the other ten are tomorrow's.
        ("Europe/Berlin", "2026-03-02T18:00+01:00", 13, "2026-03-03T18:00+01:00"),
        # Asked at night: it begins at eight.
        ("Australia/Sydney", "2026-03-02T02:00+11:00", 1, "2026-03-02T09:00+11:00"),
        # The night of the clock change is no waking hour, whichever way it goes.
        ("Europe/Berlin", "2026-03-28T20:00+01:00", 2, "2026-03-29T09:00+02:00"),
        ("Europe/Berlin", "2026-10-24T20:00+02:00", 2, "2026-10-25T09:00+01:00"),
        ("America/New_York", "2026-03-07T20:00-05:00", 2, "2026-03-08T09:00-04:00"),
        # The thirtieth of December 2011 did not exist in Samoa.
        ("Pacific/Apia", "2011-12-29T20:00-10:00", 2, "2011-12-31T09:00+14:00"),
    ],
)
def test_by_the_clock_on_the_wall(zone, start, hours, end):
    found = deadline(dt.datetime.fromisoformat(start), dt.timedelta(hours=hours), zone)
    assert found == dt.datetime.fromisoformat(end)
