"""How a new hotline is brought in: a plan of courses and steps."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.models.catalogue import Course
from lms.people.models import Hotline


class OnboardingPlan(models.Model):
    """What a hotline does on its way into the network; one at a time is open."""

    hotline = models.ForeignKey(Hotline, on_delete=models.PROTECT, related_name="onboarding")
    started_on = models.DateField(_("begins on"))
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="onboarding_one_open", fields=["hotline"], condition=Q(closed_at__isnull=True)
            )
        ]


class OnboardingStep(models.Model):
    """One step. With a ``course`` it is done when ``people`` of the hotline hold a valid certificate of it,
    which the ledger tells; without one somebody ticks it.
    """

    plan = models.ForeignKey(OnboardingPlan, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(_("step"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    people = models.PositiveSmallIntegerField(_("people"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                name="onboarding_course_says_how_many",
                condition=Q(course__isnull=True, people__isnull=True)
                | Q(course__isnull=False, people__gte=1, done_at__isnull=True),
            ),
            models.CheckConstraint(
                name="onboarding_ticked_by_someone",
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
            ),
            models.UniqueConstraint(name="onboarding_course_once", fields=["plan", "course"]),
        ]
