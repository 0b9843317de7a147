"""The SQL that every count, list of facts and reconciliation is put together from.

One relation, `fact`, says what counts; counting groups it and opening a number lists it, so the two
cannot disagree. Everything is read as known before one moment.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from courses.enums import Dimension
from courses.queries.counts.question import Question

# `moment` bounds what was known; the reporting zone turns an activity's start into its day.
KNOWN = """
merge AS (
    SELECT duplicate_id, survivor_id FROM people_personmerge
    WHERE recorded_at < %(moment)s AND (undone_at IS NULL OR undone_at >= %(moment)s)
),
chain (person_id, survivor_id) AS (
    SELECT duplicate_id, survivor_id FROM merge
    UNION
    SELECT c.person_id, m.survivor_id FROM chain c JOIN merge m ON m.duplicate_id = c.survivor_id
),
same_person AS (
    SELECT person_id, survivor_id FROM chain
    WHERE survivor_id NOT IN (SELECT duplicate_id FROM merge)
),
activity AS (
    SELECT *, (starts_at AT TIME ZONE %(zone)s)::date AS starts_on
    FROM (
        SELECT DISTINCT ON (activity_id) * FROM courses_activityversion
        WHERE recorded_at < %(moment)s ORDER BY activity_id, number DESC
    ) latest
    WHERE NOT withdrawn
),
-- Two merged records in one room are one participation: the earliest, and the survivor's of two equal ones;
-- then what they are counted by, since ids follow the order of a register's lines.
member AS (
    SELECT person_id, survivor_id FROM same_person
    UNION SELECT survivor_id, survivor_id FROM same_person
),
doubled AS (
    SELECT id FROM (
        SELECT e.id, row_number() OVER (
            PARTITION BY e.activity_id, e.stage, m.survivor_id
            ORDER BY e.happened_on, e.person_id <> m.survivor_id,
                     e.audience, e.hotline_id, e.country_id, e.id
        ) AS place
        FROM courses_entry e JOIN member m USING (person_id)
        -- Says the same once more, as an array: few are merged, and the index on persons finds their entries.
        WHERE e.person_id = ANY (ARRAY(SELECT person_id FROM member)) AND e.recorded_at < %(moment)s
          AND NOT e.absent AND NOT EXISTS (
            SELECT FROM courses_reversal r WHERE r.entry_id = e.id AND r.recorded_at < %(moment)s)
    ) ranked WHERE place > 1
),
-- What was said last of who paid, by the names that counts write; a row without a participation is about
-- the activity itself.
paid AS (
    SELECT activity_id, participation_id,
           ARRAY(SELECT g.name FROM courses_grant g WHERE g.id = ANY (said.grants) ORDER BY 1) AS grants,
           ARRAY(SELECT g.name || ' · ' || p.code
                 FROM courses_workpackage p JOIN courses_grant g ON g.id = p.grant_id
                 WHERE p.id = ANY (said.work_packages) ORDER BY 1) AS work_packages
    FROM (
        SELECT DISTINCT ON (activity_id, participation_id) * FROM courses_funding
        WHERE recorded_at < %(moment)s ORDER BY activity_id, participation_id, number DESC
    ) said
    WHERE grants <> '{}'
),
paid_event AS (
    SELECT activity_id, array_agg(DISTINCT g) AS grants,
           coalesce(array_agg(DISTINCT w) FILTER (WHERE w IS NOT NULL), '{}') AS work_packages
    FROM paid CROSS JOIN LATERAL unnest(grants) g LEFT JOIN LATERAL unnest(work_packages) w ON true
    GROUP BY activity_id
)
"""
FACT = """
SELECT e.id, e.participation_id, a.kind_id AS kind, e.stage, e.activity_id,
       coalesce(s.survivor_id, e.person_id) AS person_id, e.headcount, e.audience, e.hotline_id,
       e.agency_id, e.country_id, a.funder_id, a.topics, a.mode,
       CASE e.stage WHEN 'attended' THEN a.starts_on ELSE e.happened_on END AS day
FROM courses_entry e
JOIN activity a USING (activity_id)
LEFT JOIN same_person s ON s.person_id = e.person_id
WHERE e.recorded_at < %(moment)s AND NOT e.absent
  AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id AND r.recorded_at < %(moment)s)
  AND e.id NOT IN (SELECT id FROM doubled)
  AND (NOT %(leaves_out_unseen)s OR e.participation_id NOT IN (
    SELECT participation_id FROM courses_enrolment WHERE hidden))
  AND (
    (e.stage = 'enrolled' AND a.status <> 'cancelled' AND e.happened_on BETWEEN %(first)s AND %(last)s)
    OR (e.stage = 'attended' AND a.status = 'held' AND a.starts_on BETWEEN %(first)s AND %(last)s)
    OR (e.stage = 'completed' AND e.happened_on BETWEEN %(first)s AND %(last)s)
  )
