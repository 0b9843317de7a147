"""The same answers in plain SQL, written by hand for one question each: what the program is held against.

No as-of and no chain of merges, which the benchmark's rows do not have either: whoever wrote such a query for
one year would leave them out.
"""

from collections.abc import Iterator

from django.db import connection

VERSION = """
WITH version AS (
    SELECT DISTINCT ON (activity_id) * FROM courses_activityversion ORDER BY activity_id, number DESC
)
"""
STANDING = """
FROM courses_entry e JOIN version v USING (activity_id)
LEFT JOIN courses_reversal r ON r.entry_id = e.id
LEFT JOIN people_personmerge m ON m.duplicate_id = e.person_id AND m.undone_at IS NULL
WHERE r.entry_id IS NULL AND NOT e.absent AND NOT v.withdrawn AND (
    (e.stage = 'enrolled' AND v.status <> 'cancelled'
        AND e.happened_on BETWEEN '{first}-01-01' AND '{last}-12-31')
    OR (e.stage = 'completed' AND e.happened_on BETWEEN '{first}-01-01' AND '{last}-12-31')
    OR (e.stage = 'attended' AND v.status = 'held'
        AND v.starts_at AT TIME ZONE 'Europe/Amsterdam' >= '{first}-01-01'
        AND v.starts_at AT TIME ZONE 'Europe/Amsterdam' < '{last}-12-31'::date + 1))
"""
HELD = """
FROM version v
WHERE v.status = 'held' AND NOT v.withdrawn
    AND v.starts_at AT TIME ZONE 'Europe/Amsterdam' >= '{first}-01-01'
    AND v.starts_at AT TIME ZONE 'Europe/Amsterdam' < '{last}-12-31'::date + 1
"""
TAKING_PART = f"""
{VERSION}
SELECT v.kind_id, e.stage, {{value}}, sum(e.headcount), {{people}},
       coalesce(sum(e.headcount) FILTER (WHERE e.person_id IS NULL), 0)
{STANDING} GROUP BY 1, 2, 3
"""
PEOPLE = "count(DISTINCT coalesce(m.survivor_id, e.person_id))"
EVENTS = f"""
UNION ALL SELECT v.kind_id, 'held', {{of_event}}, count(*), NULL, NULL {HELD} GROUP BY 1, 3
"""
HOTLINES = f"""
UNION ALL
SELECT kind_id, 'held', value, NULL, count(DISTINCT hotline_id), NULL FROM (
    SELECT v.kind_id, v.host_id AS hotline_id, {{of_event}} AS value {HELD}
        AND v.kind_id = 'exchange' AND v.host_id IS NOT NULL
    UNION ALL
    SELECT v.kind_id, e.hotline_id, {{value}} {STANDING}
        AND v.kind_id = 'exchange' AND e.stage = 'attended' AND e.audience = 'hotline'
) visits GROUP BY 1, 3
"""
HOTLINE_NAME = "(SELECT name FROM people_hotline h WHERE h.id = {})"
REGION = "(SELECT nullif(region, '') FROM people_country c WHERE c.code = {})"
FUNDER = "(SELECT name FROM courses_funder f WHERE f.id = v.funder_id)"
GRANT = "paid.grant"
WORK_PACKAGE = "paid.work_package"
# Several may have paid for an activity. The benchmark's rows have no visitor with one of their own.
PAID = {
    "grant": "g.name AS grant FROM courses_grant g WHERE g.id = ANY (f.grants)",
    "work_package": "g.name || ' · ' || p.code AS work_package FROM courses_workpackage p"
    " JOIN courses_grant g ON g.id = p.grant_id WHERE p.id = ANY (f.work_packages)",
}
PAYING = """
LEFT JOIN LATERAL (SELECT grants, work_packages FROM courses_funding
    WHERE activity_id = v.activity_id AND participation_id IS NULL ORDER BY number DESC LIMIT 1) f ON true
LEFT JOIN LATERAL (SELECT {paid}) paid ON true
WHERE"""
STARTS = "(v.starts_at AT TIME ZONE 'Europe/Amsterdam')::date"
# By dimension: the value of an entry, and that of an event.
VALUES = {
    None: ("NULL::text", "NULL::text"),
    "audience": ("e.audience", ""),
    "hotline": (HOTLINE_NAME.format("e.hotline_id"), HOTLINE_NAME.format("v.host_id")),
    "country": ("e.country_id", "v.country_id"),
    "region": (REGION.format("e.country_id"), REGION.format("v.country_id")),
    "funder": (FUNDER, FUNDER),
    "grant": (GRANT, GRANT),
    "work_package": (WORK_PACKAGE, WORK_PACKAGE),
    "topic": ("topic", "topic"),
    "mode": ("nullif(v.mode, '')", "nullif(v.mode, '')"),
    "month": (
        f"to_char(CASE WHEN e.stage = 'attended' THEN {STARTS} ELSE e.happened_on END, 'YYYY-MM')",
        f"to_char({STARTS}, 'YYYY-MM')",
    ),
    "year": (
        f"to_char(CASE WHEN e.stage = 'attended' THEN {STARTS} ELSE e.happened_on END, 'YYYY')",
        f"to_char({STARTS}, 'YYYY')",
    ),
}
FACTS = f"""
{VERSION}
SELECT e.id, count(*) OVER () {STANDING} AND v.kind_id = '{{kind}}' AND e.stage = '{{stage}}'
ORDER BY coalesce(e.happened_on, v.starts_at::date) DESC, e.id LIMIT 50 OFFSET {{offset}}
"""
BEHIND_PEOPLE = f"""
{VERSION}
SELECT coalesce(m.survivor_id, e.person_id), count(*), count(*) OVER () {STANDING}
    AND v.kind_id = '{{kind}}' AND e.stage = '{{stage}}' AND e.person_id IS NOT NULL
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50
"""
PERSON = f"""
{VERSION}
SELECT e.*, v.* FROM courses_entry e JOIN version v USING (activity_id) WHERE e.person_id = {{person}}
"""
# The statement of 2023: every line's participations and people, and the people behind all of them.
STATEMENT = f"""
{VERSION},
line AS (
    SELECT v.kind_id, e.headcount, coalesce(m.survivor_id, e.person_id) AS person {STANDING} AND (
        (v.kind_id = 'basic' AND e.stage = 'attended') OR (v.kind_id = 'advanced' AND e.stage = 'completed')
        OR (v.kind_id = 'online' AND e.stage = 'enrolled')
        OR (v.kind_id = 'law_enforcement' AND e.stage = 'attended' AND e.audience = 'law_enforcement'))
)
SELECT kind_id, sum(headcount), count(DISTINCT person) FROM line GROUP BY 1
UNION ALL SELECT NULL, sum(headcount), count(DISTINCT person) FROM line
"""

