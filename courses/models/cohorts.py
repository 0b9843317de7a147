"""Cohorts and enrolments: who takes which version together."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.catalogue import CourseVersion
from courses.models.ledger import Participation
from lms.kit.models import AppendOnly
from lms.kit.moment import NEW_ROWS, RecordingMoment, stamps_itself

# As in the ledger: a second word for the same person is said only after the first was taken back.
GUARD_SIGN_OFF = """
IF EXISTS (
    SELECT FROM new_rows n WHERE n.ordinal > 1 AND NOT EXISTS (
        SELECT FROM courses_signoff s JOIN courses_signoffreversal r ON r.sign_off_id = s.id
        WHERE s.enrolment_id = n.enrolment_id AND s.ordinal = n.ordinal - 1
    )
) THEN
    RAISE EXCEPTION 'A sign-off that stands cannot be given again: take it back first.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'sign_off_again_needs_reversal';
END IF;
RETURN NULL;
"""


class Cohort(models.Model):
    """The people taking one delivery of a version; when and where, the activity's versions say.

    ``open_enrolment`` lets everybody with a login join by themselves. Attended is who was at
    ``sessions_needed`` of its training sessions (null: at one), and there for ``minutes_needed`` at each that
    counts (null: however long), where anybody counted the minutes.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="cohort")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="cohorts")
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="cohorts")
    open_enrolment = models.BooleanField(_("anybody with a login may join"), default=False)
    sessions_needed = models.PositiveSmallIntegerField(_("training sessions to be at"), null=True, blank=True)
    minutes_needed = models.PositiveSmallIntegerField(_("minutes at each"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="cohort_sessions_needed_from_one",
                condition=Q(sessions_needed__isnull=True) | Q(sessions_needed__gte=1),
            ),
            models.CheckConstraint(
                name="cohort_minutes_needed_from_one",
                condition=Q(minutes_needed__isnull=True) | Q(minutes_needed__gte=1),
            ),
        ]


class Enrolment(models.Model):
    """A person's place in a cohort; the participation is the same person and activity in the ledger.

    ``hidden`` keeps a self-care course out of the sight of manager and trainer.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="enrolment")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    hidden = models.BooleanField(default=False)
    enrolled_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(name="enrolment_once", fields=["cohort", "person"])]


class SignOff(AppendOnly):
    """The trainer's word that somebody has done what the course asks for beyond lessons and marks.

    ``ordinal`` counts the sign-offs of one enrolment; all but the last are taken back.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="sign_offs")
    ordinal = models.PositiveSmallIntegerField(default=1)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["enrolment", "ordinal"]
        constraints = [
            models.UniqueConstraint(name="sign_off_once", fields=["enrolment", "ordinal"]),
            models.CheckConstraint(name="sign_off_ordinal_from_one", condition=Q(ordinal__gte=1)),
        ]
        triggers = [
            *AppendOnly.Meta.triggers,
            stamps_itself(),
            pgtrigger.Trigger(
                name="guard_again",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=NEW_ROWS,
                func=GUARD_SIGN_OFF,
            ),
        ]


class SignOffReversal(AppendOnly):
    """Takes one sign-off back, once and for good; why is kept with it."""

    sign_off = models.OneToOneField(
        SignOff, primary_key=True, on_delete=models.PROTECT, related_name="reversal"
    )
    reason = models.TextField(_("reason"))
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["recorded_at", "sign_off"]
        constraints = [models.CheckConstraint(name="sign_off_reversal_says_why", condition=~Q(reason=""))]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
