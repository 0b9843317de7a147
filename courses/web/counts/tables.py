"""The tables of the counts page: every number a link to the facts behind it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.enums import CountStage, Dimension, Mode, Unit
from courses.models import ActivityKind
from courses.queries.counts import Code, Count, Question
from courses.queries.counts.reconciling import ReconciledLine, Reconciliation
from courses.web.counts.links import facts_url
from lms.people.enums import Audience
from lms.people.models import Country
from lms.web.tables import Cell, Header, Table, simple

# Stage, unit and heading of the overview, in the order in which people ask.
OVERVIEW = {
    (CountStage.HELD, Unit.EVENTS): _("Held"),
    (CountStage.HELD, Unit.HOTLINES): _("Hotlines in it"),
    (CountStage.ENROLLED, Unit.PARTICIPATIONS): _("Enrolled"),
    (CountStage.ENROLLED, Unit.PEOPLE): _("People enrolled"),
    (CountStage.ATTENDED, Unit.PARTICIPATIONS): _("Attended"),
    (CountStage.ATTENDED, Unit.PEOPLE): _("People attending"),
    (CountStage.ATTENDED, Unit.UNIDENTIFIED): _("Without names"),
    (CountStage.COMPLETED, Unit.PARTICIPATIONS): _("Completed"),
    (CountStage.COMPLETED, Unit.PEOPLE): _("People completing"),
}


def kind_names() -> dict[str, str]:
    return dict(ActivityKind.objects.values_list("code", "name"))


def overview(counts: list[Count], question: Question) -> Table:
    """A row for each kind of activity, a column for each stage and unit that the counts have."""
    numbers = {row.code: row.number for row in counts}
    shown = [pair for pair in OVERVIEW if any((c.stage, c.unit) == pair for c in numbers)]
    names = kind_names()
    headers = [Header(gettext("Kind")), *(Header(OVERVIEW[pair], numeric=True) for pair in shown)]
    rows = [
        [names[kind], *(number_cell(Code(kind, *pair), numbers, question) for pair in shown)]
        for kind in names
        if any(code.kind == kind for code in numbers)
    ]
    return simple(gettext("All counts by kind of activity"), headers, rows)


def column(stage: CountStage, unit: Unit) -> str:
    return str(gettext("%(stage)s: %(unit)s") % {"stage": stage.label.capitalize(), "unit": unit.label})


def number_cell(code: Code, numbers: dict[Code, int], question: Question) -> Cell:
    number = numbers.get(code)
    return Cell(number, facts_url(code, question) if number else "", True)


def breakdown(counts: list[Count], question: Question, stage: str, unit: str) -> Table:
    """A row for each value of the dimension, the largest first; a column for each kind."""
    by = Dimension(question.by or Dimension.HOTLINE)
    found = {
        (row.value, row.code.kind): row for row in counts if row.code.stage == stage and row.code.unit == unit
    }
    kinds = [(code, name) for code, name in kind_names().items() if any(k == code for _v, k in found)]
    labels = value_labels(by, {value for value, _kind in found})
    headers = [Header(by.label.capitalize())]
    headers += [Header(name, numeric=True) for _code, name in kinds]
    rows = [
        [labels[value], *(breakdown_cell(found.get((value, kind)), question) for kind, _name in kinds)]
        for value in ordered(found.values(), by)
    ]
    caption = gettext("%(count)s by %(dimension)s") % {
        "count": column(CountStage(stage), Unit(unit)),
        "dimension": by.label,
    }
    return simple(caption, headers, rows)


def breakdown_cell(row: Count | None, question: Question) -> Cell:
    return Cell(row.number, facts_url(row.code, question, row.value), True) if row else Cell(None, "", True)


def ordered(rows: Iterable[Count], by: str) -> list[str | None]:
    """Months by time, everything else by size; what has none comes last."""
    sizes: dict[str | None, int] = {}
    for row in rows:
        sizes[row.value] = sizes.get(row.value, 0) + row.number
    if by == Dimension.MONTH:
        return sorted(sizes, key=lambda value: value or "")
    return sorted(sizes, key=lambda value: (value is None, -sizes[value], value or ""))


def value_labels(by: str, values: set[str | None]) -> dict[str | None, Any]:
    """How the values of a dimension read on a page."""
    labels: dict[str, Any]
    match by:
        case Dimension.AUDIENCE:
            labels = dict(Audience.choices)
        case Dimension.MODE:
            labels = dict(Mode.choices)
        case Dimension.COUNTRY:
            labels = dict(Country.objects.filter(code__in=values - {None}).values_list("code", "name"))
        case _:
            labels = {}
    return {value: labels.get(value, value) if value else gettext("none given") for value in values}


def reconciliation(result: Reconciliation, question: Question) -> Table:
    headers = [
        Header(gettext("Line")),
        Header(gettext("Counted as")),
        *(Header(name, numeric=True) for name in (gettext("Published"), gettext("Facts"), gettext("People"))),
    ]
    rows = [reconciled_row(line, question) for line in result.lines]
    if result.not_itemised:
        why = gettext("the lines do not add up to the headline")
        rows.append(
            [gettext("Not itemised"), why, result.not_itemised, Cell(None, "", True), Cell(None, "", True)]
        )
    return simple(result.definition.title, headers, rows)


def reconciled_row(reconciled: ReconciledLine, question: Question) -> list[Any]:
    line = reconciled.line
    url = facts_url(line.code, question.filtered(**line.where))
    people: int | str | None = reconciled.people
    if reconciled.unidentified:
        people = gettext("%(people)s + %(unnamed)s unnamed") % {
            "people": reconciled.people,
            "unnamed": reconciled.unidentified,
        }
    filters = "".join(f", {dimension} {value}" for dimension, value in line.where.items())
    return [line.label, f"{line.code}{filters}", line.published, Cell(reconciled.value, url, True), people]
