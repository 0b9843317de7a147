"""Addresses of counts and of the facts behind them: the whole question is in the query string."""

import calendar
import datetime as dt
from dataclasses import replace
from urllib.parse import urlencode

from django.urls import reverse

from courses.enums import Dimension
from courses.queries.counts import Code, Question
from courses.web.counts.asking import NOBODY
from lms.kit.clock import Span


def query_of(question: Question) -> list[tuple[str, str]]:
    """The question as parameters of an address; empty ones are left out."""
    span = question.span
    period = {"year": str(span.year)} if span.year else {"first": f"{span.first}", "last": f"{span.last}"}
    known = {"as_of": question.as_of.isoformat()} if question.as_of else {}
    filters = [(name, value or NOBODY) for name, value in question.where]
    return [*period.items(), *known.items(), *filters]


def page_url(question: Question) -> str:
    return f"{reverse('staff-counts')}?{urlencode(query_of(question))}"


def facts_url(code: Code, question: Question, value: str | None = None) -> str:
    """Where a number is opened; ``value`` is the row's in the question's breakdown."""
    asked = narrowed(question, value) if question.by else question
    return f"{reverse('staff-counts-facts')}?{urlencode([('count', str(code)), *query_of(asked)])}"


def freeze_url(query: list[tuple[str, str]]) -> str:
    """Where the numbers of a question are frozen, after a look at them."""
    return f"{reverse('staff-figure-freeze')}?{urlencode(query)}"


def statement_freeze_url(place: int) -> str:
    """The same of a published statement, by its place among those that come with the program."""
    return freeze_url([("statement", str(place))])


def narrowed(question: Question, value: str | None) -> Question:
    """The question of one row of a breakdown: a filter, or for a month a shorter span."""
    if question.by == Dimension.MONTH:
        return replace(question, by=None, span=month_within(question.span, value or ""))
    return replace(question.filtered(**{str(question.by): value or ""}), by=None)


def month_within(span: Span, month: str) -> Span:
    year, number = (int(part) for part in month.split("-"))
    last = dt.date(year, number, calendar.monthrange(year, number)[1])
    return Span(max(span.first, dt.date(year, number, 1)), min(span.last, last))
