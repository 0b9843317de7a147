"""Somebody's own reminders, read in that login's name."""

import datetime as dt
from dataclasses import dataclass

from django.db import connections
from django.db.models import BinaryField
from django.db.models.functions import Substr

from lms.kit.keyring import HEAD
from lms.people.models import User
from welfare.kinds.calendar import next_dates
from welfare.models import Leave, Occurrence, Schedule
from welfare.models.wall import CONNECTION, as_engine, as_user
from welfare.queries.days import usable_days

DATES_AHEAD = 3
LATEST = 6


@dataclass(frozen=True)
class Reminders:
    """The schedule with what is ahead of it and what became of the latest ones, newest first."""

    schedule: Schedule
    leave: list[Leave]
    ahead: list[dt.datetime]
    latest: list[Occurrence]


def reminders_of(user: User) -> Reminders | None:
    """None where they are off. Four queries on the welfare connection, however long they have been on."""
    with as_user(user.pk):
        schedule = Schedule.objects.prefetch_related("leave").filter(user_id=user.pk).first()
        if schedule is None:
            return None
        usable = usable_days(schedule)
        ahead = next_dates(
            schedule.rhythm,
            schedule.quiet,
            after=schedule.planned_until,
            usable=usable,
            count=DATES_AHEAD,
        )
        latest = list(schedule.occurrences.order_by("-pk")[:LATEST])
        return Reminders(schedule, list(schedule.leave.all()), ahead, latest)


def schedule_of(user: User) -> Schedule | None:
    """None where reminders are off."""
    with as_user(user.pk):
        return Schedule.objects.filter(user_id=user.pk).first()


def is_waiting(user: User) -> bool:
    """Whether a check-in is open: told, and neither answered nor put away. One statement."""
    with connections[CONNECTION].cursor() as cursor:
        # The function gives this login's name and takes it back: the bell asks it on every page.
        cursor.execute("SELECT is_waiting(%s)", [user.pk])
        return bool(cursor.fetchone()[0])


def wrapped_with() -> set[bytes]:
    """The head of every key that wraps a private address, as lms.kit.keyring writes it."""
    heads = Schedule.objects.exclude(private_address=None).annotate(
        head=Substr("private_address", 1, HEAD, output_field=BinaryField())
    )
    with as_engine():
        return {bytes(head) for head in heads.values_list("head", flat=True).distinct()}
