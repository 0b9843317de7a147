"""Somebody's own reminders, read in that login's name."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import BinaryField, Q
from django.db.models.functions import Substr

from lms.kit.clock import reporting_zone
from lms.kit.keyring import HEAD
from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.kinds.calendar import next_dates, planned_through
from welfare.kinds.periods import EVENT
from welfare.models import Leave, Occurrence, Schedule
from welfare.models.wall import CONNECTION, as_engine, as_user, database_now
from welfare.queries.days import usable_days, without_leave
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
    """None where they are off. Seven queries on the welfare connection, however long they have been on."""
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
            list(known.exclude(asked_for).prefetch_related("deliveries")[:LATEST]),
            list(known.filter(asked_for).order_by("open_from")),
        )


def schedule_of(user: User) -> Schedule | None:
    """None where reminders are off."""
    with as_user(user.pk):
        return Schedule.objects.filter(user_id=user.pk).first()


def dates_offered(schedule: Schedule) -> list[dt.datetime]:
    """The next dates of one that is not saved, were it begun now. Two queries."""
    with as_user(schedule.user_id):
        usable = without_leave(schedule)
        after = planned_through(schedule.rhythm, now=database_now(), usable=usable)
        return next_dates(schedule.rhythm, schedule.quiet, after=after, usable=usable, count=DATES_AHEAD)


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


def proposed_to(user: User) -> dict[str, Any]:
    """The fields of a schedule as this login is proposed them now."""
    with as_user(user.pk):
        return proposal_for(user.pk)


@dataclass(frozen=True)
class LocalTime:
    """The time in the zone of a schedule, without that zone, and the hour of the usual reminders there."""

    now: dt.datetime
    at: dt.time
    zone: str


def local_time(user: User) -> LocalTime:
    """By somebody's schedule; where reminders are off, in the reporting zone and at the hour proposed."""
    with as_user(user.pk):
        schedule = Schedule.objects.filter(user_id=user.pk).first()
        zone = schedule.rhythm.place if schedule else reporting_zone()
        at = schedule.at if schedule else proposal_for(user.pk)["at"]
        return LocalTime(database_now().astimezone(zone).replace(tzinfo=None), at, zone.key)
