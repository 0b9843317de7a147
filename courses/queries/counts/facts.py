"""Open a number: the rows behind it, paged, from the same relation that counted them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from courses.enums import Dimension, Unit
from courses.models import ActivityVersion, Enrolment, Entry
from courses.queries import facts as ledger
from courses.queries.counts.counting import settle
from courses.queries.counts.definitions import Code
from courses.queries.counts.question import Question
from courses.queries.counts.sql import EVENT, FACT, VISIT, condition, joins, parameters, with_known
from courses.queries.facts import Fact
from lms.people.models import Hotline, Person
from lms.people.queries.merges import survivors

# Each lists rows by id; `times` is how often the row stands for the number.
ENTRIES = """
SELECT x.id, x.day, x.headcount AS times FROM ({fact}) x {joins}
WHERE x.kind = %(kind)s AND x.stage = %(stage)s AND {condition} {named}
"""
PEOPLE = """
SELECT x.person_id AS id, count(*) AS times FROM ({fact}) x {joins}
WHERE x.kind = %(kind)s AND x.stage = %(stage)s AND {condition} AND x.person_id IS NOT NULL
GROUP BY x.person_id
"""
EVENTS = """
SELECT x.activity_id AS id, x.day, 1 AS times FROM ({event}) x {joins}
WHERE x.kind = %(kind)s AND {condition}
"""
HOTLINES = """
SELECT x.hotline_id AS id, count(*) AS times FROM ({visit}) x {joins}
WHERE x.kind = %(kind)s AND {condition} GROUP BY x.hotline_id
"""
# The totals come along on a page beyond the end, too.
ONE_PAGE = """
SELECT shown.id, shown.times, totals.rows, totals.places
FROM (SELECT count(*) AS rows, sum(times) AS places FROM behind) totals
LEFT JOIN (SELECT * FROM behind ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s) shown ON true
ORDER BY {order}
"""


@dataclass(frozen=True)
class Page:
    """Some of the rows behind a number; ``total`` is how many rows there are, ``number`` the count itself.

    A head count is one row of several places, so there may be fewer rows than the number says.
    """

    rows: list[Any]
    total: int
    number: int


@dataclass(frozen=True)
class PersonBehind:
    """``unseen`` people keep a self-care course of this kind to themselves; no page may name them here."""

    person: Person
    times: int
    unseen: bool


@dataclass(frozen=True)
class HotlineBehind:
    """``times`` counts hosting and each attendance of somebody from there."""

    hotline: Hotline
    times: int


def open_number(code: Code, question: Question, *, offset: int, limit: int) -> Page:
    """The rows behind one count: Fact, PersonBehind, ActivityVersion or HotlineBehind by its unit."""
    question.check()
    if Dimension.AUDIENCE in question.filtered_by and not code.of_taking_part:
        # Audience does not apply to events: there is no such number.
        return Page([], 0, 0)
    if question.moment:
        settle(question.moment)
    opened = {
        Unit.PEOPLE: people,
        Unit.EVENTS: events,
        Unit.HOTLINES: hotlines,
    }.get(Unit(code.unit), entries)
    return opened(code, question, offset, limit)


def entries(code: Code, question: Question, offset: int, limit: int) -> Page:
    named = "AND x.person_id IS NULL" if code.unit == Unit.UNIDENTIFIED else ""
    select = ENTRIES.format(fact=FACT, named=named, **parts(question))
    behind = fetch(select, "day DESC, id", code, question, offset, limit)
    facts: dict[int, Fact] = {
        fact.entry.pk: fact
        for fact in ledger.load(
            Entry.objects.filter(pk__in=list(behind.times)).select_related(
                "person", "participation__enrolment"
            ),
            question.moment,
        )
    }
    return Page([facts[pk] for pk in behind.times], behind.total, behind.places)


def people(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = PEOPLE.format(fact=FACT, **parts(question))
    behind = fetch(select, "times DESC, id", code, question, offset, limit)
    persons = Person.objects.in_bulk(list(behind.times))
    hidden = unseen(code.kind, persons, question.moment)
    rows = [PersonBehind(persons[pk], times, pk in hidden) for pk, times in behind.times.items()]
    return Page(rows, behind.total, behind.total)


def unseen(kind: str, persons: Iterable[int], moment: dt.datetime | None) -> set[int]:
    """Those of the persons who keep a course of this kind to themselves, through merges."""
    final = survivors(moment)
    shown = set(persons)
    records = shown | {record for record, end in final.items() if end in shown}
    kept = Enrolment.objects.filter(hidden=True, person__in=records, cohort__version__course__kind=kind)
    return {final.get(record, record) for record in kept.values_list("person_id", flat=True)}


def events(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = EVENTS.format(event=EVENT, **parts(question))
    behind = fetch(select, "day, id", code, question, offset, limit)
    versions = ActivityVersion.objects.in_force(question.moment).filter(activity__in=list(behind.times))
    joined = versions.select_related("kind", "host", "country", "funder", "source", "recorded_by__person")
    by_activity = {version.activity_id: version for version in joined}
    return Page([by_activity[pk] for pk in behind.times], behind.total, behind.total)


def hotlines(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = HOTLINES.format(visit=VISIT, **parts(question))
    behind = fetch(select, "times DESC, id", code, question, offset, limit)
    found = Hotline.objects.select_related("country").in_bulk(list(behind.times))
    rows = [HotlineBehind(found[pk], times) for pk, times in behind.times.items()]
    return Page(rows, behind.total, behind.total)


def parts(question: Question) -> dict[str, str]:
    """A number that is opened is one row of a breakdown, so nothing is broken down any further."""
    return {"joins": joins(question.broken_down_by(None)), "condition": condition(question)}


@dataclass(frozen=True)
class Behind:
    """The ids of one page in order, each with its times; rows and places behind the whole number."""

    times: dict[int, int]
    total: int
    places: int


def fetch(select: str, order: str, code: Code, question: Question, offset: int, limit: int) -> Behind:
    values = {"kind": code.kind, "stage": code.stage, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(with_known(ONE_PAGE.format(order=order), behind=select), parameters(question) | values)
        rows = cursor.fetchall()
    total, places = rows[0][2:]
    return Behind({pk: times for pk, times, *_totals in rows if pk is not None}, total, int(places or 0))
