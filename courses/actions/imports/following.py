"""Completions that follow from what a register says, though no line says them: looked up before they are.

Everything is written and settled as applying does it, read, and taken back; only where the register touches
an enrolment of a cohort, so that most registers pay one query.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from courses.actions.imports.listing import Change, differing
from courses.models import Import

FOLLOWS = "follows"
CONCERNED = """
SELECT EXISTS (
    SELECT FROM touched t JOIN difference d USING (line)
    JOIN courses_enrolment n ON n.participation_id = t.participation_id
    WHERE d.stage IN ('attended', 'completed'))
"""
SAID = """
SELECT e.participation_id,
       concat_ws(', ', e.happened_on::text, e.audience, coalesce(h.name, g.name), e.country_id) AS said
FROM courses_entry e
LEFT JOIN people_hotline h ON h.id = e.hotline_id
LEFT JOIN people_agency g ON g.id = e.agency_id
"""
# What a line says itself stands among the lines; here is what a rule concluded from them.
CONCLUDED = "e.stage = 'completed' AND e.source_line IS NULL"
FOLLOWING = f"""
WITH made AS ({SAID} WHERE e.source_id = %(source)s AND {CONCLUDED}),
gone AS ({SAID} JOIN courses_reversal r ON r.entry_id = e.id
         WHERE r.source_id = %(source)s AND {CONCLUDED})
SELECT t.line, concat_ws(' · ', p.activity_id, p.person_id), gone.said, made.said, coalesce(n.hidden, false)
FROM touched t JOIN staged_participation p USING (line)
LEFT JOIN made ON made.participation_id = t.participation_id
LEFT JOIN gone ON gone.participation_id = t.participation_id
    AND NOT EXISTS (SELECT FROM difference d WHERE d.line = t.line AND d.stage = 'completed')
LEFT JOIN courses_enrolment n ON n.participation_id = t.participation_id
WHERE made.said IS NOT NULL OR gone.said IS NOT NULL
ORDER BY t.line
"""


def following(write: Callable[[], Import]) -> list[Change]:
    """In the order of lines. ``write`` applies the register whose comparison stands; nothing of it stays."""
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED)
        if cursor.fetchone() != (True,):
            return []
        with transaction.atomic():
            cursor.execute(FOLLOWING, {"source": write().pk})
            found = [change(*row) for row in cursor.fetchall()]
            transaction.set_rollback(True)
    return found


def change(line: int, record: str, before: str | None, after: str | None, kept: bool) -> Change:
    sides = ({}, {}) if kept else differing(cell(before), cell(after))
    return Change(FOLLOWS, line, record, "changed" if before else "created", *sides, kept)


def cell(said: str | None) -> dict[str, Any]:
    return {"completed": said} if said else {}
