"""iCalendar that others read back: the same instants, on the days on which clocks change, too."""

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kinds.calendars import Event, feed, invitation, time_zone
from lms.kit.clock import instant

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Sydney", "America/Sao_Paulo"]
# The morning on which the clocks go forward and the one on which they go back; São Paulo had both until 2019.
CLOCK_CHANGES = [
    ("Europe/Berlin", "2026-03-29", "2026-10-25"),
    ("America/New_York", "2026-03-08", "2026-11-01"),
    ("Australia/Sydney", "2026-10-04", "2026-04-05"),
    ("America/Sao_Paulo", "2018-11-04", "2018-02-18"),
]
NOW = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def event(starts_at: dt.datetime, zone: str, *, minutes: int = 90, **more) -> Event:
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    said = {"uid": "one@test.example", "sequence": 2, "title": "Unit 1", "stamped_at": NOW}
    return Event(starts_at=starts_at, ends_at=ends_at, zone=zone, **said | more)


def read(made: Event) -> icalendar.Event:
    text = invitation(made, method="REQUEST", organizer="us@test.example", attendee="you@test.example")
    return icalendar.Calendar.from_ical(text).events[0]


def offset_told(zone: icalendar.Timezone, wall: dt.datetime) -> dt.timedelta:
    """The offset that the rules of a VTIMEZONE alone give a wall-clock time, read as RFC 5545 says (3.6.5):
    that of the last onset before it, each onset standing in the time before it.
    """
    onsets = [(part["DTSTART"].dt, part["TZOFFSETTO"].td) for part in zone.subcomponents]
    return max((onset for onset in onsets if onset[0] <= wall), key=lambda onset: onset[0])[1]


@pytest.mark.parametrize(("zone", "forward", "back"), CLOCK_CHANGES)
@pytest.mark.parametrize("hour", range(24))
def test_every_hour_of_a_day_on_which_clocks_change_is_read_back_as_it_was(zone, forward, back, hour):
    for day in (forward, back):
        starts_at = instant(dt.datetime.fromisoformat(f"{day}T{hour:02}:30"), zone)
        found = read(event(starts_at, zone))
        assert found.start.astimezone(dt.UTC) == starts_at
        assert found.end.astimezone(dt.UTC) == starts_at + dt.timedelta(minutes=90)
        local = (starts_at.astimezone(ZoneInfo(zone)), found.end.astimezone(ZoneInfo(zone)))
        # The second of two equal hours stands in UTC, because nothing else can say it.
        assert found.start.tzinfo.key == ("UTC" if any(one.fold for one in local) else zone)


@pytest.mark.parametrize(("zone", "forward", "back"), CLOCK_CHANGES)
def test_its_own_rules_tell_the_offset_where_a_calendar_does_not_know_the_zone(zone, forward, back):
    for day in (forward, back):
        midnight = instant(dt.datetime.fromisoformat(f"{day}T00:00"), zone)
        rules = time_zone(zone, midnight.year, midnight.year)
        for half_hours in range(-4, 52):
            moment = midnight + half_hours * dt.timedelta(minutes=30)
            local = moment.astimezone(ZoneInfo(zone))
            # What occurs twice can mean either in iCalendar, which has no word for the second one.
            if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
                assert offset_told(rules, local.replace(tzinfo=None)) == local.utcoffset(), local


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2037, 1, 1)),  # noqa: DTZ001 - UTC is added below
    st.sampled_from([*ZONES, "Asia/Kolkata", "Africa/Casablanca", "Pacific/Chatham", "UTC"]),
    st.integers(1, 1440),
)
def test_whatever_is_written_is_read_back(starts_at, zone, minutes):
    starts_at = starts_at.replace(microsecond=0, second=0, tzinfo=dt.UTC)
    found = read(event(starts_at, zone, minutes=minutes))
    assert found.start.astimezone(dt.UTC) == starts_at
    assert found.end.astimezone(dt.UTC) == starts_at + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_says_its_offsets_through_the_years(zone):
    rules = time_zone(zone, 2017, 2020)
    day = dt.datetime(2017, 1, 1, 12, tzinfo=dt.UTC)
    while day.year < 2021:
        local = day.astimezone(ZoneInfo(zone))
        assert offset_told(rules, local.replace(tzinfo=None)) == local.utcoffset()
        day += dt.timedelta(days=1)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=200), st.text(max_size=200))
def test_any_text_is_kept(title, place):
    place = " ".join(place.split()).encode("utf-8", "ignore").decode()
    place = "".join(sign for sign in place if sign.isprintable())
    found = read(event(NOW, "Europe/Berlin", title=title, place=place))
    assert found["SUMMARY"] == title
    assert found.get("LOCATION", "") == place


def test_lines_are_short_and_end_as_they_must():
    text = invitation(
        event(NOW, "Europe/Berlin", text="ä" * 500),
        method="REQUEST",
        organizer="a@b.example",
        attendee="c@d.example",
    )
    lines = text.encode().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)


def test_a_feed_holds_each_zone_once_and_says_what_is_cancelled():
    events = [
        event(NOW + dt.timedelta(days=nth), zone, uid=f"{nth}@test.example", cancelled=nth == 1)
        for nth, zone in enumerate(["Europe/Berlin", "Europe/Berlin", "UTC", "Asia/Tokyo"])
    ]
    found = icalendar.Calendar.from_ical(feed(events, name="Training sessions"))
    assert sorted(str(zone["TZID"]) for zone in found.timezones) == ["Asia/Tokyo", "Europe/Berlin"]
    assert [one["STATUS"] for one in found.events] == ["CONFIRMED", "CANCELLED", "CONFIRMED", "CONFIRMED"]
    assert "METHOD" not in found
    assert [one.start.astimezone(dt.UTC) for one in found.events] == [one.starts_at for one in events]


def test_a_feed_of_nothing_is_a_calendar():
    assert icalendar.Calendar.from_ical(feed([], name="Training sessions")).events == []
