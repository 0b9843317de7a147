"""The facts behind a definition, from the relations that the counts are made of, and its counts by SQL."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.db import connection

from courses.enums import CountStage
from courses.kinds.figures import Activity, Asked, Definition, Facts, Key, Part, Tally
from courses.kinds.figures.definition import WHOLE
from courses.kinds.figures.paid import Paid
from courses.kinds.figures.proof import Content
from courses.kinds.figures.tally import ALL_PEOPLE, ALL_UNIDENTIFIED, standing_behind
from courses.queries.counts import count
from courses.queries.counts.reconciling import Line, Totals, check, distinct_totals, reconciled
from courses.queries.counts.sql import EVENT, FACT, condition, joins, parameters, with_known
from courses.queries.snapshots.definitions import question_of, statement_of

Kept = dict[str, Any]
# What a fact is counted by, beside what the relation says; the aliases must not be those of a filter's joins.
ENTRY = """
SELECT x.id, x.participation_id, x.activity_id, x.stage, x.person_id, x.headcount, e.happened_on, x.audience,
       own_hotline.name, x.country_id, nullif(own_country.region, ''),
       coalesce(kept.grants, '{{}}'), coalesce(kept.work_packages, '{{}}')
FROM ({fact}) x JOIN courses_entry e ON e.id = x.id
LEFT JOIN people_hotline own_hotline ON own_hotline.id = x.hotline_id
LEFT JOIN people_country own_country ON own_country.code = x.country_id
LEFT JOIN paid kept ON kept.participation_id = x.participation_id
{joins} WHERE {condition} {narrowed}
"""
EVENTS = "SELECT x.activity_id FROM ({event}) x {joins} WHERE {condition} {narrowed}"
ACTIVITIES = """
SELECT a.activity_id, a.kind_id, k.between_hotlines, a.status, a.starts_on, host.name, a.country_id,
       nullif(region.region, ''), funder.name, a.topics, nullif(a.mode, ''),
       coalesce(said.grants, '{}'), coalesce(said.work_packages, '{}'),
       coalesce(visitors.grants, '{}'), coalesce(visitors.work_packages, '{}')
FROM activity a JOIN courses_activitykind k ON k.code = a.kind_id
LEFT JOIN people_hotline host ON host.id = a.host_id
LEFT JOIN people_country region ON region.code = a.country_id
LEFT JOIN courses_funder funder ON funder.id = a.funder_id
LEFT JOIN paid said ON said.activity_id = a.activity_id AND said.participation_id IS NULL
LEFT JOIN visitors ON visitors.activity_id = a.activity_id
WHERE a.activity_id = ANY (%(ids)s)
"""
# What paid for single participations of each activity.
VISITORS = """
SELECT activity_id, array_agg(DISTINCT g ORDER BY g) AS grants,
       coalesce(array_agg(DISTINCT w ORDER BY w) FILTER (WHERE w IS NOT NULL), '{}') AS work_packages
