"""Local calendar periods. A schedule reminds at most once in each, whatever is edited in its middle."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from welfare.enums import Cadence

ONE_DAY = dt.timedelta(days=1)
# How the key of a date that somebody asked for begins; it belongs to no period.
EVENT = "event:"
# The first letter of a period's key, and how many weeks or months it has.
WEEKS = {Cadence.WEEKLY: ("W", 1), Cadence.FORTNIGHTLY: ("F", 2)}
MONTHS = {Cadence.MONTHLY: ("M", 1), Cadence.QUARTERLY: ("Q", 3)}


@dataclass(frozen=True)
class Period:
    """Whole local days, both ends included.

    ``key`` names it for good: ``M2026-04``, ``Q2026-04``, or ``W2026-03-23`` and ``F2026-03-23`` by their
    first Monday. It holds no instant, so that an edit of hour or zone finds the same period again.
    """

    key: str
    first: dt.date
    last: dt.date


def period_of(cadence: Cadence, day: dt.date) -> Period:
    """The period that a local day is in."""
    return weeks_around(cadence, day) if cadence in WEEKS else months_around(cadence, day)


def following(cadence: Cadence, day: dt.date) -> Period:
    """The first period that begins after a local day."""
    period = period_of(cadence, day + ONE_DAY)
    return period if period.first > day else period_of(cadence, period.last + ONE_DAY)


def in_words(key: str) -> str:
    """A period's key as somebody would say it: “week of 2 November 2026”, “November 2026”."""
    # A month's key has no day, a week's has one already.
    first = dt.date.fromisoformat(f"{key[1:]}-01"[:10])
    match key[0]:
        case "W":
            return _("week of %(day)s") % {"day": date_format(first, "j F Y")}
        case "F":
            return _("two weeks from %(day)s") % {"day": date_format(first, "j F Y")}
        case "M":
            return date_format(first, "F Y")
        case _quarter:
            last = date_format(month_after(first, 2), "F Y")
            return _("%(first)s to %(last)s") % {"first": date_format(first, "F"), "last": last}


def weeks_around(cadence: Cadence, day: dt.date) -> Period:
    letter, weeks = WEEKS[cadence]
    # Day 1 of the calendar was a Monday, so that every week and every fortnight counts from there.
    first = dt.date.fromordinal((day.toordinal() - 1) // (7 * weeks) * (7 * weeks) + 1)
    return Period(f"{letter}{first}", first, first + dt.timedelta(days=7 * weeks - 1))


def months_around(cadence: Cadence, day: dt.date) -> Period:
    letter, months = MONTHS[cadence]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return Period(f"{letter}{first:%Y-%m}", first, month_after(first, months) - ONE_DAY)


def month_after(first: dt.date, months: int = 1) -> dt.date:
    """The first day of the month so many months after that of ``first``."""
    years, month = divmod(first.month - 1 + months, 12)
    return dt.date(first.year + years, month + 1, 1)