Row = tuple[str, str, str | None, int | None, int | None, int | None]


def run(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[object, ...]] = cursor.fetchall()
    return found


def span(year: int | None) -> dict[str, int]:
    return {"first": year or 1900, "last": year or 9998}


def counts(dimension: str | None, year: int | None, *, only_adding_up: bool = False) -> str:
    """The counts of a year, None for all there are; audience does not apply to events.

    Only those that add up are asked without people and hotlines, as the program asks for its charts.
    """
    value, of_event = VALUES[dimension]
    parts = [
        TAKING_PART,
        *([EVENTS] if of_event else []),
        *([] if only_adding_up or not of_event else [HOTLINES]),
    ]
    people = "NULL::bigint" if only_adding_up else PEOPLE
    sql = "".join(parts).format(value=value, of_event=of_event, people=people, **span(year))
    if dimension == "topic":
        # An activity may have several.
        sql = sql.replace("\nWHERE", "\nLEFT JOIN LATERAL unnest(v.topics) topic ON true\nWHERE")
    if dimension in PAID:
        sql = sql.replace("\nWHERE", PAYING.format(paid=PAID[dimension]))
    return sql


def facts(kind: str, stage: str, year: int, offset: int) -> str:
    return FACTS.format(kind=kind, stage=stage, offset=offset, **span(year))


def people(kind: str, stage: str, year: int) -> str:
    return BEHIND_PEOPLE.format(kind=kind, stage=stage, **span(year))


def statement(year: int) -> str:
    return STATEMENT.format(**span(year))


def person(number: int) -> str:
    return PERSON.format(person=number)


def numbers(rows: list[Row]) -> set[tuple[str, str | None, int]]:
    """The rows as (code, value, number), to be held against the program's own counts."""
    return set(_numbers(rows))


def _numbers(rows: list[Row]) -> Iterator[tuple[str, str | None, int]]:
    for kind, stage, value, *found in rows:
        units = ("events", "hotlines") if stage == "held" else ("participations", "people", "unidentified")
        for unit, number in zip(units, found, strict=False):
            if number:
                yield f"{kind}.{stage}.{unit}", value, int(number)
