"""What must hold between lines, and against what the network already knows: all in SQL, all in one go.

Each rule is a SELECT of (line, column_name, value, code, params); the lines it finds are rejected. Rules
run in order, since a line that leans on a rejected one is rejected too.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from courses.actions.imports.staging import TABLES


@dataclass(frozen=True)
class Rule:
    file: str
    select: str


# What makes two lines be about one thing: a person's participation, or a head count of one organisation.
SAME_ACTIVITY = "activity_id"
SAME_PARTICIPATION = """activity_id, coalesce(person_id, ''), CASE WHEN person_id IS NULL
    THEN concat_ws(E'\x1f', audience, coalesce(organisation, ''), country) ELSE '' END"""
# A line whose person cannot be read is no head count, and one whose agency cannot be read may be of any.
TOLD = """NOT EXISTS (
    SELECT FROM staged_problem q WHERE q.file = 'participations.csv' AND q.line = t.line
    AND (q.column_name = 'person_id'
         OR t.person_id IS NULL AND q.column_name IN ('audience', 'organisation', 'country')))"""
# No line is held against every other one: two hundred thousand may be about the same thing.
TWO_LINES = """
    SELECT line, 'activity_id', activity_id, 'two_lines',
           jsonb_build_object('line', CASE WHEN line = first THEN last ELSE first END)
    FROM (
        SELECT line, activity_id, broken, min(line) OVER thing AS first, max(line) OVER thing AS last
        FROM {table} t WHERE NOT repeated AND activity_id IS NOT NULL AND {told}
        WINDOW thing AS (PARTITION BY {same})
    ) about WHERE first < last AND NOT broken
"""
# In the order of their first days, a line overlaps one before it if any of those ends after it begins, and
# one after it if the next begins before it ends. Days are numbers here; an open end is further than any.
OVERLAP = """
    SELECT line, 'organisation', coalesce(organisation, ''), 'overlap',
           jsonb_build_object('line', CASE WHEN first <= latest[1] THEN latest[2] ELSE next_line END)
    FROM (
        SELECT line, organisation, first, last, lead(first) OVER place AS next_first,
               lead(line) OVER place AS next_line,
               max(ARRAY[last, line]) OVER (place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
        FROM (SELECT *, coalesce(from_on - date '1900-01-01', -1) AS first,
                     coalesce(until_on - date '1900-01-01', 10000000) AS last
              FROM staged_person WHERE NOT broken AND NOT repeated) held
        WINDOW place AS (
            PARTITION BY person_id, audience = 'hotline', organisation,
                         CASE WHEN audience <> 'hotline' THEN country END,
                         CASE WHEN organisation IS NULL THEN audience END
            ORDER BY first, line)
    ) placed WHERE first <= latest[1] OR next_first <= last
"""
# The rejected lines of a person or an activity, one for each, so that what leans on them stays short.
BROKEN_PERSON = "(SELECT person_id, min(line) AS line FROM staged_person WHERE broken GROUP BY person_id)"
BROKEN_ACTIVITY = """
    (SELECT activity_id, min(line) AS line FROM staged_activity WHERE broken GROUP BY activity_id)
"""

REPEATS = {
    "staged_person": ["person_id"],
    "staged_activity": ["activity_id"],
    "staged_participation": ["activity_id", "person_id"],
}

PEOPLE = [
    Rule("people.csv", """
        SELECT line, 'organisation', organisation, 'unknown_hotline', '{}'::jsonb FROM staged_person s
        WHERE audience = 'hotline' AND organisation IS NOT NULL AND NOT repeated
          AND NOT EXISTS (SELECT FROM people_hotline h WHERE h.name = s.organisation)
    """),
    Rule("people.csv", OVERLAP),
    Rule("people.csv", f"""
        SELECT a.line, 'person_id', a.person_id, 'sibling_rejected', jsonb_build_object('line', b.line)
        FROM staged_person a JOIN {BROKEN_PERSON} b USING (person_id)
        WHERE NOT a.broken AND NOT a.repeated
    """),
]  # fmt: skip

ACTIVITIES = [
    Rule("activities.csv", TWO_LINES.format(table="staged_activity", same=SAME_ACTIVITY, told="true")),
    Rule("activities.csv", """
        SELECT line, 'host', host, 'unknown_hotline', '{}'::jsonb FROM staged_activity s
        WHERE host IS NOT NULL AND NOT repeated
          AND NOT EXISTS (SELECT FROM people_hotline h WHERE h.name = s.host)
    """),
]  # fmt: skip

PARTICIPATIONS = [
    Rule("participations.csv",
         TWO_LINES.format(table="staged_participation", same=SAME_PARTICIPATION, told=TOLD)),
    Rule("participations.csv", f"""
        SELECT p.line, 'activity_id', p.activity_id, 'leans_on_activity', jsonb_build_object('line', a.line)
        FROM staged_participation p JOIN {BROKEN_ACTIVITY} a USING (activity_id)
        WHERE NOT p.repeated
    """),
    Rule("participations.csv", """
        SELECT p.line, 'activity_id', p.activity_id, 'unknown_activity', '{}'::jsonb
        FROM staged_participation p
        WHERE NOT p.repeated AND p.activity_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM staged_activity a WHERE a.activity_id = p.activity_id)
          AND NOT EXISTS (SELECT FROM activity_now n WHERE n.ref = p.activity_id)
    """),
    Rule("participations.csv", f"""
        SELECT p.line, 'person_id', p.person_id, 'leans_on_person', jsonb_build_object('line', s.line)
        FROM staged_participation p JOIN {BROKEN_PERSON} s USING (person_id)
        WHERE NOT p.repeated
    """),
    Rule("participations.csv", """
        SELECT p.line, 'person_id', p.person_id, 'unknown_person', '{}'::jsonb
        FROM staged_participation p
        WHERE NOT p.repeated AND p.person_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM staged_person s WHERE s.person_id = p.person_id)
          AND NOT EXISTS (SELECT FROM people_person k WHERE k.register_id = p.person_id)
    """),
    Rule("participations.csv", """
        SELECT p.line, 'attended', p.attended, 'attended_self_paced', '{}'::jsonb
        FROM staged_participation p JOIN activity_now n ON n.ref = p.activity_id
        WHERE NOT p.repeated AND p.attended IS NOT NULL AND n.starts_on IS NULL
    """),
    Rule("participations.csv", """
        SELECT p.line, 'completed_on', p.completed_on::text, 'completed_cancelled', '{}'::jsonb
        FROM staged_participation p JOIN activity_now n ON n.ref = p.activity_id
        WHERE NOT p.repeated AND p.completed_on IS NOT NULL AND n.status = 'cancelled'
    """),
    Rule("participations.csv", """
        SELECT line, 'organisation', organisation, 'unknown_hotline', '{}'::jsonb FROM staged_participation s
        WHERE audience = 'hotline' AND organisation IS NOT NULL AND NOT repeated
          AND NOT EXISTS (SELECT FROM people_hotline h WHERE h.name = s.organisation)
    """),
]  # fmt: skip

# The activities that participations can lean on: the register's own, else what is known.
ACTIVITY_NOW = """
CREATE TEMP TABLE activity_now ON COMMIT DROP AS
SELECT activity_id AS ref, starts_on, status FROM staged_activity WHERE NOT broken AND NOT repeated
UNION ALL
SELECT a.register_id, (v.starts_at AT TIME ZONE v.timezone)::date, v.status
FROM courses_activity a
JOIN LATERAL (
    SELECT * FROM courses_activityversion v WHERE v.activity_id = a.id ORDER BY v.number DESC LIMIT 1
) v ON NOT v.withdrawn
WHERE EXISTS (SELECT FROM staged_participation s WHERE s.activity_id = a.register_id)
  AND NOT EXISTS (SELECT FROM staged_activity s WHERE s.activity_id = a.register_id);
