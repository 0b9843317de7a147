"""The charts of the counts page. Only units that add up over kinds are drawn."""

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses.enums import CountStage, Unit
from courses.queries.counts import Count, Question
from courses.queries.counts.reconciling import Reconciliation
from courses.queries.counts.years import Years
from courses.web.counts import tables
from courses.web.counts.links import facts_url
from lms.web import charts
from lms.web.charts import Bars, Plot, Point, Series, Stack
from lms.web.tables import Table

YEARS_SHOWN = 8


def adding(stage: CountStage, unit: Unit) -> Unit:
    """The unit to draw: people and hotlines do not add up over kinds, so their participations or events."""
    if stage == CountStage.HELD:
        return Unit.EVENTS
    return Unit.PARTICIPATIONS if unit == Unit.PEOPLE else unit


def by_month(counts: list[Count], question: Question, stage: CountStage, unit: Unit) -> Plot:
    numbers = summed(counts, stage, unit)
    months = months_of(question, numbers)
    names = [month_name(month, full=len(months) > 12) for month in months]
    series = Series(unit.label, [numbers.get(month, 0) for month in months])
    return charts.columns(_("By month"), names, [series], summary=heading(stage, unit))


def by_region(counts: list[Count], question: Question, stage: CountStage, unit: Unit) -> Bars:
    numbers = summed(counts, stage, unit)
    ordered = sorted(numbers.items(), key=lambda item: (not item[0], -item[1]))
    points = [Point(value or _("none given"), number) for value, number in ordered]
    return charts.bars(
        _("By region"), points, summary=heading(stage, unit), name=_("Region"), unit=unit.label
    )


def by_year(years: Years, stage: CountStage, unit: Unit) -> Plot:
    shown = sorted(years.known)[-YEARS_SHOWN:]
    series = Series(unit.label, [years.number(year, stage, unit) for year in shown])
    return charts.columns(
        _("Year against year"), [str(year) for year in shown], [series], summary=heading(stage, unit)
    )


def heading(stage: CountStage, unit: Unit) -> str:
    return f"{stage.label}, {unit.label}"


def summed(counts: list[Count], stage: str, unit: str) -> dict[str, int]:
    """The numbers of one stage and unit over all kinds, by the breakdown's value ('' for none)."""
    numbers: dict[str, int] = {}
    for row in counts:
        if row.code.stage == stage and row.code.unit == unit:
            numbers[row.value or ""] = numbers.get(row.value or "", 0) + row.number
    return numbers


def months_of(question: Question, numbers: dict[str, int]) -> list[str]:
    """All twelve months of a year; of another span those in which anything happened."""
    year = question.span.year
    return [f"{year}-{month:02}" for month in range(1, 13)] if year else sorted(filter(None, numbers))


def month_name(month: str, *, full: bool) -> str:
    return date_format(dt.date.fromisoformat(f"{month}-01"), "M Y" if full else "M")


@dataclass(frozen=True)
class Statement:
    """A published statement as the page shows it."""

    title: str
    published: int
    source: str
    people: int
    unidentified: int
    not_itemised: int
    itemised: int
    bar: Stack
    table: Table

    @property
    def most(self) -> int:
        """The number of different people if every head count was somebody else."""
        return self.people + self.unidentified

    @classmethod
    def of(cls, result: Reconciliation, question: Question) -> "Statement":
        definition = result.definition
        points = [
            Point(
                line.line.label, line.value, facts_url(line.line.code, question.filtered(**line.line.where))
            )
            for line in result.lines
        ]
        bar = charts.stack(
            definition.title, points, total=definition.published, rest=_("Not itemised by the statement")
        )
        return cls(
            title=definition.title,
            published=definition.published,
            source=definition.source,
            people=result.people,
            unidentified=result.unidentified,
            not_itemised=result.not_itemised,
            itemised=result.itemised,
            bar=bar,
            table=tables.reconciliation(result, question),
        )
