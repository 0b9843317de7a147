"""Cohorts and enrolments: who takes which version together."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.catalogue import CourseVersion
from courses.models.ledger import Participation


class Cohort(models.Model):
    """The people taking one delivery of a version; when and where, the activity's versions say.

    ``open_enrolment`` lets everybody with a login join by themselves.
    """

    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="cohort")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="cohorts")
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="cohorts")
    open_enrolment = models.BooleanField(_("anybody with a login may join"), default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]


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


class SignOff(models.Model):
    """The trainer's word that somebody has done what the course asks for beyond lessons and marks."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="sign_off")
    signed_at = models.DateTimeField(db_default=Now(), editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