CREATE INDEX ON activity_now (ref);
ANALYZE activity_now;
"""


def check_lines() -> None:
    """Mark repeated lines, then reject what does not hold between lines and against the network."""
    with connection.cursor() as cursor:
        for table, key in REPEATS.items():
            mark_repeated(cursor, table, key)
        for rule in PEOPLE + ACTIVITIES:
            reject(cursor, rule)
        cursor.execute(ACTIVITY_NOW)
        for rule in PARTICIPATIONS:
            reject(cursor, rule)


def mark_repeated(cursor: Any, table: str, key: list[str]) -> None:
    """Equal lines are one. Only keys that occur twice are looked at closer."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND attname NOT IN ('line', 'broken', 'repeated')",
        [table],
    )
    columns = cursor.fetchone()[0]
    keys = ", ".join(f"coalesce({column}, '')" for column in key)
    cursor.execute(f"""
        WITH several AS (SELECT {keys} FROM {table} WHERE NOT broken GROUP BY {keys} HAVING count(*) > 1),
        ranked AS (
            SELECT line, row_number() OVER (PARTITION BY {columns} ORDER BY line) AS occurrence
            FROM {table} WHERE NOT broken AND ({keys}) IN (TABLE several)
        )
        UPDATE {table} t SET repeated = true FROM ranked r WHERE r.line = t.line AND r.occurrence > 1
    """)


def reject(cursor: Any, rule: Rule) -> None:
    cursor.execute(f"""
        WITH found (line, column_name, value, code, params) AS MATERIALIZED ({rule.select}),
        marked AS (
            UPDATE {TABLES[rule.file]} t SET broken = true FROM found WHERE found.line = t.line
        )
        INSERT INTO staged_problem
        SELECT %s, line, column_name, left(value, 120), code, params, false FROM found
    """, [rule.file])  # fmt: skip


def warn(cursor: Any, rule: Rule) -> None:
    cursor.execute(f"INSERT INTO staged_problem SELECT %s, *, true FROM ({rule.select}) found", [rule.file])
