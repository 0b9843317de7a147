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


# Lines about one thing: a person's participation, or a head count of one organisation. Equality only, so
# that the database can hash it: two hundred thousand may take the same course.
SAME_PARTICIPATION = """
    b.line <> a.line AND b.activity_id = a.activity_id
    AND coalesce(b.person_id, '') = coalesce(a.person_id, '')
    AND CASE WHEN b.person_id IS NULL
        THEN concat_ws(E'\x1f', b.audience, coalesce(b.organisation, ''), b.country) ELSE '' END
      = CASE WHEN a.person_id IS NULL
        THEN concat_ws(E'\x1f', a.audience, coalesce(a.organisation, ''), a.country) ELSE '' END
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
    Rule("people.csv", """
        SELECT a.line, 'organisation', coalesce(a.organisation, ''), 'overlap',
               jsonb_build_object('line', min(b.line))
        FROM staged_person a JOIN staged_person b
          ON b.person_id = a.person_id AND b.line <> a.line
         AND (a.audience = 'hotline') = (b.audience = 'hotline')
         AND b.organisation IS NOT DISTINCT FROM a.organisation
         AND (a.audience = 'hotline' OR b.country IS NOT DISTINCT FROM a.country)
         AND (a.organisation IS NOT NULL OR b.audience = a.audience)
         AND daterange(a.from_on, a.until_on, '[]') && daterange(b.from_on, b.until_on, '[]')
        WHERE NOT (a.broken OR b.broken OR a.repeated OR b.repeated)
        GROUP BY a.line
    """),
    Rule("people.csv", """
        SELECT a.line, 'person_id', a.person_id, 'sibling_rejected', jsonb_build_object('line', min(b.line))
        FROM staged_person a JOIN staged_person b ON b.person_id = a.person_id AND b.broken
        WHERE NOT a.broken AND NOT a.repeated GROUP BY a.line
    """),
]  # fmt: skip

ACTIVITIES = [
    Rule("activities.csv", """
        SELECT a.line, 'activity_id', a.activity_id, 'two_lines', jsonb_build_object('line', min(b.line))
        FROM staged_activity a JOIN staged_activity b
          ON b.activity_id = a.activity_id AND b.line <> a.line AND NOT b.repeated
        WHERE NOT a.broken AND NOT a.repeated GROUP BY a.line
    """),
    Rule("activities.csv", """
        SELECT line, 'host', host, 'unknown_hotline', '{}'::jsonb FROM staged_activity s
        WHERE host IS NOT NULL AND NOT repeated
          AND NOT EXISTS (SELECT FROM people_hotline h WHERE h.name = s.host)
    """),
]  # fmt: skip

PARTICIPATIONS = [
    Rule("participations.csv", f"""
        SELECT a.line, 'activity_id', a.activity_id, 'two_lines', jsonb_build_object('line', min(b.line))
        FROM staged_participation a JOIN staged_participation b ON {SAME_PARTICIPATION} AND NOT b.repeated
        WHERE NOT a.broken AND NOT a.repeated GROUP BY a.line
    """),
    Rule("participations.csv", """
        SELECT p.line, 'activity_id', p.activity_id, 'leans_on_activity',
               jsonb_build_object('line', min(a.line))
        FROM staged_participation p JOIN staged_activity a ON a.activity_id = p.activity_id AND a.broken
        WHERE NOT p.repeated GROUP BY p.line
    """),
    Rule("participations.csv", """
        SELECT p.line, 'activity_id', p.activity_id, 'unknown_activity', '{}'::jsonb
        FROM staged_participation p
        WHERE NOT p.repeated AND p.activity_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM staged_activity a WHERE a.activity_id = p.activity_id)
          AND NOT EXISTS (SELECT FROM activity_now n WHERE n.ref = p.activity_id)
    """),
    Rule("participations.csv", """
        SELECT p.line, 'person_id', p.person_id, 'leans_on_person', jsonb_build_object('line', min(s.line))
        FROM staged_participation p JOIN staged_person s ON s.person_id = p.person_id AND s.broken
        WHERE NOT p.repeated GROUP BY p.line
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
