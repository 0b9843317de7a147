"""What the register says of participations, held against what stands in the ledger.

Preview and apply read the same tables: `difference` has, for each line and stage, the entry to reverse
and the fact to append. A line that says nothing of a stage takes back only what a line had said of it: what
somebody did here, or what a completion rule concluded, is none of the register's.
"""

from typing import Any

from django.db import connection

# Each line that is neither rejected nor repeated is one record: a person's participation or a head count.
TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT p.line, a.id AS activity_id, k.id AS person_id,
       CASE WHEN p.person_id IS NULL THEN p.audience ELSE '' END AS audience,
       h.id AS hotline_id, g.id AS agency_id, CASE WHEN p.person_id IS NULL THEN p.country END AS country_id,
       NULL::bigint AS participation_id
FROM staged_participation p
JOIN courses_activity a ON a.register_id = p.activity_id
LEFT JOIN people_person k ON k.register_id = p.person_id
LEFT JOIN people_hotline h ON p.person_id IS NULL AND p.audience = 'hotline' AND h.name = p.organisation
LEFT JOIN people_agency g ON p.person_id IS NULL AND p.audience <> 'hotline' AND g.name = p.organisation
      AND coalesce(g.country_id, '') = coalesce(p.country, '')
WHERE NOT p.broken AND NOT p.repeated;
UPDATE touched t SET participation_id = p.id FROM courses_participation p
WHERE t.person_id IS NOT NULL AND p.activity_id = t.activity_id AND p.person_id = t.person_id;
UPDATE touched t SET participation_id = p.id FROM courses_participation p
WHERE t.person_id IS NULL AND p.person_id IS NULL AND p.activity_id = t.activity_id
  AND p.audience = t.audience AND coalesce(p.hotline_id, 0) = coalesce(t.hotline_id, 0)
  AND coalesce(p.agency_id, 0) = coalesce(t.agency_id, 0)
  AND coalesce(p.country_id, '') = coalesce(t.country_id, '');
ANALYZE touched;
"""
# The last entry made for each record and stage; it is the only one that may stand.
RECORDED = """
CREATE TEMP TABLE recorded_entry ON COMMIT DROP AS
SELECT DISTINCT ON (t.line, e.stage) t.line, e.*, r.entry_id IS NULL AS stands
FROM touched t
JOIN courses_entry e USING (participation_id)
LEFT JOIN courses_reversal r ON r.entry_id = e.id
ORDER BY t.line, e.stage, e.ordinal DESC;
ANALYZE recorded_entry;
"""
DESIRED = """
CREATE TEMP TABLE desired_entry ON COMMIT DROP AS
SELECT f.line, f.stage, f.absent, f.happened_on, f.headcount, f.audience,
       h.id AS hotline_id, g.id AS agency_id, f.country AS country_id
FROM staged_fact f
LEFT JOIN people_hotline h ON f.audience = 'hotline' AND h.name = f.organisation
LEFT JOIN people_agency g ON f.audience <> 'hotline' AND g.name = f.organisation
      AND coalesce(g.country_id, '') = coalesce(f.country, '');
ANALYZE desired_entry;
"""
DIFFERENCE = """
CREATE TEMP TABLE difference ON COMMIT DROP AS
SELECT coalesce(d.line, r.line) AS line, coalesce(d.stage, r.stage) AS stage,
       CASE WHEN r.stands THEN r.id END AS reverses, d.line IS NOT NULL AS appends,
       coalesce(r.ordinal, 0) + 1 AS ordinal, r.source_id
FROM desired_entry d
FULL JOIN recorded_entry r ON r.line = d.line AND r.stage = d.stage
WHERE NOT (d.line IS NOT NULL AND coalesce(r.stands, false) AND
       (r.absent, r.happened_on, r.headcount, r.audience, r.hotline_id, r.agency_id, r.country_id)
       IS NOT DISTINCT FROM
       (d.absent, d.happened_on, d.headcount, d.audience, d.hotline_id, d.agency_id, d.country_id))
  AND (d.line IS NOT NULL OR (r.stands AND r.source_line IS NOT NULL));
ANALYZE difference;
"""
SUMMARY = """
SELECT change, count(*) FROM (
    SELECT CASE WHEN t.participation_id IS NULL OR (d.line IS NOT NULL AND s.line IS NULL) THEN 'created'
                WHEN d.line IS NULL THEN 'unchanged' ELSE 'changed' END
    FROM touched t
    LEFT JOIN (SELECT DISTINCT line FROM difference) d USING (line)
    LEFT JOIN (SELECT DISTINCT line FROM recorded_entry WHERE stands) s USING (line)
) records (change) GROUP BY change
"""
REVERSE = """
INSERT INTO courses_reversal (entry_id, recorded_by_id, source_id)
SELECT reverses, %(by)s, %(source)s FROM difference WHERE reverses IS NOT NULL ORDER BY line, stage
"""
NEW_PARTICIPATIONS = """
WITH made AS (
    INSERT INTO courses_participation (activity_id, person_id, audience, hotline_id, agency_id, country_id)
    SELECT activity_id, person_id, audience, hotline_id, agency_id, country_id FROM touched
    WHERE participation_id IS NULL ORDER BY line
    RETURNING *
)
UPDATE touched t SET participation_id = m.id FROM made m
WHERE t.participation_id IS NULL AND m.activity_id = t.activity_id
  AND coalesce(m.person_id, 0) = coalesce(t.person_id, 0) AND m.audience = t.audience
  AND coalesce(m.hotline_id, 0) = coalesce(t.hotline_id, 0)
  AND coalesce(m.agency_id, 0) = coalesce(t.agency_id, 0)
  AND coalesce(m.country_id, '') = coalesce(t.country_id, '')
