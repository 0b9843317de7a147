"""Public holidays as they hold here: what was kept and edited, else what the package says."""

import datetime as dt
from collections import defaultdict
from functools import lru_cache

from lms.people.models import Country, User
from welfare.kinds.calendar import FreeFor
from welfare.kinds.holidays import public_holidays, regions
from welfare.models import Holiday, HolidayCalendar
from welfare.models.wall import as_user


def holidays_of(code: str) -> FreeFor:
    """Says of a local day whether it is a holiday of a calendar; one query, or none for no calendar."""
    if not code:
        return no_holiday
    kept = kept_days(code)

    def is_holiday(day: dt.date) -> bool:
        return day in (kept[day.year] if day.year in kept else public_holidays(code, day.year))

    return is_holiday


def no_holiday(day: dt.date) -> bool:
    return False


def kept_days(code: str) -> dict[int, set[dt.date]]:
    """By year, for the years that were kept here."""
    rows = HolidayCalendar.objects.filter(code=code).values_list("year", "days__day", "days__taken_off")
    found: dict[int, set[dt.date]] = defaultdict(set)
    for year, day, taken_off in rows:
        found[year] |= {day} if day and not taken_off else set()
    return dict(found)


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
