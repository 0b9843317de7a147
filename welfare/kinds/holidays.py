"""Public holidays as the `holidays` package knows them, by the name of a calendar: ``FR``, ``DE-BY``."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version

import holidays

VERSION = version("holidays")


@lru_cache(maxsize=1)
def regions() -> Mapping[str, frozenset[str]]:
    """The countries that have calendars (ISO 3166 alpha-2), each with the codes of its regions."""
    known = holidays.list_supported_countries()
    return {code: frozenset(parts) for code, parts in known.items() if len(code) == 2}


def is_calendar(code: str) -> bool:
    country, _dash, region = code.partition("-")
    return country in regions() and (not region or region in regions()[country])


@lru_cache(maxsize=512)
def public_holidays(code: str, year: int) -> Mapping[dt.date, str]:
    """Day to name, in English where the package has it; raises ValueError for a calendar that is none."""
    if not is_calendar(code):
        raise ValueError("no such calendar")
    country, _dash, region = code.partition("-")
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US")
    return {day: found[day] for day in sorted(found) if day.year == year}
