"""Training sessions as iCalendar (RFC 5545 and 5546): invitations for a mail, and a feed to subscribe to."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar

PRODUCT = "-//Hotline Learning//training sessions//EN"
NOTHING = dt.timedelta()


@dataclass(frozen=True)
class Event:
    """One session. Instants are UTC; ``zone`` is the IANA zone of the place; ``stamped_at`` is when this was
    said (DTSTAMP), and ``sequence`` the number of the version.
    """

    uid: str
    sequence: int
    title: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    zone: str
    stamped_at: dt.datetime
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False


def invitation(event: Event, *, method: str, organizer: str, attendee: str) -> str:
    """One event for one reader; ``method`` is REQUEST or CANCEL, the two others are e-mail addresses."""
    made = _component(event)
    made.add("organizer", f"mailto:{organizer}")
    who = icalendar.vCalAddress(f"mailto:{attendee}")
    # Nobody is asked to answer: who comes is told by the register, and answers would go to nobody.
    who.params["RSVP"] = icalendar.vText("FALSE")
    who.params["PARTSTAT"] = icalendar.vText("NEEDS-ACTION")
    made.add("attendee", who, encode=False)
    return _calendar([event], [made], method=method).decode()


def feed(events: Sequence[Event], *, name: str) -> bytes:
    """Everything at once, for a calendar that asks now and then; cancelled ones say so."""
    return _calendar(events, [_component(event) for event in events], name=name)


def _calendar(
    events: Sequence[Event], components: Sequence[icalendar.Event], *, method: str = "", name: str = ""
) -> bytes:
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    if method:
        made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
    for zone in sorted({event.zone for event in events} - {"UTC"}):
        years = [event.starts_at.year for event in events if event.zone == zone]
        made.add_component(time_zone(zone, min(years), max(years)))
    for component in components:
        made.add_component(component)
    written: bytes = made.to_ical()
    return written


def _component(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    zone = _zone_of(event)
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.stamped_at.astimezone(dt.UTC).replace(microsecond=0))
    made.add("dtstart", event.starts_at.astimezone(zone))
    made.add("dtend", event.ends_at.astimezone(zone))
    made.add("summary", event.title)
    made.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    for key, value in (("location", event.place), ("description", event.text), ("url", event.url)):
        if value:
            made.add(key, value)
    return made


def _zone_of(event: Event) -> dt.tzinfo:
    """The zone its times are written in. The second of two equal hours has no word there: then it is UTC."""
    if event.zone == "UTC":
        return dt.UTC
    there = ZoneInfo(event.zone)
    twice = any(moment.astimezone(there).fold for moment in (event.starts_at, event.ends_at))
    return dt.UTC if twice else there


@lru_cache(maxsize=256)
def time_zone(zone: str, first_year: int, last_year: int) -> icalendar.Timezone:
    """A zone's rules from the day before ``first_year`` to the day after ``last_year``, change by change.

    Every onset stands in the local time that was valid before it, as RFC 5545 (3.6.5) has it; the library's
    own generator gives the time after it, which puts a session of that morning an hour wrong.
    """
    begins = dt.datetime(first_year - 1, 12, 31, tzinfo=dt.UTC)
    ends = dt.datetime(last_year + 1, 1, 2, tzinfo=dt.UTC)
    rules = ZoneInfo(zone)
    made = icalendar.Timezone()
    made.add("tzid", zone)
    before = begins.astimezone(rules).utcoffset() or NOTHING
    made.add_component(_observance(rules, begins, before))
    for onset in _changes(rules, begins, ends):
        made.add_component(_observance(rules, onset, before))
        before = onset.astimezone(rules).utcoffset() or NOTHING
    return made


def _observance(rules: ZoneInfo, onset: dt.datetime, before: dt.timedelta) -> icalendar.cal.Component:
    local = onset.astimezone(rules)
    made = icalendar.TimezoneDaylight() if local.dst() else icalendar.TimezoneStandard()
    made.add("dtstart", (onset + before).replace(tzinfo=None))
    made.add("tzoffsetfrom", before)
    made.add("tzoffsetto", local.utcoffset() or NOTHING)
    made.add("tzname", local.tzname() or "")
    return made


def _changes(rules: ZoneInfo, begins: dt.datetime, ends: dt.datetime) -> Iterator[dt.datetime]:
    """The first instant (UTC, to the minute) of each offset that differs from the one before it."""
    day = begins
    while day < ends:
        following = day + dt.timedelta(days=1)
        if _said(rules, day) != _said(rules, following):
            yield _first_of(rules, day, following)
        day = following


def _first_of(rules: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    before = _said(rules, low)
    while high - low > dt.timedelta(minutes=1):
        middle = low + dt.timedelta(minutes=(high - low) // dt.timedelta(minutes=1) // 2)
        if _said(rules, middle) == before:
            low = middle
        else:
            high = middle
    return high


def _said(rules: ZoneInfo, moment: dt.datetime) -> tuple[dt.timedelta | None, str | None]:
    local = moment.astimezone(rules)
    return local.utcoffset(), local.tzname()
