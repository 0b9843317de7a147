"""Training sessions: when and where the people of an activity meet, in a room or a call."""

import datetime as dt
import uuid
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from courses.models.activities import Activity
from lms.kit.models import AppendOnly
from lms.kit.moment import NEW_ROWS, RecordingMoment, stamps_itself

# Who was there was there: the ledger counts them, so what they were at cannot be called off over them.
GUARD_CANCELLED = """
IF EXISTS (
    SELECT FROM new_rows n JOIN courses_registermark m ON m.session_id = n.session_id
    WHERE n.cancelled AND m.presence IN ('present', 'late', 'left_early') AND NOT EXISTS (
        SELECT FROM courses_registermark later WHERE later.session_id = m.session_id
        AND later.participation_id = m.participation_id AND later.number > m.number
    )
) THEN
    RAISE EXCEPTION 'Somebody is marked as having been there: take the mark back before it is cancelled.'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'session_cancelled_has_nobody';
END IF;
RETURN NULL;
"""


class TrainingSession(models.Model):
    """The identity of one meeting of an activity; what is planned of it, its versions say.

    ``uid`` names it in everybody's calendar and never changes. Sessions planned as one recurrence share
    ``series``. Without ``trainers`` of its own it is led by those of its cohort. ``locked_on`` is the last
    day, in the reporting zone, on which its register may still be changed; null is for ever.
    """

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="training_sessions")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.UUIDField(null=True, editable=False)
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="training_sessions", verbose_name=_("trainers")
    )
    locked_on = models.DateField(_("register closes after"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["activity", "id"]


class SessionVersionQuerySet(models.QuerySet["SessionVersion"]):
    def in_force(self, moment: dt.datetime | None = None) -> Self:
        """The version of each session that was known before ``moment`` (UTC; None is now)."""
        newer = SessionVersion.objects.filter(session=OuterRef("session"), number__gt=OuterRef("number"))
        if moment is None:
            return self.filter(~Exists(newer))
        return self.filter(~Exists(newer.filter(recorded_at__lt=moment)), recorded_at__lt=moment)


class SessionVersion(AppendOnly):
    """What is planned of a session from ``recorded_at`` on; the highest number is in force.

    ``number`` counts from 0 and is the SEQUENCE that calendars see (RFC 5545, 3.8.7.4). ``starts_at`` and
    ``ends_at`` are UTC instants, ``timezone`` is the IANA zone of the place. ``call_link`` is for the
    enrolled and their trainers alone. A cancelled version says why.
    """

    # No index of its own: the unique constraint begins with it.
    session = models.ForeignKey(
        TrainingSession, on_delete=models.PROTECT, db_index=False, related_name="versions"
    )
    number = models.PositiveIntegerField(default=0)
    title = models.CharField(_("title"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    timezone = models.CharField(_("time zone"), max_length=64)
    place = models.CharField(_("place"), max_length=500, blank=True)
    call_link = models.URLField(_("link of the call"), max_length=2000, blank=True)
    materials = models.TextField(_("to prepare, and materials"), blank=True)
    cancelled = models.BooleanField(default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = SessionVersionQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["session", "-number"]
        triggers = [
            *AppendOnly.Meta.triggers,
            stamps_itself(),
            pgtrigger.Trigger(
                name="guard_cancelled",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=NEW_ROWS,
                func=GUARD_CANCELLED,
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="session_version_number", fields=["session", "number"]),
            models.CheckConstraint(name="session_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="session_cancelled_says_why", condition=Q(cancelled=False) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["starts_at"], name="session_version_start")]
