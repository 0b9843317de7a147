"""The catalogue: courses and their versions. What somebody took is always one version."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import Intensity, Level, VersionStatus
from courses.models.activities import ActivityKind

# A published version is what people's results point at: only its retirement may still be written.
FREEZE_VERSION = """
IF OLD.status = 'draft' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END IF;
IF TG_OP = 'DELETE' OR NEW.status = 'draft' OR (OLD.status = 'retired' AND NEW.status <> 'retired')
   OR to_jsonb(NEW) - ARRAY['status', 'retired_at', 'retired_by_id']
      <> to_jsonb(OLD) - ARRAY['status', 'retired_at', 'retired_by_id'] THEN
    RAISE EXCEPTION 'A published course version is frozen: make a new version of it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'course_version_frozen';
END IF;
RETURN NEW;
"""
FREEZE_CONTENT = """
IF EXISTS (
    SELECT FROM courses_courseversion v
    WHERE v.status <> 'draft'
      AND (v.id = CASE WHEN TG_OP <> 'DELETE' THEN NEW.version_id END
           OR v.id = CASE WHEN TG_OP <> 'INSERT' THEN OLD.version_id END)
) THEN
    RAISE EXCEPTION 'A published course version is frozen: make a new version of it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'course_version_frozen';
END IF;
RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
"""


class Course(models.Model):
    """A catalogue entry. ``self_care`` courses may be hidden from manager and trainer by who takes them.

    ``authors`` are the trainers who may change it; nobody else may, and a course can be without any.
    """

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, related_name="+")
    self_care = models.BooleanField(_("about looking after oneself"), default=False)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="authored_courses")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["kind__position", "slug"]


class CourseVersion(models.Model):
    """What the course is from one publication to the next. Rules are off until somebody sets them.

    ``pass_mark`` is in per cent of the assessment's points; ``validity_months`` is how long a completion
    holds and ``renewal_days`` how long before its end it may be renewed; null is for ever.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=VersionStatus, default=VersionStatus.DRAFT)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    aims = models.JSONField(_("aims"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    level = models.CharField(_("level"), max_length=12, choices=Level, default=Level.INTRODUCTORY)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=0)
    intensity = models.CharField(_("intensity"), max_length=8, choices=Intensity, default=Intensity.NONE)
    intensity_note = models.TextField(_("what is hard in it"), blank=True)
    cpd_hours = models.DecimalField(_("CPD hours"), max_digits=5, decimal_places=2, null=True, blank=True)
    needs_lessons = models.BooleanField(_("all lessons done"), default=False)
    pass_mark = models.PositiveSmallIntegerField(_("pass mark in per cent"), null=True, blank=True)
    needs_attendance = models.BooleanField(_("attendance"), default=False)
    needs_sign_off = models.BooleanField(_("the trainer's sign-off"), default=False)
    validity_months = models.PositiveSmallIntegerField(_("valid for, in months"), null=True, blank=True)
    renewal_days = models.PositiveSmallIntegerField(
        _("renewable, in days before its end"), null=True, blank=True
    )
    # Counts every change of a draft's content: who saves over an older count is told first.
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(name="course_version_number", fields=["course", "number"]),
            models.UniqueConstraint(
                name="course_one_published", fields=["course"], condition=Q(status=VersionStatus.PUBLISHED)
            ),
            models.CheckConstraint(
                name="pass_mark_in_per_cent",
                condition=Q(pass_mark__isnull=True) | Q(pass_mark__range=(1, 100)),
            ),
            models.CheckConstraint(
                name="published_since",
                condition=Q(status=VersionStatus.DRAFT, published_at__isnull=True)
                | (~Q(status=VersionStatus.DRAFT) & Q(published_at__isnull=False)),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="freeze_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=FREEZE_VERSION,
            )
        ]

    @property
    def cpd_in_words(self) -> str:
        """The CPD hours without zeros at the end; '' where none are set."""
        return "" if self.cpd_hours is None else f"{self.cpd_hours.normalize():f}"


class VersionContent(models.Model):
    """Whatever belongs to a version: the database lets it change only while the version is a draft."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Trigger(
                name="freeze_content",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FREEZE_CONTENT,
            )
        ]


class Prerequisite(VersionContent):
    """A course that must be completed, and valid on the day, before this version is begun."""

    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="prerequisites")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")

    class Meta(VersionContent.Meta):
        constraints = [models.UniqueConstraint(name="prerequisite_once", fields=["version", "course"])]


class GlossaryTerm(VersionContent):
    version = models.ForeignKey(CourseVersion, on_delete=models.CASCADE, related_name="glossary")
    term = models.CharField(_("term"), max_length=120)
    meaning = models.TextField(_("meaning"))

    class Meta(VersionContent.Meta):
        ordering = [F("term").asc()]
        constraints = [models.UniqueConstraint(name="glossary_term_once", fields=["version", "term"])]