"""
EVENT = """
SELECT activity_id, NULL::bigint AS participation_id, kind_id AS kind, host_id AS hotline_id, country_id,
       funder_id, topics, mode, starts_on AS day
FROM activity WHERE status = 'held' AND starts_on BETWEEN %(first)s AND %(last)s
"""
VISIT_COLUMNS = "activity_id, participation_id, kind, hotline_id, country_id, funder_id, topics, mode, day"
# Hosts by the activity, visitors by their attendance; only kinds that are visits between hotlines.
VISIT = f"""
SELECT v.* FROM (
    SELECT {VISIT_COLUMNS} FROM ({EVENT}) e
    WHERE hotline_id IS NOT NULL
    UNION ALL
    SELECT {VISIT_COLUMNS} FROM ({FACT}) f
    WHERE f.stage = 'attended' AND f.audience = 'hotline'
) v JOIN courses_activitykind k ON k.code = v.kind AND k.between_hotlines
"""


@dataclass(frozen=True)
class Part:
    """How a dimension is read from a relation x: what to join, and the value to group or filter by.

    Of a dimension with several values a filter looks into ``array`` and joins only ``join``; a breakdown
    takes it apart, into ``value``.
    """

    value: str
    join: str = ""
    array: str = ""

    @property
    def apart(self) -> str:
        return f"LEFT JOIN LATERAL unnest({self.array}) AS {self.value.replace('.', ' (')}) ON true"

    @property
    def broken_down(self) -> list[str]:
        return [self.join, self.apart] if self.array else [self.join]


# Whoever has a funding of their own comes under that, and everybody else under the activity's; the activity
# itself under all of them.
PAYING = """
LEFT JOIN paid own_paid ON own_paid.participation_id = x.participation_id
LEFT JOIN paid all_paid ON all_paid.activity_id = x.activity_id AND all_paid.participation_id IS NULL
LEFT JOIN paid_event ON paid_event.activity_id = x.activity_id AND x.participation_id IS NULL
"""
PAID_BY = "coalesce(paid_event.{0}, own_paid.{0}, all_paid.{0}, '{{}}')"
PARTS: dict[str, Part] = {
    Dimension.AUDIENCE: Part("x.audience"),
    Dimension.HOTLINE: Part("hotline.name", "LEFT JOIN people_hotline hotline ON hotline.id = x.hotline_id"),
    Dimension.COUNTRY: Part("x.country_id"),
    Dimension.REGION: Part(
        "nullif(country.region, '')", "LEFT JOIN people_country country ON country.code = x.country_id"
    ),
    Dimension.FUNDER: Part("funder.name", "LEFT JOIN courses_funder funder ON funder.id = x.funder_id"),
    Dimension.GRANT: Part("by_grant.name", PAYING, PAID_BY.format("grants")),
    Dimension.WORK_PACKAGE: Part("by_work_package.name", PAYING, PAID_BY.format("work_packages")),
    Dimension.TOPIC: Part("topic.name", "", "x.topics"),
    Dimension.MODE: Part("nullif(x.mode, '')"),
    Dimension.MONTH: Part("to_char(x.day, 'YYYY-MM')"),
}
# Only for holding years against each other; a year is a span of its own, so nobody filters by it.
YEAR = "year"
PARTS[YEAR] = Part("to_char(x.day, 'YYYY')")


def parameters(question: Question) -> dict[str, Any]:
    """What the relations above are filled with; values only ever travel as parameters."""
    return {
        "moment": question.moment or "infinity",
        "zone": settings.REPORTING_ZONE,
        "first": question.span.first,
        "last": question.span.last,
        "leaves_out_unseen": question.leaves_out_unseen,
        **{f"where_{number}": value for number, (_dimension, value) in enumerate(question.where)},
    }


def joins(question: Question) -> str:
    """The joins that the question's filters and breakdown need, each once."""
    wanted = [PARTS[dimension].join for dimension, _value in question.where]
    if question.by:
        wanted += PARTS[question.by].broken_down
    return "\n".join(dict.fromkeys(wanted))


def group(question: Question) -> str:
    return PARTS[question.by].value if question.by else "NULL::text"


def condition(question: Question) -> str:
    """The filters of the question on a relation x; an empty value asks for none."""
    filters = (one_filter(number, *pair) for number, pair in enumerate(question.where))
    return " AND ".join(["true", *filters])


def one_filter(number: int, dimension: str, value: str) -> str:
    if array := PARTS[dimension].array:
        return f"%(where_{number})s = ANY ({array})" if value else f"{array} = '{{}}'"
    column = PARTS[dimension].value
    return f"{column} = %(where_{number})s" if value else f"{column} IS NULL"


def with_known(select: str, **relations: str) -> str:
    """A query that may use the relations above, and further ones of its own by name, each read once."""
    own = "".join(f",\n{name} AS MATERIALIZED ({sql})" for name, sql in relations.items())
    return f"WITH RECURSIVE {KNOWN}{own}\n{select}"
