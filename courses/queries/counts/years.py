"""Years held against each other."""

import datetime as dt
from dataclasses import dataclass, replace

from courses.enums import Unit
from courses.queries.counts.counting import Count, count
from courses.queries.counts.question import Question
from courses.queries.counts.sql import YEAR
from lms.kit.clock import Span

EVER = Span(dt.date(1900, 1, 1), dt.date(9998, 12, 31))


@dataclass(frozen=True)
class Years:
    """Counts by year, of the units that add up."""

    counts: list[Count]

    @property
    def known(self) -> list[int]:
        """Years in which anything happened, the latest first."""
        return sorted({int(row.value) for row in self.counts if row.value}, reverse=True)

    @property
    def to_show(self) -> int | None:
        """The latest year that is not just the overlap of another: with a tenth of the busiest at least."""
        sizes = {year: self.participations(year) for year in self.known}
        busiest = max(sizes.values(), default=0)
        return next((year for year in self.known if sizes[year] * 10 >= busiest), None)

    def participations(self, year: int) -> int:
        return sum(
            row.number
            for row in self.counts
            if row.value == str(year) and row.code.unit in (Unit.PARTICIPATIONS, Unit.EVENTS)
        )

    def number(self, year: int, stage: str, unit: str) -> int:
        """Over all kinds; zero for people and hotlines, which do not add up."""
        return sum(
            row.number
            for row in self.counts
            if row.value == str(year) and row.code.stage == stage and row.code.unit == unit
        )


def counts_by_year(question: Question) -> Years:
    """The question's counts that add up, for every year there is, filtered and as known as it says."""
    return Years(count(replace(question, span=EVER, by=YEAR), only_adding_up=True))
