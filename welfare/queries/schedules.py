"""Somebody's own reminders, read in that login's name."""

import datetime as dt
from dataclasses import dataclass

from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.kinds.calendar import next_dates
from welfare.models import Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_user
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


def is_waiting(user: User) -> bool:
    """Whether a check-in is open: told, and neither answered nor put away."""
    with as_user(user.pk):
        return Notice.objects.filter(
            occurrence__schedule__user_id=user.pk, occurrence__state=OccurrenceState.OPEN
        ).exists()
