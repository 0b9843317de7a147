"""Undo an import: reverse its entries, and put back what it had corrected.

Facts that later imports or corrections stand on are not pulled from under them: undo is refused with the
rows named. People, agencies and funders stay known; they are not facts of the ledger.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from courses.actions.imports.settling import lock_touched, settle
from courses.models import Import
from lms.kit.errors import Refused
from lms.kit.locks import Lock, hold
from lms.people.models import User

NAMED = 10

# What each of these finds (activity, person, stage) was recorded later and leans on the import. What an
# import did that has been undone itself leans on nothing any more.
LATER = """
WITH undone AS (SELECT id FROM courses_import WHERE undone_at IS NOT NULL),
leaning AS (
    SELECT e.activity_id, e.person_id, e.audience, e.stage
    FROM courses_entry e JOIN courses_reversal r ON r.entry_id = e.id
    WHERE e.source_id = %(import)s AND r.source_id IS DISTINCT FROM %(import)s
      AND (r.source_id IS NULL OR r.source_id NOT IN (TABLE undone))
    UNION
    SELECT later.activity_id, later.person_id, later.audience, later.stage
    FROM courses_reversal r JOIN courses_entry e ON e.id = r.entry_id
    JOIN courses_entry later ON later.participation_id = e.participation_id AND later.stage = e.stage
         AND later.ordinal > e.ordinal
    WHERE r.source_id = %(import)s AND later.source_id IS DISTINCT FROM %(import)s
      AND (later.source_id IS NULL OR later.source_id NOT IN (TABLE undone))
    UNION
    SELECT v.activity_id, NULL, '', 'activity'
    FROM courses_activityversion v JOIN courses_activityversion later
      ON later.activity_id = v.activity_id AND later.number > v.number
    WHERE v.source_id = %(import)s AND later.source_id IS DISTINCT FROM %(import)s
      AND (later.source_id IS NULL OR later.source_id NOT IN (TABLE undone))
    UNION
    SELECT e.activity_id, e.person_id, e.audience, e.stage
    FROM courses_activityversion v
    LEFT JOIN courses_activityversion before
      ON before.activity_id = v.activity_id AND before.number = v.number - 1
    JOIN courses_entry e ON e.activity_id = v.activity_id AND e.source_id IS DISTINCT FROM %(import)s
    WHERE v.source_id = %(import)s AND coalesce(before.withdrawn, true)
      AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
    UNION
    -- A completion whose rule asks for an attendance that the import brought.
    SELECT c.activity_id, c.person_id, c.audience, c.stage
    FROM courses_entry e
    JOIN courses_enrolment n ON n.participation_id = e.participation_id
    JOIN courses_cohort h ON h.id = n.cohort_id
    JOIN courses_courseversion v ON v.id = h.version_id AND v.needs_attendance
    JOIN courses_entry c ON c.participation_id = e.participation_id AND c.stage = 'completed'
         AND c.source_id IS DISTINCT FROM %(import)s
    WHERE e.source_id = %(import)s AND e.stage = 'attended' AND NOT e.absent
      AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id IN (e.id, c.id))
)
SELECT a.register_id, coalesce(k.register_id, l.audience), l.stage
FROM leaning l JOIN courses_activity a ON a.id = l.activity_id LEFT JOIN people_person k ON k.id = l.person_id
ORDER BY 1, 2, 3
"""
REVERSE = """
INSERT INTO courses_reversal (entry_id, recorded_by_id, source_id)
SELECT e.id, %(by)s, %(import)s FROM courses_entry e
WHERE e.source_id = %(import)s AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
ORDER BY e.id
"""
# What the import had corrected says again what it said, under its own source and line; but not what a rule
# concluded from a sign-off that was taken back since.
PUT_BACK = """
INSERT INTO courses_entry (participation_id, activity_id, person_id, stage, absent, headcount, happened_on,
    audience, hotline_id, agency_id, country_id, ordinal, recorded_by_id, source_id, source_line)
