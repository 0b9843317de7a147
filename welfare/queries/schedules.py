"""Somebody's own reminders, read in that login's name."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from lms.kit.clock import reporting_zone
from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.kinds.calendar import next_dates
from welfare.kinds.periods import EVENT
from welfare.models import Leave, Notice, Occurrence, Schedule
from welfare.models.wall import as_user, database_now
from welfare.queries.days import usable_days
from welfare.queries.proposals import proposal_for

DATES_AHEAD = 3
LATEST = 6


@dataclass(frozen=True)
class Reminders:
    """The schedule, what is ahead of it, what became of the latest ones, newest first, and own dates."""

    schedule: Schedule
    leave: list[Leave]
    ahead: list[dt.datetime]
    latest: list[Occurrence]
    own_dates: list[Occurrence]


def reminders_of(user: User) -> Reminders | None:
    """None where they are off. Six queries on the welfare connection, however long they have been on."""
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
        # Of a period whose day is over already, a later day serves.
        ahead = [max(moment, schedule.next_at) for moment in ahead]
        known = schedule.occurrences.order_by("-pk")
        asked_for = Q(state=OccurrenceState.PLANNED, slot_key__startswith=EVENT)
        return Reminders(
            schedule,
            list(schedule.leave.all()),
            ahead,
            list(known.exclude(asked_for)[:LATEST]),
            list(known.filter(asked_for).order_by("open_from")),
        )


def is_waiting(user: User) -> bool:
    """Whether a check-in is open: told, and neither answered nor put away."""
    with as_user(user.pk):
        return Notice.objects.filter(
            occurrence__schedule__user_id=user.pk, occurrence__state=OccurrenceState.OPEN
        ).exists()


def proposed_to(user: User) -> dict[str, Any]:
    """The fields of a schedule as this login is proposed them now."""
    with as_user(user.pk):
        return proposal_for(user.pk)


def local_now(user: User) -> tuple[dt.datetime, dt.time]:
    """The time in the zone of somebody's schedule, without the zone, and the hour of the usual reminders.

    Where reminders are off, in the reporting zone and at the hour proposed.
    """
    with as_user(user.pk):
        schedule = Schedule.objects.filter(user_id=user.pk).first()
        zone = schedule.rhythm.place if schedule else reporting_zone()
        at = schedule.at if schedule else proposal_for(user.pk)["at"]
        return database_now().astimezone(zone).replace(tzinfo=None), at
