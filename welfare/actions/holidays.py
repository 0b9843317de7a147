"""Calendars of public holidays: taken over once, then edited by welfare officers."""

import datetime as dt

from django.utils.translation import gettext as _

from lms.kit import clock
from lms.kit.errors import Refused
from lms.people.models import Hotline, User
from welfare.actions.revisions import next_revision
from welfare.kinds.holidays import VERSION, is_calendar, public_holidays
from welfare.models import Holiday, HolidayCalendar
from welfare.models.wall import as_engine, as_officer

LONGEST_NAME = 300


def keep_calendars() -> None:
    """This year's and the next one's of every hotline's country: an update of the package then moves no date.

    All of them at once, whoever has reminders: which calendars are kept tells nothing.
    """
    years = (clock.today().year, clock.today().year + 1)
    countries = Hotline.objects.order_by().values_list("country", flat=True).distinct()
    wanted = {(code, year) for code in countries for year in years if is_calendar(code)}
    with as_engine():
        kept = HolidayCalendar.objects.filter(year__in=years).values_list("code", "year")
        for code, year in sorted(wanted - set(kept)):
            kept_calendar(code, year)


def kept_calendar(code: str, year: int) -> HolidayCalendar:
    """The stored calendar, taken over from the package where there is none yet."""
    calendar, made = HolidayCalendar.objects.get_or_create(
        code=code, year=year, defaults={"package_version": VERSION}
    )
    if made:
        days = public_holidays(code, year).items()
        Holiday.objects.bulk_create(
            Holiday(calendar=calendar, day=day, name=name[:LONGEST_NAME]) for day, name in days
        )
    return calendar


def add_holiday(*, code: str, day: dt.date, name: str, by: User) -> None:
    """Everybody who keeps this calendar is left alone on that day; dates ahead are looked at again.

    Raises Refused for a calendar that is none, and for a day that is one already.
    """
    with as_officer(by.pk):
        calendar = edited(code, day.year)
        holiday, made = Holiday.objects.get_or_create(
            calendar=calendar, day=day, defaults={"name": name, "added": True}
        )
        if not made and not holiday.taken_off:
            raise Refused(_("This day is a holiday already."), field="day")
        Holiday.objects.filter(pk=holiday.pk).update(taken_off=False)


def take_off_holiday(*, code: str, day: dt.date, by: User) -> None:
    """It stays in the list, marked, and can be put back; pressing twice changes nothing."""
    mark(code, day, by, taken_off=True)


def put_back_holiday(*, code: str, day: dt.date, by: User) -> None:
    mark(code, day, by, taken_off=False)


def mark(code: str, day: dt.date, by: User, *, taken_off: bool) -> None:
    with as_officer(by.pk):
        Holiday.objects.filter(calendar=edited(code, day.year), day=day).update(taken_off=taken_off)


def edited(code: str, year: int) -> HolidayCalendar:
    """The calendar under the number of this edit, by which the engine finds who was planned before it."""
    if not is_calendar(code):
        raise Refused(_("There is no such calendar."))
    revision = next_revision()
    calendar = kept_calendar(code, year)
    HolidayCalendar.objects.filter(pk=calendar.pk).update(revision=revision)
    return calendar