SELECT e.participation_id, e.activity_id, e.person_id, e.stage, e.absent, e.headcount, e.happened_on,
       e.audience, e.hotline_id, e.agency_id, e.country_id,
       (SELECT max(ordinal) + 1 FROM courses_entry o
        WHERE o.participation_id = e.participation_id AND o.stage = e.stage),
       %(by)s, e.source_id, e.source_line
FROM courses_reversal r JOIN courses_entry e ON e.id = r.entry_id
WHERE r.source_id = %(import)s AND e.source_id IS DISTINCT FROM %(import)s
  AND NOT (e.stage = 'completed' AND e.source_line IS NULL AND EXISTS (
      SELECT FROM courses_enrolment n
      JOIN courses_cohort h ON h.id = n.cohort_id
      JOIN courses_courseversion v ON v.id = h.version_id AND v.needs_sign_off
      WHERE n.participation_id = e.participation_id AND NOT EXISTS (
          SELECT FROM courses_signoff s LEFT JOIN courses_signoffreversal b ON b.sign_off_id = s.id
          WHERE s.enrolment_id = n.id AND b.sign_off_id IS NULL)))
ORDER BY e.id
"""
# The version before the import's is in force again; an activity that it made is withdrawn.
VERSIONS = """
INSERT INTO courses_activityversion (activity_id, number, kind_id, title, starts_at, ends_at, timezone, mode,
    place, country_id, host_id, funder_id, topics, status, withdrawn, recorded_by_id, source_id, source_line)
SELECT o.activity_id,
       (SELECT max(number) + 1 FROM courses_activityversion x WHERE x.activity_id = v.activity_id),
       o.kind_id, o.title, o.starts_at, o.ends_at, o.timezone, o.mode, o.place, o.country_id, o.host_id,
       o.funder_id, o.topics, o.status, o.withdrawn OR v.number = 1, %(by)s, %(import)s, o.source_line
FROM courses_activityversion v
JOIN courses_activityversion o ON o.activity_id = v.activity_id AND o.number = greatest(v.number - 1, 1)
WHERE v.source_id = %(import)s ORDER BY v.activity_id
"""


@dataclass(frozen=True)
class Undone:
    """How many entries were reversed, and how many corrected ones were put back."""

    reversed: int
    put_back: int


@transaction.atomic
def undo_import(*, number: int, by: User | None) -> Undone:
    """Take back import ``number``. Raises Refused with a sentence where that is not to be done."""
    hold(Lock.IMPORTS)
    with connection.cursor() as cursor:
        record = Import.objects.select_for_update().filter(pk=number).first()
        if record is None:
            raise Refused(_("There is no import %(number)s.") % {"number": number})
        if record.undone_at is not None:
            told = {"number": number, "day": f"{record.undone_at:%Y-%m-%d}"}
            raise Refused(_("Import %(number)s was undone on %(day)s.") % told)
        values = {"import": number, "by": by.pk if by else None}
        cursor.execute(LATER, values)
        refuse_if_leaned_on(number, cursor.fetchall())
        cursor.execute(REVERSE, values)
        reversed_entries = cursor.rowcount
        cursor.execute(PUT_BACK, values)
        put_back = cursor.rowcount
        cursor.execute(VERSIONS, values)
    settle(touched=lock_touched(record=record), record=record, by=by, source=None, places={})
    Import.objects.filter(pk=number).update(undone_at=Now(), undone_by=by)
    return Undone(reversed_entries, put_back)


def refuse_if_leaned_on(number: int, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    named = "; ".join(" ".join(filter(None, row)) for row in rows[:NAMED])
    if len(rows) > NAMED:
        named = _("%(named)s and %(more)s more") % {"named": named, "more": len(rows) - NAMED}
    text = _("Later facts stand on import %(number)s; undo or correct them first: %(named)s.")
    raise Refused(text % {"number": number, "named": named})
