"""Days, years and moments in the reporting zone.

Instants are UTC in the database; a *day* or a *year* of a training figure is one in the reporting zone
(Europe/Amsterdam), whatever the zone of the place.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def reporting_zone() -> ZoneInfo:
    return ZoneInfo(settings.REPORTING_ZONE)


def zone_or_reporting(name: str) -> ZoneInfo:
    """The IANA zone of this name; the reporting zone where none is known ('')."""
    return ZoneInfo(name) if name else reporting_zone()


def today() -> dt.date:
    """The current date in the reporting zone."""
    return timezone.now().astimezone(reporting_zone()).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first instant of a day in the reporting zone, as an aware UTC datetime."""
    return dt.datetime.combine(day, dt.time(), reporting_zone()).astimezone(dt.UTC)


def end_of(day: dt.date) -> dt.datetime:
    """The first instant after a day in the reporting zone: compare with `<`."""
    return start_of(day + dt.timedelta(days=1))


def known_by(day: dt.date | None) -> dt.datetime | None:
    """The moment before which was recorded what is known by the end of a day; None, which is now, without a
    day, for today, and for a day to come.
    """
    return end_of(day) if day and day < today() else None


def instant(local: dt.datetime, zone: str) -> dt.datetime:
    """The UTC instant of a wall-clock time in an IANA zone.

    A time that a clock change skips takes the offset before it (02:30 becomes 03:30); one that occurs
    twice means the first.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(dt.UTC)


@dataclass(frozen=True)
class Span:
    """Whole days in the reporting zone, both ends included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"The span ends ({self.last}) before it begins ({self.first}).")

    @classmethod
    def of_year(cls, year: int) -> "Span":
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    @property
    def year(self) -> int | None:
        """The calendar year this span is, if it is exactly one."""
        return self.first.year if self == Span.of_year(self.first.year) else None

    @property
    def starts_at(self) -> dt.datetime:
        return start_of(self.first)

    @property
    def ends_before(self) -> dt.datetime:
        return end_of(self.last)
