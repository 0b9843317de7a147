"""Open a number: the rows behind it, paged, from the same relation that counted them."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from courses.enums import Unit
from courses.models import ActivityVersion, Entry
from courses.queries import facts as ledger
from courses.queries.counts.counting import settle
from courses.queries.counts.definitions import Code
from courses.queries.counts.question import Question
from courses.queries.counts.sql import EVENT, FACT, VISIT, condition, joins, parameters, with_known
from courses.queries.facts import Fact
from lms.people.models import Hotline, Person

ENTRIES = """
SELECT DISTINCT x.id, x.day FROM ({fact}) x {joins}
WHERE x.kind = %(kind)s AND x.stage = %(stage)s AND {condition} {named}
"""
PEOPLE = """
SELECT x.person_id, count(DISTINCT x.id) AS times FROM ({fact}) x {joins}
WHERE x.kind = %(kind)s AND x.stage = %(stage)s AND {condition} AND x.person_id IS NOT NULL
GROUP BY x.person_id
"""
EVENTS = "SELECT x.activity_id, x.day FROM ({event}) x {joins} WHERE x.kind = %(kind)s AND {condition}"
HOTLINES = """
SELECT x.hotline_id, count(*) AS times FROM ({visit}) x {joins}
WHERE x.kind = %(kind)s AND {condition} GROUP BY x.hotline_id
"""


@dataclass(frozen=True)
class Page:
    """Some of the rows behind a number; ``total`` is how many rows there are."""

    rows: list[Any]
    total: int


@dataclass(frozen=True)
class PersonBehind:
    person: Person
    times: int


@dataclass(frozen=True)
class HotlineBehind:
    """``times`` counts hosting and each attendance of somebody from there."""

    hotline: Hotline
    times: int


def open_number(code: Code, question: Question, *, offset: int, limit: int) -> Page:
    """The rows behind one count: Fact, PersonBehind, ActivityVersion or HotlineBehind by its unit.

    A head count is one row of several places, so there may be fewer rows than the number says.
    """
    question.check()
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
    ids, total = fetch(select, "day DESC, id", code, question, offset, limit)
    facts: dict[int, Fact] = {
        fact.entry.pk: fact
        for fact in ledger.load(
            Entry.objects.filter(pk__in=list(ids)).select_related("person"), question.moment
        )
    }
    return Page([facts[pk] for pk in ids], total)


def people(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = PEOPLE.format(fact=FACT, **parts(question))
    times, total = fetch(select, "times DESC, person_id", code, question, offset, limit)
    persons = Person.objects.in_bulk(list(times))
    return Page([PersonBehind(persons[pk], number) for pk, number in times.items()], total)


def events(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = EVENTS.format(event=EVENT, **parts(question))
    ids, total = fetch(select, "day, activity_id", code, question, offset, limit)
    versions = ActivityVersion.objects.in_force(question.moment).filter(activity__in=list(ids))
    joined = versions.select_related("kind", "host", "country", "funder", "source", "recorded_by__person")
    by_activity = {version.activity_id: version for version in joined}
    return Page([by_activity[pk] for pk in ids], total)


def hotlines(code: Code, question: Question, offset: int, limit: int) -> Page:
    select = HOTLINES.format(visit=VISIT, **parts(question))
    times, total = fetch(select, "times DESC, hotline_id", code, question, offset, limit)
    found = Hotline.objects.select_related("country").in_bulk(list(times))
    return Page([HotlineBehind(found[pk], number) for pk, number in times.items()], total)


def parts(question: Question) -> dict[str, str]:
    return {"joins": joins(question), "condition": condition(question)}


def fetch(
    select: str, order: str, code: Code, question: Question, offset: int, limit: int
) -> tuple[dict[int, Any], int]:
    """One page of (id, what comes with it) in order, and how many rows there are in all."""
    sql = with_known(
        f"SELECT rows.*, (SELECT count(*) FROM ({select}) every) FROM ({select}) rows"
        f" ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"
    )
    values = {"kind": code.kind, "stage": code.stage, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters(question) | values)
        rows = cursor.fetchall()
    return {row[0]: row[1] for row in rows}, rows[0][-1] if rows else 0
