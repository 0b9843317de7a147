"""A year of exchanges as a line of time and as a map of dots, each with its figures as a table."""

import csv
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.web import words
from lms.people.models import Country
from lms.web.charts import Chart
from lms.web.tables import Cell, Header, Table, simple

# Whole degrees of the middle of each country, from common geographical knowledge; a dot needs no more.
PLACES = Path(__file__).parent / "places.csv"
# The drawing: a degree is a unit, from 84 north to 57 south; nobody lives beyond.
NORTH, WIDTH, HEIGHT = 84, 360, 141
SMALLEST = 3.2


@dataclass(frozen=True)
class Stay:
    """An exchange on the line of time; days are those at its place, both included."""

    title: str
    url: str
    first: dt.date
    last: dt.date
    state: str
    cancelled: bool


@dataclass(frozen=True)
class Span:
    """One bar; `x` and `width` in days from New Year, of `Spans.days`."""

    x: int
    width: int
    stay: Stay
    when: str


@dataclass(frozen=True)
class Spans(Chart):
    """Bars along a year, a row for each."""

    days: int
    months: Sequence[str]
    spans: Sequence[Span]
    template = "courses/exchanges/chart_spans.html"


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    label: str
    value: int


@dataclass(frozen=True)
class DotMap(Chart):
    """Small dots for all countries, and one in colour that grows with its number for those with any."""

    ground: Sequence[Dot]
    dots: Sequence[Dot]
    template = "courses/exchanges/chart_map.html"
    width, height = WIDTH, HEIGHT


def timeline(year: int, stays: Sequence[Stay]) -> Spans:
    """The stays of a year by their first day; what reaches into another year ends at its border."""
    new_year, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    days = (last - new_year).days + 1
    spans = []
    for stay in sorted(stays, key=lambda one: (one.first, one.title)):
        begins, ends = max(stay.first, new_year), min(stay.last, last)
        # A day of 365 is a hair: nothing is drawn thinner than four.
        width = max((ends - begins).days + 1, 4)
        at = min((begins - new_year).days, days - width)
        spans.append(Span(at, width, stay, f"{words.day(stay.first)} – {words.day(stay.last)}"))
    # A narrow screen has room for a letter; the days stand beside each row.
    months = [date_format(dt.date(year, month, 1), "M")[:1] for month in range(1, 13)]
    title = _("Through the year")
    spoken = f"{title}. " + "; ".join(f"{one.stay.title}: {one.when}" for one in spans)
    return Spans(title, "", spoken, _stays_table(spans), days, months, spans)


def _stays_table(spans: Sequence[Span]) -> Table:
    headers = [Header(_("Exchange")), Header(_("When")), Header(_("State"))]
    rows = [[Cell(one.stay.title, one.stay.url), one.when, one.stay.state] for one in spans]
    return simple(_("Through the year, in figures"), headers, rows)


def world(numbers: Mapping[str, int], names: Mapping[str, Country]) -> DotMap:
    """Exchanges by the country that hosted them; `numbers` are by ISO code."""
    places = middles()
    ground = [Dot(*_at(*place), 0.9, "", 0) for place in places.values()]
    largest = max(numbers.values(), default=1)
    dots = [
        Dot(
            *_at(*places[code]),
            round(SMALLEST * math.sqrt(1 + 3 * number / largest), 2),
            names[code].name,
            number,
        )
        for code, number in sorted(numbers.items(), key=lambda item: -item[1])
        if code in places
    ]
    title = _("Where they were hosted")
    spoken = f"{title}. " + "; ".join(f"{dot.label}: {dot.value}" for dot in dots)
    return DotMap(title, "", spoken, _countries_table(numbers, names), ground, dots)


def _countries_table(numbers: Mapping[str, int], names: Mapping[str, Country]) -> Table:
    headers = [Header(_("Country")), Header(_("Region")), Header(_("Exchanges"), numeric=True)]
    rows = [
        [names[code].name, names[code].get_region_display() or "–", number]
        for code, number in sorted(numbers.items(), key=lambda item: (-item[1], names[item[0]].name))
    ]
    return simple(_("Where they were hosted, in figures"), headers, rows)


def _at(latitude: int, longitude: int) -> tuple[float, float]:
    return longitude + 180, NORTH - latitude


@cache
def middles() -> dict[str, tuple[int, int]]:
    """Latitude and longitude of each country by ISO code, without those beyond the drawing."""
    with PLACES.open(encoding="utf-8", newline="") as stream:
        rows = [(row["code"], int(row["latitude"]), int(row["longitude"])) for row in csv.DictReader(stream)]
    return {code: (north, east) for code, north, east in rows if NORTH - HEIGHT < north < NORTH}
