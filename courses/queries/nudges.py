"""Who is due a nudge, by one rule that the sweep plans by and that is asked once more before sending.

*A certificate that runs out*: the newest of a person's certificates of a course, neither revoked nor
withdrawn, within the version's window of re-certification (``renewal_days``; 14 days where it names none)
and until its last valid day; not where a newer cycle is under way, nor where the course can no longer be
taken: as courses.queries.certificates.renewable has it. *A course not begun*: enrolled, or in a cohort
that began, 14 to 60 days ago, without a lesson done or a place; not where the enrolment was taken back or
the course is completed. *A training to say something about*: an open form of an activity that the person
is enrolled in or attended, until it is answered. Days are those of the reporting zone.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.enums import NotNudged, VersionStatus
from courses.models import Cohort, Nudge, NudgeOff
from lms.kit.tokens import digest
from lms.outbox.states import State
from lms.people.models import User

# Where a version names no window: time to plan the day, not so early that it is forgotten again.
DAYS_BEFORE_END = 14
BEGIN_AFTER_DAYS = 14
# Whoever has not begun after this long knows; and nobody hears of a year-old enrolment on the first day.
BEGIN_WITHIN_DAYS = 60

# `final`: every record that is read as another, and that other. `login`: the one login of a person, the
# survivor's where two records have one each. `due`: every occasion that holds now, without a look at
# whether its person wants to know. A null `persons` or `kind` means all.
DUE = """
WITH RECURSIVE clock AS (
    SELECT (clock_timestamp() AT TIME ZONE %(zone)s)::date AS today
), step (record, survivor) AS (
    SELECT duplicate_id, survivor_id FROM people_personmerge WHERE undone_at IS NULL
    UNION
    SELECT s.record, m.survivor_id FROM step s
    JOIN people_personmerge m ON m.duplicate_id = s.survivor AND m.undone_at IS NULL
), final AS (
    SELECT record, min(survivor) AS holder FROM step
    WHERE survivor NOT IN (SELECT record FROM step) GROUP BY record
), login AS (
    SELECT DISTINCT ON (coalesce(f.holder, u.person_id))
        coalesce(f.holder, u.person_id) AS holder, u.id AS user_id, u.is_active
    FROM people_user u LEFT JOIN final f ON f.record = u.person_id
    WHERE u.person_id IS NOT NULL
    ORDER BY coalesce(f.holder, u.person_id), u.is_active DESC, f.holder IS NOT NULL, u.id
), certified AS NOT MATERIALIZED (
    SELECT c.id, c.person_id, coalesce(f.holder, c.person_id) AS holder, v.course_id, c.expires_on,
        coalesce(v.renewal_days, %(days_before)s) AS days, e.participation_id
    FROM courses_certificate c
    JOIN courses_courseversion v ON v.id = c.version_id
    JOIN courses_entry e ON e.id = c.entry_id
    LEFT JOIN final f ON f.record = c.person_id
    WHERE c.revoked_at IS NULL
      AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = c.entry_id)
      AND NOT (
        SELECT a.withdrawn FROM courses_activityversion a
        WHERE a.activity_id = e.activity_id ORDER BY a.number DESC LIMIT 1
      )
), expiring AS (
    SELECT c.person_id, c.holder, 'expiring' AS kind,
        'course ' || c.course_id || ' until ' || c.expires_on AS occasion,
        c.id AS certificate_id, NULL::bigint AS enrolment_id, NULL::bigint AS feedback_form_id
    FROM certified c, clock
    WHERE (%(persons)s::bigint[] IS NULL OR c.person_id = ANY(%(persons)s))
      AND clock.today BETWEEN c.expires_on - c.days AND c.expires_on
      AND EXISTS (
        SELECT FROM courses_courseversion v WHERE v.course_id = c.course_id AND v.status = 'published'
      )
      AND NOT EXISTS (
        SELECT FROM certified o WHERE o.holder = c.holder AND o.course_id = c.course_id AND o.id <> c.id
          AND (o.expires_on IS NULL OR (o.expires_on, o.id) > (c.expires_on, c.id))
      )
      AND coalesce((
        SELECT EXISTS (
            SELECT FROM courses_entry e
            WHERE e.participation_id = n.participation_id AND e.stage = 'completed'
              AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
        )
        FROM courses_enrolment n
        JOIN courses_cohort h ON h.id = n.cohort_id
        JOIN courses_courseversion v ON v.id = h.version_id AND v.course_id = c.course_id
        LEFT JOIN final f ON f.record = n.person_id
        WHERE coalesce(f.holder, n.person_id) = c.holder AND n.withdrawn_at IS NULL
        ORDER BY n.enrolled_at DESC LIMIT 1
      ), true)
), not_begun AS (
    SELECT n.person_id, coalesce(f.holder, n.person_id) AS holder, 'not_begun' AS kind,
        'enrolment ' || n.id AS occasion, NULL::bigint AS certificate_id, n.id AS enrolment_id,
        NULL::bigint AS feedback_form_id
    FROM courses_enrolment n
    JOIN courses_cohort h ON h.id = n.cohort_id
    JOIN LATERAL (
        SELECT a.starts_at, a.status, a.withdrawn FROM courses_activityversion a
        WHERE a.activity_id = h.activity_id ORDER BY a.number DESC LIMIT 1
    ) a ON a.status <> 'cancelled' AND NOT a.withdrawn
    LEFT JOIN final f ON f.record = n.person_id
    CROSS JOIN clock
    WHERE (%(persons)s::bigint[] IS NULL OR n.person_id = ANY(%(persons)s))
      AND (greatest(n.enrolled_at, a.starts_at) AT TIME ZONE %(zone)s)::date
          BETWEEN clock.today - %(within_days)s AND clock.today - %(after_days)s
      AND EXISTS (SELECT FROM courses_lesson l WHERE l.version_id = h.version_id)
      AND NOT EXISTS (SELECT FROM courses_lessondone d WHERE d.enrolment_id = n.id)
      AND NOT EXISTS (SELECT FROM courses_place p WHERE p.enrolment_id = n.id)
      AND n.withdrawn_at IS NULL
      AND EXISTS (
        SELECT FROM courses_entry e WHERE e.participation_id = n.participation_id AND e.stage = 'enrolled'
          AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
      )
      AND NOT EXISTS (
        SELECT FROM courses_entry e WHERE e.participation_id = n.participation_id AND e.stage = 'completed'
          AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
      )
), feedback AS (
    SELECT DISTINCT ON (f.id, coalesce(m.holder, p.person_id)) p.person_id,
        coalesce(m.holder, p.person_id) AS holder, 'feedback' AS kind, 'feedback ' || f.id AS occasion,
        NULL::bigint AS certificate_id, NULL::bigint AS enrolment_id, f.id AS feedback_form_id
    FROM courses_feedbackform f
    JOIN courses_participation p ON p.activity_id = f.activity_id AND p.person_id IS NOT NULL
    LEFT JOIN final m ON m.record = p.person_id
    CROSS JOIN clock
    WHERE f.closed_at IS NULL AND clock.today <= f.closes_on
      AND (%(persons)s::bigint[] IS NULL OR p.person_id = ANY(%(persons)s))
      AND EXISTS (
        SELECT FROM courses_entry e
        WHERE e.participation_id = p.id AND e.stage IN ('enrolled', 'attended') AND NOT e.absent
          AND NOT EXISTS (SELECT FROM courses_reversal r WHERE r.entry_id = e.id)
      )
      AND NOT EXISTS (
        SELECT FROM courses_feedbackgiven g LEFT JOIN final o ON o.record = g.person_id
        WHERE g.form_id = f.id AND coalesce(o.holder, g.person_id) = coalesce(m.holder, p.person_id)
      )
    ORDER BY f.id, coalesce(m.holder, p.person_id), p.person_id
), due AS (
    SELECT o.*, l.user_id, l.is_active,
        EXISTS (SELECT FROM courses_nudgeoff x WHERE x.user_id = l.user_id AND x.kind = o.kind) AS is_off
    FROM (
        SELECT * FROM expiring UNION ALL SELECT * FROM not_begun UNION ALL SELECT * FROM feedback
    ) o
    JOIN login l ON l.holder = o.holder
    WHERE (%(kind)s::text IS NULL OR o.kind = %(kind)s)
)
"""
OF_ONE = f"{DUE} SELECT user_id, is_active, is_off FROM due WHERE occasion = %(occasion)s"  # noqa: S608 - constants
OF_SOME = f"{DUE} SELECT person_id, kind, occasion FROM due"  # noqa: S608 - constants


@dataclass(frozen=True)
class NudgeRow:
    """A nudge as its reader sees it; `not_sent` says why there was no mail, where there was none.

    `joinable` says of a certificate's course whether its holder can begin it anew without a trainer.
    """

    nudge: Nudge
    unread: bool
    not_sent: NotNudged | None
    joinable: bool


def asked(nudge: Nudge | None = None) -> dict[str, Any]:
    """The parameters of DUE: for everybody, or for the one occasion of a nudge."""
    return {
        "zone": settings.REPORTING_ZONE,
        "days_before": DAYS_BEFORE_END,
        "after_days": BEGIN_AFTER_DAYS,
        "within_days": BEGIN_WITHIN_DAYS,
        "persons": [nudge.person_id] if nudge else None,
        "kind": nudge.kind if nudge else None,
        "occasion": nudge.occasion if nudge else None,
    }


def reader_of(nudge: Nudge) -> tuple[int, NotNudged | None]:
    """The login a nudge is for now, and why it is not to be sent; None where all it stands on still holds.

    It is another than planned where two records with a login each are read as one since.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, asked(nudge))
        found = cursor.fetchone()
    if found is None:
        return nudge.user_id, NotNudged.OVER
    user, is_active, is_off = found
    if not is_active:
        return user, NotNudged.CLOSED
    return user, NotNudged.OFF if is_off else None


