"""A question or a published statement as a definition that is frozen, and back as questions to the ledger."""

import datetime as dt

from django.conf import settings

from courses.kinds.figures import Asked, Definition, StatedLine
from courses.queries.counts import Code, Question
from courses.queries.counts import reconciling as statements
from lms.kit.clock import Span


def of_question(question: Question, code: Code | None = None) -> Definition:
    """``code`` narrows it to one number. As known when is no part of it: that is the moment of the freeze."""
    one = (code.kind, code.stage, code.unit) if code else ("", "", "")
    return Definition(
        first=question.span.first.isoformat(),
        last=question.span.last.isoformat(),
        timezone=settings.REPORTING_ZONE,
        asked=(Asked(question.where, question.by or "", *one),),
        leaves_out_unseen=question.leaves_out_unseen,
    )


def of_statement(statement: statements.Definition) -> Definition:
    span = Span.of_year(statement.year)
    lines = tuple(
        StatedLine(
            line.label,
            line.published,
            Asked(tuple(line.where.items()), "", line.code.kind, line.code.stage, line.code.unit),
        )
        for line in statement.lines
    )
    return Definition(
        first=span.first.isoformat(),
        last=span.last.isoformat(),
        timezone=settings.REPORTING_ZONE,
        asked=tuple(line.asked for line in lines),
        title=statement.title,
        source=statement.source,
        published=statement.published,
        lines=lines,
    )


def span_of(definition: Definition) -> Span:
    return Span(dt.date.fromisoformat(definition.first), dt.date.fromisoformat(definition.last))


def question_of(definition: Definition, asked: Asked, moment: dt.datetime | None = None) -> Question:
    """One line as a question to the ledger, as known before ``moment`` (UTC; None is now)."""
    return Question(
        span_of(definition),
        where=asked.where,
        by=asked.by or None,
        instant=moment,
        leaves_out_unseen=definition.leaves_out_unseen,
    )


def statement_of(definition: Definition) -> statements.Definition:
    lines = [
        statements.Line(line.label, code_of(line.asked), line.published, dict(line.asked.where))
        for line in definition.lines
    ]
    return statements.Definition(
        definition.title, span_of(definition).first.year, definition.published or 0, lines, definition.source
    )


def code_of(asked: Asked) -> Code:
    return Code(asked.kind, asked.stage, asked.unit)
