"""Activities: everything the network counts, as append-only versions."""

import datetime as dt
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.enums import ActivityStatus, Mode
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself
from lms.people.models import Country, Hotline


class ActivityKind(models.Model):
    """What the network counts is data: a new kind is a row here, not a change of the program.

    ``between_hotlines`` kinds are visits of hotlines to a host, so the hotlines are counted, too.
    """

    # Migrations bring them; one that changed would change what old counts say.
    granted_to_application = ("SELECT",)

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    between_hotlines = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]


class Funder(models.Model):
    """Who pays for an activity; made as registers name it."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        ordering = ["name"]


KEEPS_ITS_REGISTER_ID = """
IF OLD.register_id IS NOT NULL AND NEW.register_id IS DISTINCT FROM OLD.register_id THEN
    RAISE EXCEPTION 'An activity that has a register id keeps it.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_keeps_register_id';
END IF;
RETURN NEW;
"""


class Activity(models.Model):
    """The identity of an activity. What it was, when and where, its versions say."""

    # An activity keeps its identity; one that has no register id may get one. A row of which no column may be
    # written could not even be locked.
    granted_to_application = ("SELECT", "INSERT", "UPDATE (created_at, register_id)")

    register_id = models.CharField(_("register id"), max_length=200, unique=True, null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        triggers = [
            pgtrigger.Trigger(
                name="keeps_its_register_id",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("register_id"),  # type: ignore[no-untyped-call]  # it ships no types
                func=KEEPS_ITS_REGISTER_ID,
            )
        ]


class ActivityVersionQuerySet(models.QuerySet["ActivityVersion"]):
    def in_force(self, moment: dt.datetime | None = None) -> Self:
        """The version of each activity that was known before ``moment`` (UTC; None is now)."""
        newer = ActivityVersion.objects.filter(activity=OuterRef("activity"), number__gt=OuterRef("number"))
        if moment is None:
            return self.filter(~Exists(newer), withdrawn=False)
        return self.filter(
            ~Exists(newer.filter(recorded_at__lt=moment)), recorded_at__lt=moment, withdrawn=False
        )


class ActivityVersion(AppendOnly):
    """What was known of an activity from ``recorded_at`` on; the highest number then is in force.

    ``starts_at`` and ``ends_at`` are UTC instants and ``timezone`` is the IANA zone of the place; both
    are null for a self-paced activity. ``withdrawn`` says that the activity should never have been
    recorded (an import was undone): it counts for nothing.
    """

    # No index of its own: the unique constraint begins with it.
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, db_index=False, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.ForeignKey(ActivityKind, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=10_000, blank=True)
    starts_at = models.DateTimeField(_("starts"), null=True)
    ends_at = models.DateTimeField(_("ends"), null=True)
    timezone = models.CharField(_("time zone"), max_length=64)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, blank=True)
    place = models.CharField(_("place"), max_length=10_000, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    host = models.ForeignKey(Hotline, on_delete=models.PROTECT, null=True, related_name="+")
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, null=True, related_name="+")
    topics = ArrayField(models.CharField(max_length=10_000), default=list, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ActivityStatus)
    withdrawn = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    source = models.ForeignKey("courses.Import", on_delete=models.PROTECT, null=True, related_name="+")
    source_line = models.PositiveIntegerField(null=True)

    objects = ActivityVersionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["activity", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
        constraints = [
            models.UniqueConstraint(name="activity_version_number", fields=["activity", "number"]),
            models.CheckConstraint(
                name="activity_ends_after_start", condition=Q(ends_at__gte=F("starts_at"))
            ),
            models.CheckConstraint(
                name="activity_end_needs_start",
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
            ),
        ]