"""
APPEND = """
INSERT INTO courses_entry (participation_id, activity_id, person_id, stage, absent, headcount, happened_on,
    audience, hotline_id, agency_id, country_id, ordinal, recorded_by_id, source_id, source_line)
SELECT t.participation_id, t.activity_id, t.person_id, e.stage, e.absent, e.headcount, e.happened_on,
       e.audience, e.hotline_id, e.agency_id, e.country_id, d.ordinal, %(by)s, %(source)s, e.line
FROM desired_entry e JOIN difference d USING (line, stage) JOIN touched t USING (line)
WHERE d.appends ORDER BY e.line, e.stage
"""
# Only an earlier import that this register repeats for the most part is looked at for what is gone: a file
# of a few mended lines leaves out the rest on purpose.
REPEATED_IMPORTS = """
CREATE TEMP TABLE repeated_import ON COMMIT DROP AS
WITH repeated AS (
    SELECT source_id, count(*) AS here FROM recorded_entry WHERE stands AND source_id IS NOT NULL
    GROUP BY source_id
)
SELECT e.source_id FROM courses_entry e
LEFT JOIN courses_reversal r ON r.entry_id = e.id
WHERE e.source_id IN (SELECT source_id FROM repeated) AND r.entry_id IS NULL
GROUP BY e.source_id
HAVING count(*) <= 2 * (SELECT here FROM repeated WHERE repeated.source_id = e.source_id);
"""
# A line that is gone changes nothing and is listed.
GONE = """
INSERT INTO staged_problem
SELECT 'participations.csv', NULL, CASE WHEN k.id IS NULL THEN 'activity_id' ELSE 'person_id' END,
       concat_ws(' ', a.register_id, coalesce(k.register_id, e.audience)), 'gone',
       jsonb_build_object('number', min(e.source_id)), true
FROM courses_entry e
JOIN courses_activity a ON a.id = e.activity_id
LEFT JOIN people_person k ON k.id = e.person_id
LEFT JOIN people_hotline h ON h.id = e.hotline_id
LEFT JOIN people_agency g ON g.id = e.agency_id
LEFT JOIN courses_reversal r ON r.entry_id = e.id
WHERE e.source_id IN (SELECT source_id FROM repeated_import) AND r.entry_id IS NULL
  AND NOT EXISTS (SELECT FROM recorded_entry s WHERE s.id = e.id)
  -- A line that is here and rejected is told as that, and is not gone.
  AND NOT EXISTS (
      SELECT FROM staged_participation p
      WHERE p.broken AND p.activity_id = a.register_id
        AND CASE WHEN k.id IS NOT NULL THEN p.person_id = k.register_id
            ELSE p.person_id IS NULL
             AND (p.audience, p.organisation, p.country)
                 IS NOT DISTINCT FROM (e.audience, coalesce(h.name, g.name), e.country_id) END)
GROUP BY a.register_id, k.id, k.register_id, e.audience, e.hotline_id, e.agency_id, e.country_id
ORDER BY a.register_id, k.register_id
"""
# The same of activities, which may have nobody taking part. A line that is rejected is not gone.
GONE_ACTIVITIES = """
WITH in_force AS (
    SELECT v.source_id, a.register_id,
           EXISTS (SELECT FROM staged_activity s WHERE s.activity_id = a.register_id) AS here
    FROM (
        SELECT DISTINCT ON (activity_id) * FROM courses_activityversion ORDER BY activity_id, number DESC
    ) v JOIN courses_activity a ON a.id = v.activity_id
    WHERE NOT v.withdrawn AND v.source_id IS NOT NULL
), whole AS (
    SELECT source_id FROM in_force
    GROUP BY source_id HAVING bool_or(here) AND count(*) <= 2 * count(*) FILTER (WHERE here)
)
INSERT INTO staged_problem
SELECT 'activities.csv', NULL, 'activity_id', register_id, 'gone',
       jsonb_build_object('number', source_id), true
FROM in_force WHERE source_id IN (SELECT source_id FROM whole) AND NOT here
ORDER BY register_id
"""


# And of people: they have facts of such an import, and no line any more.
GONE_PEOPLE = """
INSERT INTO staged_problem
SELECT 'people.csv', NULL, 'person_id', k.register_id, 'gone',
       jsonb_build_object('number', min(e.source_id)), true
FROM courses_entry e JOIN people_person k ON k.id = e.person_id
LEFT JOIN courses_reversal r ON r.entry_id = e.id
WHERE e.source_id IN (SELECT source_id FROM repeated_import) AND r.entry_id IS NULL
  AND NOT EXISTS (SELECT FROM staged_person s WHERE s.person_id = k.register_id)
GROUP BY k.register_id ORDER BY k.register_id
"""


def compare_participations() -> None:
    with connection.cursor() as cursor:
        for statement in (TOUCHED, RECORDED, DESIRED, DIFFERENCE, REPEATED_IMPORTS, GONE, GONE_ACTIVITIES):
            cursor.execute(statement)


def list_people_gone() -> None:
    """Only for a register that lists people: one without that file says nothing about them."""
    with connection.cursor() as cursor:
        cursor.execute(GONE_PEOPLE)


def append_entries(cursor: Any, *, by: int | None, source: int) -> None:
    for statement in (NEW_PARTICIPATIONS, REVERSE, APPEND):
        cursor.execute(statement, {"by": by, "source": source})
