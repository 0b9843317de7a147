"""Time that runs only while somebody is awake: pure functions of instants and a zone."""

import datetime as dt
from zoneinfo import ZoneInfo

from lms.kit.clock import instant

# By the clock on the recipient's wall.
WAKES, SLEEPS = dt.time(8), dt.time(21)


def deadline(start: dt.datetime, waking: dt.timedelta, zone: str) -> dt.datetime:
    """The UTC instant at which ``waking`` hours from ``start`` (aware) are over, counted from 08:00 to 21:00
    in an IANA zone.

    It is always within those hours, or at their end: nobody loses a place in their sleep. A day on which the
    clocks change counts as many hours as the clock on the wall does.
    """
    cursor, left = start.astimezone(dt.UTC), waking
    day = start.astimezone(_zone(zone)).date()
    while True:
        opens, closes = hours_of(day, zone)
        cursor = max(cursor, opens)
        if cursor < closes:
            if left <= closes - cursor:
                return cursor + left
            left -= closes - cursor
            cursor = closes
        day += dt.timedelta(days=1)


def waking_between(start: dt.datetime, end: dt.datetime, zone: str) -> dt.timedelta:
    """How much of the time between two aware instants somebody in the zone is awake."""
    total, reached = dt.timedelta(), start.astimezone(dt.UTC)
    day, last = start.astimezone(_zone(zone)).date(), end.astimezone(_zone(zone)).date()
    while day <= last:
        opens, closes = hours_of(day, zone)
        begins, ends = max(reached, opens), min(end, closes)
        if begins < ends:
            total += ends - begins
            reached = ends
        day += dt.timedelta(days=1)
    return total


def hours_of(day: dt.date, zone: str) -> tuple[dt.datetime, dt.datetime]:
    """When somebody in the zone is awake on a day of theirs, as UTC instants."""
    return instant(dt.datetime.combine(day, WAKES), zone), instant(dt.datetime.combine(day, SLEEPS), zone)


def _zone(zone: str) -> dt.tzinfo:
    return ZoneInfo(zone)
