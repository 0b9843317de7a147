"""Whether a mail about a training session still holds, and for whom: all in one look."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection

from courses.enums import CalendarMethod, Stage
from courses.models import SessionMail, SessionVersion, TrainingSession
from lms.kit.clock import today
from lms.outbox.states import State
from lms.people.enums import Role

# What may have come to somebody's mailbox.
OUT = (State.SENT, State.UNCERTAIN, State.TRANSMITTING)
VERSION = (
    "id", "session_id", "number", "title", "starts_at", "ends_at", "timezone", "place", "call_link",
    "materials", "cancelled", "reason", "recorded_at",
)  # fmt: skip
# The records that are read as one person: up every merge in force, and down from there. UNION ends a circle.
LOOK = f"""
WITH RECURSIVE up(id) AS (
    SELECT %(person)s::bigint
    UNION SELECT m.survivor_id FROM people_personmerge m JOIN up ON m.duplicate_id = up.id
    WHERE m.undone_at IS NULL
), record(id) AS (
    SELECT id FROM up
    UNION SELECT m.duplicate_id FROM people_personmerge m JOIN record ON m.survivor_id = record.id
    WHERE m.undone_at IS NULL
), taking AS (
    SELECT coalesce(bool_or(e.hidden), false) AS hidden
    FROM courses_trainingsession s
    JOIN courses_participation p ON p.activity_id = s.activity_id AND p.person_id IN (SELECT id FROM record)
    LEFT JOIN courses_enrolment e ON e.participation_id = p.id
    WHERE s.id = %(session)s AND e.withdrawn_at IS NULL AND (e.id IS NOT NULL OR NOT EXISTS (
        SELECT FROM courses_departure d JOIN courses_cohort o ON o.id = d.cohort_id
        JOIN courses_enrolment n ON n.id = d.enrolment_id
        WHERE o.activity_id = s.activity_id AND n.person_id = p.person_id
    )) AND EXISTS (
        SELECT FROM courses_entry f WHERE f.participation_id = p.id AND f.stage = %(enrolled)s
        AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = f.id)
    )
    HAVING count(*) > 0
), login AS (
    SELECT u.email, u.zone, u.is_active FROM people_user u WHERE u.person_id IN (SELECT id FROM record)
    ORDER BY u.is_active DESC, u.id LIMIT 1
)
SELECT {", ".join(f"v.{name}" for name in VERSION)}, s.uid, s.activity_id,
    cv.title AS course_title, a.title AS activity_title, k.name AS kind_name,
    EXISTS (
        SELECT FROM courses_sessionmail m WHERE m.session_id = s.id AND m.person_id = %(person)s
        AND (m.number, m.ordinal) > (%(number)s, %(ordinal)s)
    ) AS overtaken,
    EXISTS (
        SELECT FROM courses_sessionmail m WHERE m.session_id = s.id AND m.person_id = %(person)s
        AND m.id <> %(mail)s AND m.kind = %(request)s AND m.state = ANY (%(out)s)
    ) AS told,
    EXISTS (
        SELECT FROM people_user u JOIN people_rolegrant g ON g.user_id = u.id
        WHERE u.person_id IN (SELECT id FROM record) AND u.is_active AND g.role = %(trainer)s
        AND g.revoked_at IS NULL AND g.from_on <= %(today)s AND coalesce(g.until_on >= %(today)s, true)
        AND CASE WHEN EXISTS (SELECT FROM courses_trainingsession_trainers WHERE trainingsession_id = s.id)
            THEN EXISTS (
                SELECT FROM courses_trainingsession_trainers t
                WHERE t.trainingsession_id = s.id AND t.user_id = u.id
            )
            ELSE EXISTS (
                SELECT FROM courses_cohort_trainers t WHERE t.cohort_id = c.id AND t.user_id = u.id
            )
        END
    ) AS leads,
    EXISTS (
        SELECT FROM courses_participation p
        WHERE p.activity_id = s.activity_id AND p.person_id IN (SELECT id FROM record)
    ) AS took_part,
    v.ends_at <= %(now)s AS is_over,
    (SELECT hidden FROM taking) AS hidden,
    login.email, login.zone, login.is_active,
    (
        SELECT min(p.email) FROM people_person p WHERE p.id IN (SELECT id FROM record) AND p.email <> ''
    ) AS address
FROM courses_trainingsession s
JOIN LATERAL (
    SELECT * FROM courses_sessionversion WHERE session_id = s.id ORDER BY number DESC LIMIT 1
) v ON true
LEFT JOIN LATERAL (
    SELECT title, kind_id FROM courses_activityversion WHERE activity_id = s.activity_id
    ORDER BY number DESC LIMIT 1
) a ON true
LEFT JOIN courses_activitykind k ON k.code = a.kind_id
LEFT JOIN courses_cohort c ON c.activity_id = s.activity_id
LEFT JOIN courses_courseversion cv ON cv.id = c.version_id
LEFT JOIN login ON true
WHERE s.id = %(session)s
"""  # noqa: S608 - names of columns


@dataclass(frozen=True)
class Look:
    """``version`` is the one in force, titled as queries.sessions.titled does it.

    ``overtaken``: a later mail says more. ``told``: an invitation to it may have reached the reader before.
    ``hidden``: whether it is a course they keep to themselves; None where they are not enrolled now.
    ``leads``: whether they lead it now; ``took_part``: whether they are or were on its list.
    ``email`` is the login's, ``is_active`` whether it is open (None without one), ``address`` a record's own.
    """

    version: SessionVersion
    overtaken: bool
    told: bool
    is_over: bool
    hidden: bool | None
    leads: bool
    took_part: bool
    email: str | None
    zone: str | None
    is_active: bool | None
    address: str | None


def look(mail: SessionMail, now: dt.datetime) -> Look:
    """One statement; ``now`` is aware."""
    asked: dict[str, Any] = {
        "mail": mail.pk,
        "session": mail.session_id,
        "person": mail.person_id,
        "number": mail.number,
        "ordinal": mail.ordinal,
        "request": CalendarMethod.REQUEST.value,
        "enrolled": Stage.ENROLLED.value,
        "trainer": Role.TRAINER.value,
        "today": today(),
        "out": [state.value for state in OUT],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOOK, asked)
        names = [column.name for column in cursor.description or ()]
        said: dict[str, Any] = dict(zip(names, cursor.fetchone() or (), strict=True))
    version = SessionVersion(**{name: said.pop(name) for name in VERSION})
    version.session = TrainingSession(
        pk=version.session_id, uid=said.pop("uid"), activity_id=said.pop("activity_id")
    )
    for name in ("course_title", "activity_title", "kind_name"):
        setattr(version, name, said.pop(name))
    return Look(version=version, **said)
