"""Fill what a participation leaves blank from the person's affiliation on the day of each stage.

What a line gives for audience, organisation and country holds for all its stages, even against
people.csv. A blank is filled from the affiliation that contradicts nothing given; where all of that day
do, from the affiliation of that day, with a warning. Where two different ones remain the line is
rejected, since nobody can say which one held.
"""

from django.db import connection

from courses.actions.imports.checks import BROKEN_ACTIVITY, Rule, reject, warn

# One row for each stage that a line states. `day` decides which affiliation holds.
FACTS = """
CREATE TEMP TABLE stated_fact ON COMMIT DROP AS
SELECT p.line, s.stage, s.absent, s.happened_on, coalesce(s.happened_on, n.starts_on) AS day,
       p.activity_id, p.person_id, p.headcount, p.audience, p.organisation, p.country
FROM staged_participation p
JOIN activity_now n ON n.ref = p.activity_id
CROSS JOIN LATERAL (VALUES
    ('enrolled', false, p.enrolled_on, p.enrolled_on IS NOT NULL),
    ('attended', coalesce(p.attended = 'no', false), NULL::date, p.attended IS NOT NULL),
    ('completed', false, p.completed_on, p.completed_on IS NOT NULL)
) AS s (stage, absent, happened_on, stated)
WHERE s.stated AND NOT p.broken AND NOT p.repeated;
ANALYZE stated_fact;
"""
# All lines of a person in the register together are that person's affiliations; else the known ones.
KNOWN = """
CREATE TEMP TABLE known_affiliation ON COMMIT DROP AS
SELECT person_id, audience, organisation, country, coalesce(from_on, '-infinity') AS from_on,
       coalesce(until_on, 'infinity') AS until_on
FROM staged_person WHERE NOT broken AND NOT repeated
UNION ALL
SELECT p.register_id, a.audience, coalesce(h.name, g.name), a.country_id, coalesce(a.from_on, '-infinity'),
       coalesce(a.until_on, 'infinity')
FROM people_affiliation a
JOIN people_person p ON p.id = a.person_id
LEFT JOIN people_hotline h ON h.id = a.hotline_id
LEFT JOIN people_agency g ON g.id = a.agency_id
WHERE EXISTS (SELECT FROM staged_participation s WHERE s.person_id = p.register_id)
  AND NOT EXISTS (SELECT FROM staged_person s WHERE s.person_id = p.register_id);
ANALYZE known_affiliation;
"""
# Affiliations that fit contradict nothing that the line gives; without any, all of the day are candidates.
# \x1f cannot stand in a cell.
CANDIDATES = """
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT line, stage, bool_or(fits) AS fits, coalesce(min(known) FILTER (WHERE fits), min(known)) AS first,
       coalesce(max(known) FILTER (WHERE fits), max(known)) AS last
FROM (
    SELECT f.line, f.stage,
           concat_ws(E'\\x1f', k.audience, coalesce(k.organisation, ''), coalesce(k.country, '')) AS known,
           coalesce(f.audience = k.audience, true)
             AND coalesce(f.organisation = k.organisation, f.organisation IS NULL)
             AND coalesce(f.country = k.country, f.country IS NULL) AS fits
    FROM stated_fact f JOIN known_affiliation k
      ON k.person_id = f.person_id AND f.day BETWEEN k.from_on AND k.until_on
) held
GROUP BY line, stage;
"""
# An organisation belongs to its audience: nobody is filled in as of a hotline who came as something else.
# Made anew and not updated: a table of updated rows is twice as long and took three times as long.
FILL = """
CREATE TEMP TABLE staged_fact ON COMMIT DROP AS
SELECT f.line, f.stage, f.absent, f.happened_on, f.day, f.headcount,
       coalesce(f.audience, c.audience) AS audience,
       coalesce(f.organisation, CASE WHEN coalesce(f.audience, c.audience) = c.audience
                                THEN c.organisation END) AS organisation,
       coalesce(f.country, c.country) AS country
FROM stated_fact f LEFT JOIN (
    SELECT line, stage, split_part(first, E'\\x1f', 1) AS audience,
           nullif(split_part(first, E'\\x1f', 2), '') AS organisation,
           nullif(split_part(first, E'\\x1f', 3), '') AS country
    FROM candidate
) c USING (line, stage);
ANALYZE staged_fact;
"""
READABLE = "rtrim(replace({}, E'\\x1f', ', '), ', ')"
FIRST_BLANK = """CASE WHEN f.audience IS NULL THEN 'audience' WHEN f.organisation IS NULL THEN 'organisation'
                 ELSE 'country' END"""

