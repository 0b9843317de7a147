"""Cohorts and enrolments: who takes which version together."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
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

    ``open_enrolment`` lets everybody with a login join by themselves, ``takes_requests`` lets them ask, and
    managers nominate; a trainer may invite and enrol whatever is said here. ``capacity`` is how many may be
    in it at once, ``seats_per_hotline`` how many of one hotline (see ``HotlineSeats``); null is no limit.
    ``answer_hours`` are the waking hours that an invitation or an offer holds a place for.

    Attended is who was at ``sessions_needed`` of its training sessions (null: at one), and there for
    ``minutes_needed`` at each that counts (null: however long), where anybody counted the minutes.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="cohort")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="cohorts")
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="cohorts")
    open_enrolment = models.BooleanField(_("anybody with a login may join"), default=False)
    takes_requests = models.BooleanField(_("people may ask for a place"), default=False)
    capacity = models.PositiveSmallIntegerField(_("places"), null=True, blank=True)
    seats_per_hotline = models.PositiveSmallIntegerField(_("places for each hotline"), null=True, blank=True)
    answer_hours = models.PositiveSmallIntegerField(_("waking hours to answer"), default=39)
    sessions_needed = models.PositiveSmallIntegerField(_("training sessions to be at"), null=True, blank=True)
    minutes_needed = models.PositiveSmallIntegerField(_("minutes at each"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="cohort_one_way_in", condition=Q(open_enrolment=False) | Q(takes_requests=False)
            ),
            models.CheckConstraint(
                name="cohort_has_places", condition=Q(capacity__isnull=True) | Q(capacity__gte=1)
            ),
            models.CheckConstraint(
                name="cohort_answer_takes_an_hour", condition=Q(answer_hours__gte=1, answer_hours__lte=390)
            ),
            models.CheckConstraint(
                name="cohort_sessions_needed_from_one",
                condition=Q(sessions_needed__isnull=True) | Q(sessions_needed__gte=1),
            ),
            models.CheckConstraint(
                name="cohort_minutes_needed_from_one",
                condition=Q(minutes_needed__isnull=True) | Q(minutes_needed__gte=1),
            ),
        ]


class HotlineSeats(models.Model):
    """How many of one hotline may be in a cohort, where that differs from what holds for all hotlines."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="hotline_seats")
    hotline = models.ForeignKey("people.Hotline", on_delete=models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField(_("places"))

    class Meta:
        ordering = ["hotline__name"]
        constraints = [models.UniqueConstraint(name="hotline_seats_once", fields=["cohort", "hotline"])]


class Enrolment(models.Model):
    """A person's place in a cohort; the participation is the same person and activity in the ledger.

    ``hidden`` keeps a self-care course out of the sight of manager and trainer. ``withdrawn_at`` is set while
    somebody has left: progress stays, the place is free, and lists leave the enrolment out. Every leaving is
    a ``Departure``.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="enrolment")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="enrolments")
    hidden = models.BooleanField(default=False)
    enrolled_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-enrolled_at"]
        constraints = [models.UniqueConstraint(name="enrolment_once", fields=["cohort", "person"])]


class Departure(AppendOnly):
    """That somebody left a cohort, why, and where to if to another one; ``number`` counts those of one
    enrolment.
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, db_index=False, related_name="departures"
    )
    number = models.PositiveSmallIntegerField(default=1)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="departures")
    moved_to = models.ForeignKey(Cohort, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["enrolment", "number"]
        constraints = [
            models.UniqueConstraint(name="departure_number", fields=["enrolment", "number"]),
            models.CheckConstraint(name="departure_to_another_cohort", condition=~Q(moved_to=F("cohort"))),
        ]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]


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
