"""When somebody wishes to be reminded, for those who asked to be: no row means off.

No foreign key leads out of the welfare schema: ``user_id`` is a login's number and nothing more.
"""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from welfare.enums import Cadence, MailTo
from welfare.kinds.calendar import Quiet, Rhythm

# The version of the rules in welfare/kinds/calendar.py that a schedule was last planned by.
RULE_VERSION = 1


def weekdays() -> list[int]:
    return [1, 2, 3, 4, 5]


class Schedule(models.Model):
    """One login's rhythm.

    ``planned_until`` is the last local day of the newest period that was planned, and ``next_at`` the
    instant at which the engine has to look again. A pause is until a day: stopping removes the row.
    ``private_address`` is padded and wrapped (welfare/kinds/addresses.py), bound to the login;
    ``test_digest`` is of the token in the newest test message, which ends the mails like any other, and
    ``tests`` how many there were within the hour.
    """

    user_id = models.BigIntegerField(unique=True, editable=False)
    cadence = models.CharField(_("how often"), max_length=12, choices=Cadence, default=Cadence.MONTHLY)
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    at = models.TimeField(_("local time"), default=dt.time(10))
    zone = models.CharField(_("time zone"), max_length=64)
    working_days = ArrayField(models.PositiveSmallIntegerField(), default=weekdays)
    quiet_from = models.TimeField(_("quiet from"), default=dt.time(18))
    quiet_until = models.TimeField(_("quiet until"), default=dt.time(8))
    paused_until = models.DateField(_("paused until"), null=True, blank=True)
    mail = models.CharField(_("mail"), max_length=8, choices=MailTo, default=MailTo.LOGIN)
    private_address = models.BinaryField(null=True)
    test_digest = models.CharField(max_length=64, unique=True, null=True, editable=False)
    tests = models.PositiveSmallIntegerField(default=0, editable=False)
    planned_until = models.DateField(editable=False)
    next_at = models.DateTimeField(editable=False, db_index=True)
    rule_version = models.PositiveSmallIntegerField(default=RULE_VERSION, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="schedule_day_of_month", condition=Q(day__range=(1, 31))),
            models.CheckConstraint(
                name="schedule_working_days",
                condition=Q(working_days__contained_by=[1, 2, 3, 4, 5, 6, 7]) & Q(working_days__len__gt=0),
            ),
            models.CheckConstraint(
                name="schedule_private_address",
                condition=Q(mail=MailTo.PRIVATE, private_address__isnull=False)
                | (~Q(mail=MailTo.PRIVATE) & Q(private_address__isnull=True)),
            ),
        ]

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(Cadence(self.cadence), self.day, self.at, self.zone)

    @property
    def quiet(self) -> Quiet:
        return Quiet(self.quiet_from, self.quiet_until)


class Leave(models.Model):
    """Days on which somebody is not to be reminded, both ends included. It holds no reason."""

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="leave")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        ordering = ["first"]
        constraints = [
            models.CheckConstraint(name="leave_ends_after_start", condition=Q(last__gte=F("first")))
        ]
