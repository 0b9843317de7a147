"""The people, agencies, funders and activities that a register names: made known, then compared.

Runs inside the import's transaction; a preview is rolled back, so it may create what it compares.
"""

from typing import Any

from django.db import connection

# All lines of a person together are that person's affiliations; name and e-mail are those of the latest,
# which does not depend on the order of the lines.
DESIRED_PEOPLE = """
CREATE TEMP TABLE desired_person ON COMMIT DROP AS
SELECT DISTINCT ON (person_id) person_id AS ref, given_name, family_name, email, line, NULL::bigint AS id,
       NULL::text AS change, NULL::text AS was_given_name, NULL::text AS was_family_name,
       NULL::text AS was_email
FROM staged_person WHERE NOT broken AND NOT repeated
ORDER BY person_id, until_on DESC NULLS FIRST, from_on DESC NULLS LAST, given_name, family_name, email, line;
UPDATE desired_person d SET id = p.id, was_given_name = p.given_name, was_family_name = p.family_name,
       was_email = p.email
FROM people_person p WHERE p.register_id = d.ref;
ANALYZE desired_person;
"""
NEW_REFERENCES = """
INSERT INTO people_agency (name, country_id)
SELECT DISTINCT organisation, country FROM (
    SELECT organisation, country FROM staged_person
    WHERE audience <> 'hotline' AND organisation IS NOT NULL AND NOT broken AND NOT repeated
    UNION ALL
    SELECT organisation, country FROM staged_fact WHERE audience <> 'hotline' AND organisation IS NOT NULL
) named
ON CONFLICT (name, country_id) DO NOTHING;
INSERT INTO courses_funder (name)
SELECT DISTINCT funder FROM staged_activity WHERE funder IS NOT NULL AND NOT broken AND NOT repeated
ON CONFLICT (name) DO NOTHING;
"""
DESIRED_AFFILIATIONS = """
CREATE TEMP TABLE desired_affiliation ON COMMIT DROP AS
SELECT s.person_id AS ref, s.audience, h.id AS hotline_id, g.id AS agency_id, s.country AS country_id,
       s.from_on, s.until_on
FROM staged_person s
LEFT JOIN people_hotline h ON s.audience = 'hotline' AND h.name = s.organisation
LEFT JOIN people_agency g ON s.audience <> 'hotline' AND g.name = s.organisation
      AND coalesce(g.country_id, '') = coalesce(s.country, '')
WHERE NOT s.broken AND NOT s.repeated;
ANALYZE desired_affiliation;
"""
# What is recorded of these people now, and the tuples that only one side has.
COMPARE_PEOPLE = """
CREATE TEMP TABLE recorded_affiliation ON COMMIT DROP AS
SELECT a.id, d.ref, a.audience, a.hotline_id, a.agency_id, a.country_id, a.from_on, a.until_on
FROM people_affiliation a JOIN desired_person d ON d.id = a.person_id;
CREATE TEMP TABLE new_affiliation ON COMMIT DROP AS
SELECT * FROM desired_affiliation EXCEPT
SELECT ref, audience, hotline_id, agency_id, country_id, from_on, until_on FROM recorded_affiliation;
CREATE TEMP TABLE ended_affiliation ON COMMIT DROP AS
SELECT ref, audience, hotline_id, agency_id, country_id, from_on, until_on FROM recorded_affiliation
EXCEPT SELECT * FROM desired_affiliation;
ANALYZE recorded_affiliation, new_affiliation, ended_affiliation;
UPDATE desired_person d SET change = CASE
    WHEN d.id IS NULL THEN 'created'
    WHEN EXISTS (SELECT FROM new_affiliation n WHERE n.ref = d.ref)
      OR EXISTS (SELECT FROM ended_affiliation n WHERE n.ref = d.ref)
      OR EXISTS (SELECT FROM people_person p WHERE p.id = d.id
                 AND (p.given_name, p.family_name, p.email) <> (d.given_name, d.family_name, d.email))
    THEN 'changed' ELSE 'unchanged' END;
"""
WRITE_PEOPLE = """
INSERT INTO people_person (register_id, given_name, family_name, email)
SELECT ref, given_name, family_name, email FROM desired_person WHERE change = 'created' ORDER BY line;
UPDATE desired_person d SET id = p.id
FROM people_person p WHERE d.change = 'created' AND p.register_id = d.ref;
UPDATE people_person p SET given_name = d.given_name, family_name = d.family_name, email = d.email
FROM desired_person d WHERE d.id = p.id AND d.change = 'changed'
  AND (p.given_name, p.family_name, p.email) <> (d.given_name, d.family_name, d.email);
DELETE FROM people_affiliation a USING recorded_affiliation r, ended_affiliation e
WHERE a.id = r.id AND e.ref = r.ref AND e.audience = r.audience
  AND coalesce(e.hotline_id, 0) = coalesce(r.hotline_id, 0)
  AND coalesce(e.agency_id, 0) = coalesce(r.agency_id, 0)
  AND coalesce(e.country_id, '') = coalesce(r.country_id, '')
  AND coalesce(e.from_on, '-infinity') = coalesce(r.from_on, '-infinity')
  AND coalesce(e.until_on, 'infinity') = coalesce(r.until_on, 'infinity');
INSERT INTO people_affiliation (person_id, audience, hotline_id, agency_id, country_id, from_on, until_on)
SELECT d.id, n.audience, n.hotline_id, n.agency_id, n.country_id, n.from_on, n.until_on
FROM new_affiliation n JOIN desired_person d USING (ref);
"""
# One whose days were only changed is still listed, on some of the same days. Those days are put together
# first: nobody's thousands of lines are held against each other.
AFFILIATIONS_GONE = """
WITH listed AS (
    SELECT ref, audience, coalesce(hotline_id, 0) AS hotline, coalesce(agency_id, 0) AS agency,
           coalesce(country_id, '') AS country, range_agg(daterange(from_on, until_on, '[]')) AS days
    FROM desired_affiliation GROUP BY 1, 2, 3, 4, 5
)
INSERT INTO staged_problem
SELECT 'people.csv', d.line, 'organisation', coalesce(h.name, g.name, ''), 'affiliation_gone',
       jsonb_build_object('person', e.ref, 'held', concat_ws(', ', e.audience, h.name, g.name, e.country_id)
           || ' (' || concat_ws(' – ', coalesce(e.from_on::text, '…'), coalesce(e.until_on::text, '…'))
           || ')'), true
FROM ended_affiliation e JOIN desired_person d USING (ref)
LEFT JOIN people_hotline h ON h.id = e.hotline_id
LEFT JOIN people_agency g ON g.id = e.agency_id
LEFT JOIN listed l ON l.ref = e.ref AND l.audience = e.audience AND l.hotline = coalesce(e.hotline_id, 0)
     AND l.agency = coalesce(e.agency_id, 0) AND l.country = coalesce(e.country_id, '')
WHERE NOT coalesce(l.days && daterange(e.from_on, e.until_on, '[]'), false)
ORDER BY d.line, e.from_on NULLS FIRST
"""
DESIRED_ACTIVITIES = """
CREATE TEMP TABLE desired_activity ON COMMIT DROP AS
SELECT s.activity_id AS ref, s.line, s.kind AS kind_id, s.title, s.starts_at, s.ends_at, s.timezone, s.mode,
       s.place, s.country AS country_id, h.id AS host_id, f.id AS funder_id, s.topics, s.status,
       a.id, v.number, coalesce(v.withdrawn, true) AS unknown, NULL::text AS change
FROM staged_activity s
LEFT JOIN people_hotline h ON h.name = s.host
LEFT JOIN courses_funder f ON f.name = s.funder
LEFT JOIN courses_activity a ON a.register_id = s.activity_id
LEFT JOIN LATERAL (
    SELECT number, withdrawn FROM courses_activityversion v WHERE v.activity_id = a.id
    ORDER BY number DESC LIMIT 1
) v ON true
WHERE NOT s.broken AND NOT s.repeated;
UPDATE desired_activity d SET change = CASE
    WHEN d.unknown THEN 'created'
    WHEN EXISTS (
        SELECT FROM courses_activityversion v WHERE v.activity_id = d.id AND v.number = d.number
          AND (v.kind_id, v.title, v.starts_at, v.ends_at, v.timezone, v.mode, v.place, v.country_id,
               v.host_id, v.funder_id, v.topics::text[], v.status)
              IS NOT DISTINCT FROM
              (d.kind_id, d.title, d.starts_at, d.ends_at, d.timezone, d.mode, d.place, d.country_id,
               d.host_id, d.funder_id, d.topics, d.status))
    THEN 'unchanged' ELSE 'changed' END;
"""
WRITE_ACTIVITIES = """
INSERT INTO courses_activity (register_id) SELECT ref FROM desired_activity WHERE id IS NULL ORDER BY line;
UPDATE desired_activity d SET id = a.id FROM courses_activity a WHERE a.register_id = d.ref AND d.id IS NULL;
"""
# The only part that the ledger's lock guards, so it comes last, with the entries.
APPEND_VERSIONS = """
INSERT INTO courses_activityversion (activity_id, number, kind_id, title, starts_at, ends_at, timezone, mode,
    place, country_id, host_id, funder_id, topics, status, withdrawn, recorded_by_id, source_id, source_line)
SELECT id, coalesce(number, 0) + 1, kind_id, title, starts_at, ends_at, timezone, mode, place, country_id,
       host_id, funder_id, topics, status, false, %(by)s, %(source)s, line
FROM desired_activity WHERE change <> 'unchanged' ORDER BY line
"""


def record_people_and_activities() -> None:
    """Create what is new among people, agencies, funders and activities, and note how each line compares."""
    with connection.cursor() as cursor:
        for statement in (
            DESIRED_PEOPLE,
            NEW_REFERENCES,
            DESIRED_AFFILIATIONS,
            COMPARE_PEOPLE,
            AFFILIATIONS_GONE,
            WRITE_PEOPLE,
            DESIRED_ACTIVITIES,
            WRITE_ACTIVITIES,
        ):
            cursor.execute(statement)


def append_versions(cursor: Any, *, by: int | None, source: int) -> None:
    cursor.execute(APPEND_VERSIONS, {"by": by, "source": source})