AMBIGUOUS = Rule("participations.csv", f"""
    SELECT DISTINCT ON (f.line) f.line, {FIRST_BLANK}, '', 'two_affiliations',
           jsonb_build_object('day', f.day, 'first', {READABLE.format("c.first")},
                              'second', {READABLE.format("c.last")})
    FROM stated_fact f JOIN candidate c USING (line, stage)
    WHERE c.first <> c.last AND (f.audience IS NULL OR f.organisation IS NULL OR f.country IS NULL)
    ORDER BY f.line, f.day
""")  # fmt: skip
UNFILLED = Rule("participations.csv", """
    SELECT DISTINCT ON (f.line) f.line, CASE WHEN f.audience IS NULL THEN 'audience' ELSE 'organisation' END,
           '', 'no_affiliation', jsonb_build_object('day', f.day)
    FROM staged_fact f JOIN staged_participation p USING (line)
    WHERE NOT p.broken
      AND (f.audience IS NULL OR (f.audience = 'hotline' AND f.organisation IS NULL))
    ORDER BY f.line, f.day
""")  # fmt: skip
NOT_A_HOTLINE = Rule("participations.csv", """
    SELECT DISTINCT ON (f.line) f.line, 'organisation', f.organisation, 'unknown_hotline', '{}'::jsonb
    FROM staged_fact f JOIN staged_participation p USING (line)
    WHERE NOT p.broken AND f.audience = 'hotline'
      AND NOT EXISTS (SELECT FROM people_hotline h WHERE h.name = f.organisation)
    ORDER BY f.line
""")  # fmt: skip
CONTRADICTED = Rule("participations.csv", f"""
    SELECT DISTINCT ON (f.line) f.line, CASE WHEN p.organisation IS NOT NULL THEN 'organisation'
           WHEN p.audience IS NOT NULL THEN 'audience' ELSE 'country' END,
           coalesce(p.organisation, p.audience, p.country), 'against_people',
           jsonb_build_object('day', f.day, 'known', {READABLE.format("c.first")})
    FROM stated_fact f JOIN candidate c USING (line, stage) JOIN staged_participation p USING (line)
    WHERE NOT c.fits AND NOT p.broken
    ORDER BY f.line, f.day
""")  # fmt: skip
SEVERAL_NAMES = Rule("people.csv", """
    SELECT min(line), 'person_id', person_id, 'several_names', '{}'::jsonb FROM staged_person
    WHERE NOT broken AND NOT repeated
    GROUP BY person_id HAVING count(DISTINCT (given_name, family_name, email)) > 1
""")  # fmt: skip

# An activity that becomes cancelled or self-paced must not strand what stands on it. What this register
# takes back itself is no hindrance.
STRANDED = Rule("activities.csv", """
    SELECT s.line, CASE WHEN e.stage = 'completed' THEN 'status' ELSE 'starts_at' END,
           CASE WHEN e.stage = 'completed' THEN s.status ELSE '' END,
           CASE WHEN e.stage = 'completed' THEN 'cancelled_with_completions'
                ELSE 'self_paced_with_attendance' END,
           jsonb_build_object('count', count(*))
    FROM staged_activity s
    JOIN courses_activity a ON a.register_id = s.activity_id
    JOIN courses_entry e ON e.activity_id = a.id
    LEFT JOIN people_person k ON k.id = e.person_id
    LEFT JOIN people_hotline h ON h.id = e.hotline_id
    LEFT JOIN people_agency g ON g.id = e.agency_id
    WHERE NOT s.broken AND NOT s.repeated
      AND ((s.status = 'cancelled' AND e.stage = 'completed')
           OR (s.starts_at IS NULL AND e.stage = 'attended'))
      AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
      AND NOT EXISTS (
          SELECT FROM staged_participation p
          WHERE NOT p.broken AND p.activity_id = s.activity_id
            AND CASE WHEN e.person_id IS NOT NULL THEN p.person_id = k.register_id
                ELSE p.person_id IS NULL
                 AND (p.audience, p.organisation, p.country)
                     IS NOT DISTINCT FROM (e.audience, coalesce(h.name, g.name), e.country_id) END)
    GROUP BY s.line, s.status, e.stage
""")  # fmt: skip
LEANS_ON_STRANDED = Rule("participations.csv", f"""
    SELECT p.line, 'activity_id', p.activity_id, 'leans_on_activity', jsonb_build_object('line', a.line)
    FROM staged_participation p JOIN {BROKEN_ACTIVITY} a USING (activity_id)
    WHERE NOT p.broken AND NOT p.repeated
""")  # fmt: skip


def resolve_standing() -> None:
    """Leave `staged_fact` with audience, organisation and country of each stage, for lines that hold."""
    with connection.cursor() as cursor:
        for statement in (FACTS, KNOWN, CANDIDATES):
            cursor.execute(statement)
        reject(cursor, AMBIGUOUS)
        cursor.execute(FILL)
        for rule in (UNFILLED, NOT_A_HOTLINE, STRANDED, LEANS_ON_STRANDED):
            reject(cursor, rule)
        # Only now it is known which lines are taken; the others have worse to tell.
        for rule in (CONTRADICTED, SEVERAL_NAMES):
            warn(cursor, rule)
        cursor.execute(
            "DELETE FROM staged_fact f USING staged_participation p WHERE p.line = f.line AND p.broken"
        )
