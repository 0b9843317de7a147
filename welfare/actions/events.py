"""Dates that somebody asks for: the open reminder put off, or a reminder on a day of the own.

Each is an occurrence of its own, ``event:`` and a number made by chance. It is told once whatever else comes.
"""

import datetime as dt
import uuid

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.kit.clock import instant
from lms.kit.errors import Refused
from lms.people.models import User
from welfare.actions.schedules import locked
from welfare.enums import OccurrenceState
from welfare.kinds.periods import EVENT
from welfare.models import Occurrence, Schedule
from welfare.models.wall import as_user, database_now

MOST_AHEAD = 10
FURTHEST = dt.timedelta(days=366)


def put_off(*, local: dt.datetime, by: User) -> None:
    """The open reminder is over, and comes again at a time of the schedule's zone.

    It ends as one that was answered does: nobody can tell them apart. Raises Refused where none is open.
    """
    with as_user(by.pk):
        schedule = begun(by)
        came = schedule.occurrences.filter(state=OccurrenceState.OPEN).update(state=OccurrenceState.CLOSED)
        if not came:
            raise Refused(_("No reminder is open, so there is none to put off."))
        ask_for(schedule, local)


def add_own_date(*, local: dt.datetime, by: User) -> None:
    """Remind ``by`` at a time of the schedule's zone.

    Raises Refused for one that is over or more than a year ahead, and where ten wait already.
    """
    with as_user(by.pk):
        ask_for(begun(by), local)


def remove_own_date(*, occurrence: int, by: User) -> None:
    """One that has not come yet; another's is not there to be removed."""
    with as_user(by.pk):
        if schedule := locked(by):
            waiting(schedule).filter(pk=occurrence).delete()


def begun(by: User) -> Schedule:
    schedule = locked(by)
    if schedule is None:
        raise Refused(_("Reminders are off: switch them on first."))
    return schedule


def ask_for(schedule: Schedule, local: dt.datetime) -> None:
    now, due_at = database_now(), instant(local, schedule.zone)
    if due_at <= now:
        raise Refused(_("This time is over already."), field="day")
    if due_at > now + FURTHEST:
        raise Refused(_("This is more than a year ahead."), field="day")
    if waiting(schedule).count() >= MOST_AHEAD:
        raise Refused(_("Ten dates lie ahead already: remove one first."))
    key = f"{EVENT}{uuid.uuid4()}"
    Occurrence.objects.create(schedule=schedule, slot_key=key, due_at=due_at, open_from=due_at)


def waiting(schedule: Schedule) -> QuerySet[Occurrence]:
    return schedule.occurrences.filter(state=OccurrenceState.PLANNED, slot_key__startswith=EVENT)
