"""A published statement held against the ledger, line by line.

A statement's lines may each count by another rule, and its headline need not be their sum. The
difference is shown and never spread over the lines.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from django.db import connection

from courses.enums import Unit
from courses.models import ActivityKind
from courses.queries.counts.counting import count, settle
from courses.queries.counts.definitions import Code
from courses.queries.counts.question import NOT_TEXT, Question, UnknownValue
from courses.queries.counts.sql import FACT, condition, joins, parameters, with_known
from lms.kit.clock import Span

LINE = """
SELECT {number} AS line, x.participation_id, x.person_id, x.headcount FROM fact x {joins}
WHERE x.kind = %(kind_{number})s AND x.stage = %(stage_{number})s AND {condition}
"""
# Read once for all lines, and no more of it than they ask for.
ASKED = "SELECT * FROM ({fact}) f WHERE {pairs}"
# The last row is what stands behind all lines together: each person once, and of a head count its largest
# number, since the heads that enrolled are those that attended and completed.
TOTALS = """
SELECT line, sum(headcount), count(DISTINCT person_id), sum(headcount) FILTER (WHERE person_id IS NULL)
FROM every GROUP BY line
UNION ALL
SELECT NULL, sum(headcount), count(DISTINCT person_id), sum(headcount) FILTER (WHERE person_id IS NULL)
FROM (
    SELECT person_id, max(headcount) AS headcount FROM every GROUP BY participation_id, person_id
) once
"""


class BadDefinition(ValueError):
    """The definition cannot be read; the message is a sentence that says where."""


@dataclass(frozen=True)
class Line:
    """One line as published: which count it says it is, filtered by what, and its number."""

    label: str
    code: Code
    published: int
    where: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    title: str
    year: int
    published: int
    lines: list[Line]
    source: str = ""

    @classmethod
    def parse(cls, data: Any) -> Self:
        """Raises BadDefinition when the data (as decoded from JSON) is not a statement."""
        if not isinstance(data, dict):
            raise BadDefinition("A definition is an object with year, published and lines.")
        lines = data.get("lines")
        if not isinstance(lines, list) or not lines:
            raise BadDefinition("“lines” must list at least one line.")
        year = integer(data, "year", "the definition")
        if not 1900 <= year < 9999:
            raise BadDefinition(f"“year” of the definition is {year}, which is not a year.")
        return cls(
            title=text(data, "title", "the definition"),
            year=year,
            published=integer(data, "published", "the definition"),
            lines=[parse_line(line, number) for number, line in enumerate(lines, start=1)],
            source=text(data, "source", "the definition"),
        )


def parse_line(data: Any, number: int) -> Line:
    place = f"line {number}"
    if not isinstance(data, dict):
        raise BadDefinition(f"{place} is not an object with label, count and published.")
    where = data.get("where") or {}
    if not isinstance(where, dict) or not all(isinstance(value, str) for value in where.values()):
        raise BadDefinition(f"“where” of {place} must map dimensions to texts.")
    try:
        code = Code.parse(str(data.get("count", "")))
    except ValueError as error:
        raise BadDefinition(f"{place}: {error}") from None
    return Line(text(data, "label", place), code, integer(data, "published", place), where)


def text(data: dict[str, Any], key: str, place: str) -> str:
    value = str(data.get(key, ""))
    if NOT_TEXT.search(value):
        raise BadDefinition(f"“{key}” of {place} holds what is no character.")
    return value


def integer(data: dict[str, Any], key: str, place: str) -> int:
    value = data.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadDefinition(f"“{key}” of {place} must be a whole number.")
    return value


@dataclass(frozen=True)
class Totals:
    """What stands behind a line, or behind all of them."""

    participations: int = 0
    people: int = 0
    unidentified: int = 0


@dataclass(frozen=True)
class ReconciledLine:
    """``people`` and ``unidentified`` are None for a line about events or hotlines."""

    line: Line
    value: int
    people: int | None = None
    unidentified: int | None = None


@dataclass(frozen=True)
class Reconciliation:
    definition: Definition
    lines: list[ReconciledLine]
    people: int
    unidentified: int

    @property
    def itemised(self) -> int:
        return sum(line.published for line in self.definition.lines)

    @property
    def not_itemised(self) -> int:
        return self.definition.published - self.itemised


def reconcile(definition: Definition, question: Question | None = None) -> Reconciliation:
    """Hold a statement against the ledger. Raises UnknownValue for a kind, dimension or value not known."""
    asked = question or Question(Span.of_year(definition.year))
    check(definition, asked)
    if asked.moment:
        settle(asked.moment)
    totals = distinct_totals(definition, asked)
    lines = [
        reconciled(line, asked, totals.get(number, Totals())) for number, line in enumerate(definition.lines)
    ]
    every = totals.get(None, Totals())
    return Reconciliation(definition, lines, every.people, every.unidentified)


def reconciled(line: Line, question: Question, totals: Totals) -> ReconciledLine:
    if line.code.of_taking_part:
        value = getattr(totals, line.code.unit)
        return ReconciledLine(line, value, totals.people, totals.unidentified)
    rows = count(question.filtered(**line.where))
    return ReconciledLine(line, next((row.number for row in rows if row.code == line.code), 0))


def check(definition: Definition, question: Question) -> None:
    between_hotlines = dict(ActivityKind.objects.values_list("code", "between_hotlines"))
    for line in definition.lines:
        question.filtered(**line.where).check()
        if line.code.kind not in between_hotlines:
            raise UnknownValue(f"No kind of activity “{line.code.kind}” is known here.")
        if line.code.unit == Unit.HOTLINES and not between_hotlines[line.code.kind]:
            raise UnknownValue(f"“{line.code}”: hotlines are counted only for visits between hotlines.")


def distinct_totals(definition: Definition, question: Question) -> dict[int | None, Totals]:
    """By the line's place, and under None what stands behind all lines about taking part."""
    selects, pairs, filled = [], [], dict(parameters(question))
    for number, line in enumerate(definition.lines):
        if line.code.of_taking_part:
            select, values = line_sql(number, line, question.filtered(**line.where))
            selects.append(select)
            pairs.append(f"(f.kind = %(kind_{number})s AND f.stage = %(stage_{number})s)")
            filled |= values
    if not selects:
        return {}
    fact, every = ASKED.format(fact=FACT, pairs=" OR ".join(pairs)), "\nUNION ALL\n".join(selects)
    with connection.cursor() as cursor:
        cursor.execute(with_known(TOTALS, fact=fact, every=every), filled)
        return {line: Totals(*(int(n or 0) for n in numbers)) for line, *numbers in cursor.fetchall()}


def line_sql(number: int, line: Line, question: Question) -> tuple[str, dict[str, Any]]:
    """The facts of one line; its parameters carry its number, since lines filter differently."""
    values: dict[str, Any] = {f"kind_{number}": line.code.kind, f"stage_{number}": line.code.stage}
    select = LINE.format(number=number, joins=joins(question), condition=condition(question))
    for place, (_dimension, value) in enumerate(question.where):
        select = select.replace(f"%(where_{place})s", f"%(where_{place}_{number})s")
        values[f"where_{place}_{number}"] = value
    return select, values
