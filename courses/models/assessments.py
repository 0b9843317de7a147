"""The final assessment of a version, attempts at it, and the marks they were given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.kinds.questions import QuestionKind
from courses.models.catalogue import CourseVersion, VersionContent
from courses.models.cohorts import Enrolment
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself


class Assessment(VersionContent):
    """``draw`` questions of the bank are put in each attempt; null puts all. Limits are off when null."""

    version = models.OneToOneField(CourseVersion, on_delete=models.CASCADE, related_name="assessment")
    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True)
    draw = models.PositiveSmallIntegerField(_("questions in an attempt"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("time limit in minutes"), null=True, blank=True)
    shuffle = models.BooleanField(_("shuffle questions and options"), default=True)

    class Meta(VersionContent.Meta):
        pass


class Question(VersionContent):
    """One question of the bank; ``data`` is what its kind (courses/kinds/questions.py) says it holds."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="questions")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=80)
    kind = models.CharField(max_length=10, choices=QuestionKind)
    points = models.PositiveSmallIntegerField(_("points"), default=1)
    data = models.JSONField(default=dict)

    class Meta(VersionContent.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(name="question_key", fields=["assessment", "key"]),
            models.CheckConstraint(name="question_has_points", condition=Q(points__gte=1)),
        ]


class Attempt(models.Model):
    """One try at the assessment. ``drawn`` lists the question ids in the order they are put.

    ``due_at`` is when the time allowed ends (UTC; null without a limit). Once submitted it changes no more.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    drawn = models.JSONField(default=list)
    seed = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(name="attempt_number", fields=["enrolment", "number"]),
            models.UniqueConstraint(
                name="attempt_one_open", fields=["enrolment"], condition=Q(submitted_at__isnull=True)
            ),
        ]


class Answer(models.Model):
    """What somebody answered to one question of an attempt; saved at once, over and over."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField()
    saved_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="answer_once", fields=["attempt", "question"])]


class Mark(AppendOnly):
    """Points for one question of an attempt; the newest mark of a question holds.

    ``points`` is out of the question's points. ``criteria`` are the points given for each criterion of an
    essay's rubric, in its order. ``marked_by`` is null for the program's own marking.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="marks")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField(default=1)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    criteria = models.JSONField(default=list, blank=True)
    note = models.TextField(_("note to who wrote it"), blank=True)
    marked_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["question", "ordinal"]
        constraints = [
            models.UniqueConstraint(name="mark_once", fields=["attempt", "question", "ordinal"]),
            models.CheckConstraint(name="mark_not_negative", condition=Q(points__gte=0)),
        ]
        # A completion is dated by the mark that passes it.
        triggers = [*AppendOnly.Meta.triggers, stamps_itself("marked_at")]


class Correction(AppendOnly):
    """What is right in a question of a published version after all; the newest correction holds.

    The version stays as it was published: ``data`` stands in for the question's own when it is marked and
    explained. Every one says why.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="corrections")
    ordinal = models.PositiveSmallIntegerField(default=1)
    data = models.JSONField()
    reason = models.TextField(_("reason"))
    corrected_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta(AppendOnly.Meta):
        ordering = ["question", "ordinal"]
        constraints = [
            models.UniqueConstraint(name="correction_once", fields=["question", "ordinal"]),
            models.CheckConstraint(name="correction_says_why", condition=~Q(reason="")),
        ]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself("corrected_at")]


class ExtraTime(models.Model):
    """More time for somebody, in per cent of the time limit; why is nobody's business and not kept."""

    enrolment = models.OneToOneField(
        Enrolment, primary_key=True, on_delete=models.CASCADE, related_name="extra_time"
    )
    per_cent = models.PositiveSmallIntegerField(_("extra time in per cent"))
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="extra_time_in_per_cent", condition=Q(per_cent__range=(0, 400)))
        ]