def unread(user: User) -> QuerySet[Nudge]:
    """What somebody has not read yet, without what was over before it was sent."""
    over = Q(state=State.CANCELLED, fault__in=NotNudged.values)
    return Nudge.objects.filter(user=user, read_at=None).exclude(over)


def count_unread(user: User) -> int:
    """How many of them still hold. Two queries, one where none is unread."""
    found = set(unread(user).order_by().values_list("person_id", "kind", "occasion"))
    return len(found & _due({person for person, _kind, _occasion in found}))


def of_user(user: User) -> list[NudgeRow]:
    """Every nudge of somebody's that still holds, the newest first. Two queries, however many."""
    joinable = Cohort.objects.filter(
        open_enrolment=True,
        version__status=VersionStatus.PUBLISHED,
        version__course=OuterRef("certificate__version__course"),
    )
    nudges = (
        Nudge.objects.filter(user=user)
        .select_related("certificate__version__course", "enrolment__cohort__version__course", "feedback_form")
        .annotate(joinable=Exists(joinable))
    )
    holding = _holding(nudges)
    return [_row(nudge, nudge.joinable) for nudge in nudges if nudge.pk in holding]


def _holding(nudges: QuerySet[Nudge]) -> set[int]:
    """Those of the nudges, by id, of which no certificate was renewed and no course begun since."""
    due = _due({one.person_id for one in nudges})
    return {one.pk for one in nudges if (one.person_id, one.kind, one.occasion) in due}


def _due(persons: set[int]) -> set[tuple[int, str, str]]:
    """(person, kind, occasion) of all that holds for these persons."""
    if not persons:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(OF_SOME, asked() | {"persons": list(persons)})
        return set(cursor.fetchall())


def _row(nudge: Nudge, joinable: bool) -> NudgeRow:
    known = nudge.state == State.CANCELLED and nudge.fault in NotNudged.values
    reason = NotNudged(nudge.fault) if known else None
    return NudgeRow(nudge, nudge.read_at is None and reason is None, reason, joinable)


def turned_off(user: User) -> set[str]:
    """The kinds that somebody has turned off."""
    return set(NudgeOff.objects.filter(user=user).values_list("kind", flat=True))


def by_off_token(token: str) -> Nudge | None:
    """The nudge whose mail held this token, if there is one."""
    return Nudge.objects.select_related("user").filter(off_digest=digest(token)).first()
