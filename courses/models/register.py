"""The attendance register: who was at a training session, as it was filled in and corrected."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.enums import Presence, RegisterSource
from courses.models.ledger import Participation
from courses.models.sessions import TrainingSession
from lms.kit.models import AppendOnly
from lms.kit.moment import RecordingMoment, stamps_itself


class RegisterMarkQuerySet(models.QuerySet["RegisterMark"]):
    def in_force(self) -> "RegisterMarkQuerySet":
        """The last word on each person at each session."""
        newer = RegisterMark.objects.filter(
            session=OuterRef("session"),
            participation=OuterRef("participation"),
            number__gt=OuterRef("number"),
        )
        return self.filter(~Exists(newer))


class RegisterMark(AppendOnly):
    """One word on one person at one session; the highest ``number`` is in force, a blank one takes it back.

    ``key`` is made where the mark is made, in the browser or by us: a mark sent again is known by it.
    ``minutes`` is how long somebody was there, null where nobody counted. Every mark after the first of a
    person is a correction and says why, unless it follows within the register's own hours.
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
    source = models.CharField(max_length=10, choices=RegisterSource, default=RegisterSource.TRAINER)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_at = models.DateTimeField(db_default=RecordingMoment(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = RegisterMarkQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["session", "participation", "-number"]
        triggers = [*AppendOnly.Meta.triggers, stamps_itself()]
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
