"""The lines that an import creates and changes, each with what it was before and what it becomes.

Read from the tables that the comparison has filled (records, difference), so that a list and the tallies
beside it cannot disagree. Both sides are texts of the register's own columns, without any of our keys.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

BATCH = 1_000


@dataclass(frozen=True)
class Change:
    """``before`` is empty for what is new; with ``kept`` both are, being for nobody to see."""

    file: str
    line: int
    record: str
    change: str
    before: dict[str, str]
    after: dict[str, str]
    kept: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


# One text for all affiliations of a person, in an order of their own.
AFFILIATIONS = """
SELECT a.ref, string_agg(concat_ws(', ', a.audience, coalesce(h.name, g.name), a.country_id,
           CASE WHEN num_nonnulls(a.from_on, a.until_on) > 0
                THEN concat(coalesce(a.from_on::text, '…'), ' – ', coalesce(a.until_on::text, '…')) END),
       '; ' ORDER BY a.from_on NULLS FIRST, a.until_on NULLS LAST, a.audience, h.name, g.name, a.country_id)
       AS listed
FROM {table} a
LEFT JOIN people_hotline h ON h.id = a.hotline_id
LEFT JOIN people_agency g ON g.id = a.agency_id
GROUP BY a.ref
"""
PEOPLE = f"""
SELECT 'people.csv', d.line, d.ref, d.change,
       CASE WHEN d.change = 'changed' THEN jsonb_build_object(
           'given_name', d.was_given_name, 'family_name', d.was_family_name, 'email', d.was_email,
           'affiliations', was.listed) END,
       jsonb_build_object('given_name', d.given_name, 'family_name', d.family_name, 'email', d.email,
           'affiliations', becomes.listed),
       false
FROM desired_person d
LEFT JOIN ({AFFILIATIONS.format(table="recorded_affiliation")}) was USING (ref)
LEFT JOIN ({AFFILIATIONS.format(table="desired_affiliation")}) becomes USING (ref)
WHERE d.change <> 'unchanged' ORDER BY d.line
"""
VERSION = """
jsonb_build_object(
    'kind', {v}.kind_id, 'title', {v}.title, 'status', {v}.status, 'mode', {v}.mode, 'place', {v}.place,
    'country', {v}.country_id, 'timezone', {v}.timezone, 'topics', array_to_string({v}.topics::text[], '; '),
    'starts_at', to_char({v}.starts_at AT TIME ZONE nullif({v}.timezone, ''), 'YYYY-MM-DD"T"HH24:MI:SS'),
    'ends_at', to_char({v}.ends_at AT TIME ZONE nullif({v}.timezone, ''), 'YYYY-MM-DD"T"HH24:MI:SS'),
    'host', (SELECT name FROM people_hotline WHERE id = {v}.host_id),
    'funder', (SELECT name FROM courses_funder WHERE id = {v}.funder_id))
"""
ACTIVITIES = f"""
SELECT 'activities.csv', d.line, d.ref, d.change,
       CASE WHEN d.change = 'changed' THEN {VERSION.format(v="v")} END, {VERSION.format(v="d")}, false
FROM desired_activity d
LEFT JOIN courses_activityversion v ON v.activity_id = d.id AND v.number = d.number
WHERE d.change <> 'unchanged' ORDER BY d.line
"""
# What each stage of a line says, as one text: when, as what, and how many where nobody is named.
STAGES = """
SELECT s.line, jsonb_object_agg(s.stage, concat_ws(', ',
           CASE WHEN s.absent THEN 'no' WHEN s.stage = 'attended' THEN 'yes' ELSE s.happened_on::text END,
           s.audience, coalesce(h.name, g.name), s.country_id,
           CASE WHEN t.person_id IS NULL THEN s.headcount::text END)) AS said
FROM {table} s JOIN touched t USING (line)
LEFT JOIN people_hotline h ON h.id = s.hotline_id
LEFT JOIN people_agency g ON g.id = s.agency_id
WHERE {holds} GROUP BY s.line
"""
BEFORE = STAGES.format(table="recorded_entry", holds="s.stands")
# A stage that the register leaves alone stays as it is.
STAYING = STAGES.format(
    table="recorded_entry",
    holds="s.stands AND (s.line, s.stage) NOT IN (SELECT line, stage FROM difference)",
)
AFTER = STAGES.format(table="desired_entry", holds="true")
PARTICIPATIONS = f"""
SELECT 'participations.csv', t.line,
       concat_ws(' · ', p.activity_id,
           coalesce(p.person_id, concat_ws(', ', p.audience, p.organisation, p.country))),
       CASE WHEN t.participation_id IS NULL OR was.line IS NULL THEN 'created' ELSE 'changed' END,
       was.said, coalesce(stays.said, '{{}}') || coalesce(becomes.said, '{{}}'),
       coalesce(n.hidden, false)
FROM touched t
JOIN staged_participation p USING (line)
LEFT JOIN (SELECT DISTINCT line FROM difference) d USING (line)
LEFT JOIN ({BEFORE}) was USING (line)
LEFT JOIN ({STAYING}) stays USING (line)
LEFT JOIN ({AFTER}) becomes USING (line)
LEFT JOIN courses_enrolment n ON n.participation_id = t.participation_id
WHERE t.participation_id IS NULL OR d.line IS NOT NULL
ORDER BY t.line
"""


def changes() -> Iterator[Change]:
    """File by file in the order of lines, within the transaction of the import; memory holds a batch.

    To be read before anything is applied: that fills in what is new.
    """
    for statement in (PEOPLE, ACTIVITIES, PARTICIPATIONS):
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement)
            while rows := cursor.fetchmany(BATCH):
                for file, line, record, change, before, after, kept in rows:
                    sides = ({}, {}) if kept else differing(said(before), said(after))
                    yield Change(file, line, record, change, *sides, kept)


def said(cells: str | None) -> dict[str, str]:
    found: dict[str, Any] = json.loads(cells) if cells else {}
    return {name: str(value) for name, value in found.items() if value not in (None, "")}


def differing(before: dict[str, str], after: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Of what was there before only the cells that change, and both sides in one order."""
    if not before:
        return {}, after
    names = [name for name in {**before, **after} if before.get(name, "") != after.get(name, "")]
    return {name: before.get(name, "") for name in names}, {name: after.get(name, "") for name in names}
