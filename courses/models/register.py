"""The attendance register: who was at a training session, as it was filled in and corrected."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from courses.enums import Presence, RegisterSource
from courses.models.ledger import Participation
from courses.models.sessions import SessionVersion, TrainingSession
from lms.kit.models import AppendOnly
from lms.kit.moment import NEW_ROWS, RecordingMoment, stamps_itself

# Somebody of another activity is at a session to make up for one of their own, and for nothing else.
GUARD_FITS = """
IF EXISTS (
    SELECT FROM new_rows n
    JOIN courses_participation p ON p.id = n.participation_id
    JOIN courses_trainingsession s ON s.id = n.session_id
    LEFT JOIN courses_trainingsession m ON m.id = n.made_up_for_id
    WHERE p.person_id IS NULL
       OR (p.activity_id = s.activity_id AND n.made_up_for_id IS NOT NULL)
       OR (p.activity_id <> s.activity_id AND m.activity_id IS DISTINCT FROM p.activity_id)
) THEN
    RAISE EXCEPTION 'A mark is of a person of the session''s activity, or makes up for a session of theirs.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'register_mark_fits_session';
END IF;
RETURN NULL;
"""

# The other half of ``session_cancelled_has_nobody``, for whichever of the two comes second.
GUARD_TAKES_PLACE = """
IF EXISTS (
    SELECT FROM new_rows n JOIN LATERAL (
        SELECT v.cancelled FROM courses_sessionversion v WHERE v.session_id = n.session_id
        ORDER BY v.number DESC LIMIT 1
    ) known ON known.cancelled
    WHERE n.presence IN ('present', 'late', 'left_early')
) THEN
    RAISE EXCEPTION 'This training session is cancelled: nobody can have been at it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'register_mark_takes_place';
END IF;
RETURN NULL;
"""


class RegisterMarkQuerySet(models.QuerySet["RegisterMark"]):
    def in_force(self) -> "RegisterMarkQuerySet":
        """The last word on each person at each session."""
        newer = RegisterMark.objects.filter(
            session=OuterRef("session"),
            participation=OuterRef("participation"),
            number__gt=OuterRef("number"),
        )
        return self.filter(~Exists(newer))

    def with_day(self) -> "RegisterMarkQuerySet":
        """The same, each with ``starts_at``, the start (UTC) of the session it was made at."""
        known = SessionVersion.objects.in_force().filter(session=OuterRef("session"))
        return self.in_force().annotate(starts_at=Subquery(known.values("starts_at")))


class RegisterMark(AppendOnly):
    """One word on one person at one session; the highest ``number`` is in force, a blank one takes it back.

    ``key`` is made where the mark is made, in the browser or by us: a mark sent again is known by it.
    ``minutes`` is how long somebody was there, null where nobody counted. Every mark after the first of a
    person is a correction and says why, unless it follows within the register's own hours. A guest of
    another activity makes up a session of their own here, ``made_up_for``, and it counts there alone.
    """

    # No index of its own: the unique constraint begins with it.
    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, db_index=False, related_name="marks"
    )
    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="register_marks")
    number = models.PositiveSmallIntegerField(default=1)
    presence = models.CharField(_("presence"), max_length=10, choices=Presence, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    made_up_for = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, null=True, related_name="made_up", editable=False
    )
    source = models.CharField(max_length=10, choices=RegisterSource, default=RegisterSource.TRAINER)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = RegisterMarkQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["session", "participation", "-number"]
        triggers = [
            *AppendOnly.Meta.triggers,
            stamps_itself(),
            pgtrigger.Trigger(
                name="fits_session",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=NEW_ROWS,
                func=GUARD_FITS,
            ),
            pgtrigger.Trigger(
                name="takes_place",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=NEW_ROWS,
                func=GUARD_TAKES_PLACE,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="register_mark_number", fields=["session", "participation", "number"]
            ),
            models.CheckConstraint(name="register_mark_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="register_presence_is_known", condition=Q(presence="") | Q(presence__in=Presence.values)
            ),
            models.CheckConstraint(
                name="register_minutes_of_who_was_there",
                condition=Q(minutes__isnull=True)
                | Q(presence__in=[Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY]),
            ),
        ]


class RegisterLock(AppendOnly):
    """That a register closes after a day, or is open again (null), from ``recorded_at`` on; and why.

    The last one says what ``TrainingSession.locked_on`` holds.
    """

    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, db_index=False, related_name="locks"
    )
    number = models.PositiveSmallIntegerField(default=1)
    locked_on = models.DateField(_("register closes after"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["session", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [models.UniqueConstraint(name="register_lock_number", fields=["session", "number"])]


class AttendanceCode(models.Model):
    """People of a session say by a code that they are there, from ``opened_at`` until ``until``.

    The code follows from ``salt``, the minute and the site's secret, and is kept nowhere. Whoever comes more
    than ``late_after`` minutes after the session's start is late; null is never.
    """

    session = models.OneToOneField(TrainingSession, on_delete=models.CASCADE, related_name="attendance_code")
    salt = models.UUIDField(default=uuid.uuid4, editable=False)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    late_after = models.PositiveSmallIntegerField(_("late after minutes"), null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class AttendanceCodeTries(models.Model):
    """How many codes a person entered in one hour; rows of earlier hours are deleted."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, db_index=False, related_name="+")
    hour = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="attendance_code_tries_once", fields=["person", "hour"])]
