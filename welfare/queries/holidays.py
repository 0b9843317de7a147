"""Public holidays as they hold here: what was kept and edited, else what the package says."""

import datetime as dt
from collections.abc import Collection, Container, Mapping
from functools import lru_cache

from lms.people.models import Country, User
from welfare.kinds.calendar import FreeFor
from welfare.kinds.holidays import public_holidays, regions
from welfare.models import Holiday, HolidayCalendar
from welfare.models.wall import as_user


def holidays_of(code: str) -> FreeFor:
    """Says of a local day whether it is a holiday of a calendar; one query, or none for no calendar."""
    return holidays_in({code})[code]


def holidays_in(codes: Collection[str]) -> dict[str, FreeFor]:
    """The same by calendar, for many of them in one query."""
    kept = kept_in([code for code in codes if code])
    return {code: holiday_by(code, kept.get(code, {})) for code in codes}


def holiday_by(code: str, kept: Mapping[int, Container[dt.date]]) -> FreeFor:
    """By the years of a calendar that were kept here, else by the package; blank is no calendar."""

    def is_holiday(day: dt.date) -> bool:
        return day in (kept[day.year] if day.year in kept else public_holidays(code, day.year))

    return is_holiday if code else no_holiday


def no_holiday(day: dt.date) -> bool:
    return False


def kept_in(codes: Collection[str]) -> dict[str, dict[int, set[dt.date]]]:
    """Calendar to the years that were kept of it here, and the holidays in each. One query."""
    rows = HolidayCalendar.objects.filter(code__in=codes)
    found: dict[str, dict[int, set[dt.date]]] = {code: {} for code in codes}
    for code, year, day, taken_off in rows.values_list("code", "year", "days__day", "days__taken_off"):
        days = found[code].setdefault(year, set())
        if day and not taken_off:
            days.add(day)
    return found


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Code to name of the countries that have a calendar, by name. Only migrations bring countries."""
    return dict(Country.objects.filter(code__in=regions()).order_by("name").values_list("code", "name"))


def days_of(code: str, year: int, *, reader: User) -> list[Holiday]:
    """For the page that edits them, those taken off too; not stored yet where nobody kept that year."""
    with as_user(reader.pk):
        calendar = HolidayCalendar.objects.filter(code=code, year=year).first()
        if calendar:
            return list(calendar.days.all())
    return [Holiday(day=day, name=name) for day, name in public_holidays(code, year).items()]
