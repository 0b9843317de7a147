"""The training counts as JSON, CSV and XLSX: one statement, three ways to write it."""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _

from courses.enums import Dimension
from courses.queries.counts import Count, Question, count, first_recorded_at, nothing_known_before
from courses.queries.counts.definitions import (
    DIMENSIONS,
    NOT_ADDITIVE,
    NOT_ADDITIVE_GRANTS,
    NOT_ADDITIVE_TOPICS,
    RANGE_RULE,
    SPAN_RULE,
    Code,
)
from lms.exports.tables import Column, Table, csv_lines, write_xlsx
from lms.kit.clock import end_of, reporting_zone, today

FORMATS = ("json", "csv", "xlsx")
CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Statement:
    """The answer to one question, with what a reader needs to understand it."""

    question: Question
    counts: list[Count]
    notes: list[str]

    @property
    def codes(self) -> list[Code]:
        return list(dict.fromkeys(count.code for count in self.counts))

    @property
    def name(self) -> str:
        """A file name without its ending."""
        span, by = self.question.span, self.question.by
        period = str(span.year) if span.year else f"{span.first}_{span.last}"
        return f"training-counts-{period}" + (f"-by-{by}" if by else "")


def state(question: Question) -> Statement:
    """Ask the ledger; raises UnknownValue when a filter or the breakdown is not one."""
    question.check()
    return Statement(question, count(question), notes(question))


def notes(question: Question) -> list[str]:
    """What a reader must know beside the numbers, in whole sentences."""
    return [str(RANGE_RULE), *breakdown_notes(question.by), *as_of_notes(question)]


def breakdown_notes(by: str | None) -> list[str]:
    """What does not add up when the counts are broken down."""
    several = NOT_ADDITIVE_TOPICS if by == Dimension.TOPIC else NOT_ADDITIVE_GRANTS
    return [str(NOT_ADDITIVE), *([str(several)] if by in Dimension.several() else [])] if by else []


def as_of_notes(question: Question) -> list[str]:
    """An as-of before the first fact says so: what was imported later is known from its import on."""
    if question.as_of is None or not nothing_known_before(end_of(question.as_of)):
        return []
    first = first_recorded_at()
    if first is None:
        return [_("Nothing was recorded by then, and nothing has been since.")]
    day = first.astimezone(reporting_zone()).date()
    return [_("Nothing was recorded by then; the first fact was recorded on %(day)s.") % {"day": day}]


def definitions(statement: Statement) -> dict[str, str]:
    """The rule of every count in the statement, and of its breakdown and filters, in words."""
    dimensions = {*statement.question.filtered_by, *filter(None, [statement.question.by])}
    return {
        **{str(code): code.words for code in statement.codes},
        **{dimension: str(DIMENSIONS[dimension]) for dimension in sorted(dimensions)},
        "span": str(SPAN_RULE) % {"zone": settings.REPORTING_ZONE},
    }


def as_json(statement: Statement) -> dict[str, Any]:
    question = statement.question
    return {
        "year": question.span.year,
        "from": question.span.first.isoformat(),
        "to": question.span.last.isoformat(),
        "as_of": (question.as_of or today()).isoformat(),
        "timezone": settings.REPORTING_ZONE,
        "where": [{"dimension": dimension, "value": value} for dimension, value in question.where],
        "by": question.by,
        "notes": statement.notes,
        "definitions": definitions(statement),
        "counts": [json_row(row, question.by) for row in statement.counts],
    }


def json_row(row: Count, by: str | None) -> dict[str, Any]:
    breakdown = {by: row.value} if by else {}
    return {"code": str(row.code), **breakdown, "value": row.number}


def tables(statement: Statement) -> list[Table]:
    """The counts, a column for each part of the code; and what they mean."""
    by = statement.question.by
    headings = ["kind", "stage", "unit", *([by] if by else []), "value"]
    rows = [
        [row.code.kind, row.code.stage, row.code.unit, *([row.value] if by else []), row.number]
        for row in statement.counts
    ]
    meaning: Iterable[tuple[str, str]] = [
        *definitions(statement).items(),
        *(("note", note) for note in statement.notes),
    ]
    return [
        Table("counts", [Column(heading, 30 if heading == by else 18) for heading in headings], rows),
        Table("definitions", [Column("term", 36), Column("meaning", 60)], meaning),
    ]


def write(statement: Statement, form: str, target: IO[bytes] | Path) -> None:
    """Write the statement to an open binary file or a path; ``form`` is one of FORMATS. Raises OSError."""
    pieces = encoded(statement, form) if form != "xlsx" else [workbook(statement)]
    if not isinstance(target, Path):
        target.writelines(pieces)
        return
    with target.open("wb") as out:
        out.writelines(pieces)


def workbook(statement: Statement) -> bytes:
    """In memory: a spreadsheet is put together backwards, which a pipe does not allow."""
    buffer = io.BytesIO()
    write_xlsx(tables(statement), buffer)
    return buffer.getvalue()


def encoded(statement: Statement, form: str) -> Iterator[bytes]:
    """The statement as JSON or CSV, piece by piece."""
    if form == "csv":
        yield from (line.encode() for line in csv_lines(tables(statement)[0]))
    else:
        yield json.dumps(as_json(statement), ensure_ascii=False, indent=1).encode() + b"\n"
