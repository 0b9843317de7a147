"""What welfare officers propose for reminders: one row for the network, one for a hotline."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from welfare.enums import Cadence


class ReminderDefault(models.Model):
    """Each part may be left open (null): then the network's holds, else the one built in.

    ``hotline_id`` is a hotline's number; null is the network. ``holidays`` is ``none``, ``own`` (the calendar
    of the hotline's country) or the name of a calendar. ``revision`` numbers the change; rows are never
    removed, so that it only grows.
    """

    granted_to_application = ("SELECT", "INSERT", "UPDATE")

    hotline_id = models.BigIntegerField(null=True, editable=False)
    cadence = models.CharField(_("how often"), max_length=12, choices=Cadence, null=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True)
    at = models.TimeField(_("local time"), null=True)
    working_days = ArrayField(models.PositiveSmallIntegerField(), null=True)
    quiet_from = models.TimeField(_("quiet from"), null=True)
    quiet_until = models.TimeField(_("quiet until"), null=True)
    holidays = models.CharField(_("public holidays"), max_length=12, null=True)
    revision = models.BigIntegerField(editable=False, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_default_a_hotline", fields=["hotline_id"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="default_day_goes_with_cadence",
                condition=Q(cadence__isnull=True, day__isnull=True)
                | Q(cadence__isnull=False, day__isnull=False, day__range=(1, 31)),
            ),
            models.CheckConstraint(
                name="default_quiet_has_both_ends",
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
            ),
            models.CheckConstraint(
                name="default_working_days",
                condition=Q(working_days__isnull=True)
                | Q(working_days__contained_by=[1, 2, 3, 4, 5, 6, 7], working_days__len__gt=0),
            ),
        ]