FROM paid CROSS JOIN LATERAL unnest(grants) g LEFT JOIN LATERAL unnest(work_packages) w ON true
WHERE participation_id IS NOT NULL GROUP BY activity_id
"""


def content(definition: Definition, moment: dt.datetime | None = None) -> Content:
    """Counts, entry ids and facts as known before ``moment`` (UTC; None is now)."""
    return Content.of(definition, facts(definition, moment))


def facts(definition: Definition, moment: dt.datetime | None = None) -> Facts:
    """The facts that its numbers are made of; persons by their id, merged ones by the survivor's.

    Two queries for each line of the definition, and one for all their activities.
    """
    parts: dict[int, Part] = {}
    events: set[int] = set()
    for asked in definition.asked:
        question = question_of(definition, asked, moment)
        parts |= {part.id: part for part in _parts(asked, question)}
        if asked.stage in ("", CountStage.HELD) and not asked.about_audience:
            events |= set(_events(asked, question))
    activities = {part.activity for part in parts.values()} | events
    found = known(activities, question_of(definition, definition.asked[0], moment))
    # SQL was asked by kind and stage, and a unit may want less.
    every = Facts.of(found, parts.values())
    return standing_behind(Tally.of(definition, every), every)


def _parts(asked: Asked, question: Any) -> Iterator[Part]:
    """Visits are attendances: a line about what was held takes those, too."""
    stage = "attended" if asked.stage == CountStage.HELD else asked.stage
    select = ENTRY.format(fact=FACT, narrowed=_narrowed(asked.kind, stage), **_question_sql(question))
    with connection.cursor() as cursor:
        cursor.execute(with_known(select), parameters(question) | {"kind": asked.kind, "stage": stage})
        for row in cursor.fetchall():
            yield part_of(row)


def part_of(row: tuple[Any, ...]) -> Part:
    """From the columns of ENTRY, in their order."""
    *said, audience, hotline, country, region, grants, work_packages = row
    pk, participation, activity, stage, person, headcount, day = said
    return Part(
        pk,
        participation,
        activity,
        stage,
        person,
        headcount,
        _day(day),
        audience,
        hotline,
        country,
        region,
        Paid.of(grants, work_packages),
    )


def _events(asked: Asked, question: Any) -> Iterator[int]:
    select = EVENTS.format(event=EVENT, narrowed=_narrowed(asked.kind, ""), **_question_sql(question))
    with connection.cursor() as cursor:
        cursor.execute(with_known(select), parameters(question) | {"kind": asked.kind})
        yield from (row[0] for row in cursor.fetchall())


def _narrowed(kind: str, stage: str) -> str:
    return " ".join(
        [*(["AND x.kind = %(kind)s"] if kind else []), *(["AND x.stage = %(stage)s"] if stage else [])]
    )


def _question_sql(question: Any) -> dict[str, str]:
    return {"joins": joins(question.broken_down_by(None)), "condition": condition(question)}


def known(activities: Iterable[int], question: Any) -> list[Activity]:
    """What was known of these activities at the question's moment; withdrawn ones are left out."""
    with connection.cursor() as cursor:
        values = parameters(question) | {"ids": sorted(activities)}
        cursor.execute(with_known(ACTIVITIES, visitors=VISITORS), values)
        return [
            replace(activity_of(row[:-4]), paid=Paid.of(*row[-4:-2]), visitors=Paid.of(*row[-2:]))
            for row in cursor.fetchall()
        ]


def activity_of(row: tuple[Any, ...]) -> Activity:
    """From the first columns of ACTIVITIES, in their order: what its version says."""
    pk, kind, between, status, day, host, country, region, funder, topics, mode = row
    return Activity(pk, kind, between, status, _day(day), host, country, region, funder, tuple(topics), mode)


def _day(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None


def counted(definition: Definition, moment: dt.datetime | None = None) -> dict[Key, int]:
    """The same numbers as the content's, by the code that answers every page and download."""
    if definition.is_statement:
        return _stated(definition, moment)
    (asked,) = definition.asked
    return {
        Key(1, str(row.code), row.value or ""): row.number
        for row in count(question_of(definition, asked, moment))
        if not asked.unit
        or (row.code.kind, row.code.stage, row.code.unit) == (asked.kind, asked.stage, asked.unit)
    }


def _stated(definition: Definition, moment: dt.datetime | None) -> dict[Key, int]:
    """Raises UnknownValue for a kind, dimension or value that the network does not have."""
    statement, question = statement_of(definition), question_of(definition, Asked(), moment)
    check(statement, question)
    totals = distinct_totals(statement, question)
    every = totals.get(None, Totals())
    numbers = {Key(WHOLE, ALL_PEOPLE): every.people, Key(WHOLE, ALL_UNIDENTIFIED): every.unidentified}
    for number, line in enumerate(statement.lines):
        if line.code.of_taking_part:
            numbers |= _line(number + 1, line, totals.get(number, Totals()))
        else:
            value = reconciled(line, question, Totals()).value
            numbers[Key(number + 1, str(line.code))] = value
    return {key: number for key, number in numbers.items() if number}


def _line(number: int, line: Line, totals: Totals) -> dict[Key, int]:
    units = {
        "participations": totals.participations,
        "people": totals.people,
        "unidentified": totals.unidentified,
    }
    return {Key(number, f"{line.code.kind}.{line.code.stage}.{unit}"): value for unit, value in units.items()}


def read_counts(counts: Iterable[Kept]) -> dict[Key, int]:
    """Counts as they are kept in JSON."""
    return {Key(one["line"], one["code"], one["value"] or ""): one["number"] for one in counts}
