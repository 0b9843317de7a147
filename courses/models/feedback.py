"""Feedback on a training: what was asked, what was said, and apart from it who has answered.

An answer holds no person and no time. Every answer rewrites all of its form in one transaction, so that
neither the place of a row nor its transaction number tell which one came last, or beside whose mark.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from courses.models.sessions import TrainingSession
from lms.kit.models import AppendOnly
from lms.kit.moment import DatabaseClock, RecordingMoment, stamps_itself
from lms.people.models import Person


class FeedbackForm(models.Model):
    """What the people of an activity, or of one of its training sessions, are asked until ``closes_on``.

    ``closes_on`` is the last day, in the reporting zone. ``questions`` are those of courses.kinds.feedback
    and never change. Once ``closed_at`` is set there is a result and no answer is kept.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE (closed_at, closes_on)")

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="feedback")
    session = models.ForeignKey(TrainingSession, on_delete=models.PROTECT, null=True, related_name="feedback")
    questions = models.JSONField()
    closes_on = models.DateField(_("last day for answers"))
    opened_at = models.DateTimeField(db_default=DatabaseClock(), editable=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="feedback_once", fields=["activity", "session"], nulls_distinct=False
            ),
        ]


class FeedbackAnswer(models.Model):
    """What one person said. Rows are written anew with every answer, and gone once the form is closed."""

    granted_to_application = ("SELECT", "INSERT", "DELETE")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(FeedbackForm, on_delete=models.PROTECT, related_name="answers")
    data = models.JSONField()


class FeedbackGiven(models.Model):
    """That a person has answered: so that nobody answers twice, and nobody is asked again."""

    granted_to_application = ("SELECT", "INSERT", "DELETE")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.ForeignKey(FeedbackForm, on_delete=models.PROTECT, related_name="given")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="feedback_given_once", fields=["form", "person"])]


class FeedbackResult(AppendOnly):
    """What came of a form, written once when it closes; ``summed`` is null where too few answered."""

    form = models.OneToOneField(
        FeedbackForm, primary_key=True, on_delete=models.PROTECT, related_name="result"
    )
    answered = models.PositiveIntegerField(null=True)
    summed = models.JSONField(null=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)

    class Meta(AppendOnly.Meta):
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.CheckConstraint(
                name="feedback_of_five_or_none",
                condition=Q(answered__isnull=True, summed__isnull=True)
                | Q(answered__gte=5, summed__isnull=False),
            )
        ]


class PooledRating(models.Model):
    """One answer to "all in all" from a form with too few answers: of its year alone, and of no form.

    Rows of a year are written anew whenever some come in, like answers.
    """

    granted_to_application = ("SELECT", "INSERT", "DELETE")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField(db_index=True)
    rating = models.CharField(max_length=12)
