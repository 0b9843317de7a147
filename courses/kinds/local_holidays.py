"""Public holidays of a country, as the `holidays` package knows them: for those who plan."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache

import holidays


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> Mapping[dt.date, str]:
    """Day to name, in English where the package has it; empty for a country (ISO 3166) that it lacks."""
    if country not in _countries():
        return {}
    found = holidays.country_holidays(country, years=year, language="en_US")
    return {day: found[day] for day in sorted(found) if day.year == year}


def holidays_on(day: dt.date, countries: Iterable[str]) -> list[tuple[str, str]]:
    """(country, name of the holiday) for each of the countries that has one on the day, in their order."""
    known = ((country, public_holidays(country, day.year).get(day)) for country in countries)
    return [(country, name) for country, name in known if name]
