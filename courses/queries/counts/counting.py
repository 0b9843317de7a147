"""Ask the ledger for counts."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection
from django.db.models import Min

from courses.enums import Dimension
from courses.models import Entry
from courses.queries.counts.definitions import Code
from courses.queries.counts.question import Question
from courses.queries.counts.sql import (
    EVENT,
    FACT,
    VISIT,
    condition,
    group,
    joins,
    parameters,
    with_known,
)
from lms.kit.moment import RECORDING_LOCK

# Grouped by person first: a hash finds different people faster than count(DISTINCT) sorts them.
TAKING_PART = """
SELECT kind, stage, value, unit, number FROM (
    SELECT kind, stage, value, sum(places) AS participations, count(person_id) AS people,
           coalesce(sum(places) FILTER (WHERE person_id IS NULL), 0) AS unidentified
    FROM (
        SELECT x.kind, x.stage, {group} AS value, x.person_id, sum(x.headcount) AS places
        FROM ({fact}) x {joins} WHERE {condition}
        GROUP BY 1, 2, 3, 4
    ) by_person GROUP BY kind, stage, value
) counted CROSS JOIN LATERAL (
    VALUES ('participations', participations), ('people', people), ('unidentified', unidentified)
) AS units (unit, number)
"""
# What adds up needs nobody told apart from anybody.
ADDING_UP = """
SELECT kind, stage, value, unit, number FROM (
    SELECT x.kind, x.stage, {group} AS value, sum(x.headcount) AS participations,
           coalesce(sum(x.headcount) FILTER (WHERE x.person_id IS NULL), 0) AS unidentified
    FROM ({fact}) x {joins} WHERE {condition} GROUP BY 1, 2, 3
) counted CROSS JOIN LATERAL (
    VALUES ('participations', participations), ('unidentified', unidentified)
) AS units (unit, number)
"""
HELD = """
SELECT x.kind, 'held', {group}, '{unit}', count({counted})
FROM ({relation}) x {joins} WHERE {condition} GROUP BY 1, 3
"""


@dataclass(frozen=True)
class Count:
    """One number. ``value`` is the breakdown's: a hotline's name, a country's code, 2023-05; None is none."""

    code: Code
    value: str | None
    number: int


def count(question: Question, *, only_adding_up: bool = False) -> list[Count]:
    """Every count of the question that is not zero, in the order of code and value. One query.

    ``only_adding_up`` leaves out people and hotlines, which are half of the work.
    """
    if question.moment:
        settle(question.moment)
    with connection.cursor() as cursor:
        cursor.execute(with_known(counting_sql(question, only_adding_up)), parameters(question))
        rows = cursor.fetchall()
    # A breakdown has many rows of few codes.
    code = cache(Code)
    return [
        Count(code(kind, stage, unit), value, int(number))
        for kind, stage, value, unit, number in rows
        if number
    ]


def counting_sql(question: Question, only_adding_up: bool) -> str:
    parts = {"group": group(question), "joins": joins(question), "condition": condition(question)}
    taking_part = ADDING_UP if only_adding_up else TAKING_PART
    selects = [taking_part.format(fact=FACT, **parts)]
    if Dimension.AUDIENCE not in {question.by, *question.filtered_by}:
        # Audience does not apply to events: a number under that heading would not be what it says.
        selects.append(HELD.format(unit="events", counted="*", relation=EVENT, **parts))
        if not only_adding_up:
            hotlines = "DISTINCT x.hotline_id"
            selects.append(HELD.format(unit="hotlines", counted=hotlines, relation=VISIT, **parts))
    return "\nUNION ALL\n".join(selects) + "\nORDER BY 1, 2, 4, 3 NULLS LAST"


def settle(moment: dt.datetime) -> None:
    """Wait until nothing can appear any more that was recorded before ``moment``.

    Whoever is appending holds the recording lock shared since before its moment was taken.
    """
    if moment > dt.datetime.now(dt.UTC):
        return
    settled_now()


def settled_now() -> dt.datetime:
    """This very moment by the database's clock (UTC), when nothing older can appear any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(%(lock)s), clock_timestamp(), pg_advisory_unlock(%(lock)s)",
            {"lock": RECORDING_LOCK},
        )
        moment: dt.datetime = cursor.fetchone()[1]
    return moment.astimezone(dt.UTC)


def counted_elsewhere() -> list[int]:
    """The entries of merged records that do not count now, since another one of the same person does."""
    with connection.cursor() as cursor:
        values = {"moment": "infinity", "zone": settings.REPORTING_ZONE}
        cursor.execute(with_known("SELECT id FROM doubled"), values)
        return [row[0] for row in cursor.fetchall()]


def nothing_known_before(moment: dt.datetime) -> bool:
    """Whether the ledger held no fact yet: an as-of before the first one knows nothing."""
    return not Entry.objects.filter(recorded_at__lt=moment).exists()


def first_recorded_at() -> dt.datetime | None:
    """When this system learned its first fact. It reads the whole ledger."""
    found: dt.datetime | None = Entry.objects.aggregate(first=Min("recorded_at"))["first"]
    return found
