"""The reminder engine: what has come due becomes rows, then notices, each exactly once.

Any number of processes may run it at once and be killed at any point: every step locks the schedule it
works on, in one transaction, and what is locked by another is left to it. The only clock is the database's.
"""

import datetime as dt
from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from lms.outbox.moves import enqueue
from welfare.actions.contact import run_contacts_once
from welfare.enums import MailTo, OccurrenceState, Skipped
from welfare.kinds.calendar import Slot, humane, slots_due
from welfare.models import Delivery, Notice, Occurrence, Schedule
from welfare.models.deliveries import REMINDER
from welfare.models.wall import CONNECTION, as_engine, database_now
from welfare.queries.days import UsableDays, next_look, usable_days

# Rows a transaction; small, so that a kill repeats little and others find work.
BATCH = 100
# How long a schedule that could not be worked on is left alone, so that it holds up nobody else.
SET_ASIDE = dt.timedelta(hours=1)

log = structlog.get_logger(__name__)
Step = Callable[[Schedule, dt.datetime], None]


def run_once() -> int:
    """Do all that is due; how many rows were worked on. Celery, a loop and cron all call this."""
    return run_through(plan_batch) + run_through(open_batch) + run_contacts_once()


def run_through(batch: Callable[[], int]) -> int:
    done = 0
    while worked := batch():
        done += worked
    return done


def plan_batch() -> int:
    """Make the occurrences of schedules whose time has come."""
    with as_engine():
        now = database_now()
        return each(Schedule.objects.filter(next_at__lte=now).order_by("next_at"), now, plan)


def open_batch() -> int:
    """Tell of occurrences whose time has come, where somebody may be disturbed now."""
    with as_engine():
        now = database_now()
        waiting = {"occurrences__state": OccurrenceState.PLANNED, "occurrences__open_from__lte": now}
        return each(Schedule.objects.filter(**waiting).order_by("occurrences__open_from"), now, open_or_wait)


def each(found: QuerySet[Schedule], now: dt.datetime, step: Step) -> int:
    """A step for each of a batch, in a savepoint of its own: one that fails is set aside."""
    batch = list(found.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for schedule in batch:
        try:
            with transaction.atomic(using=CONNECTION):
                step(schedule, now)
        except Exception as error:
            # Its kind alone: a message could hold a row.
            log.error("schedule set aside", step=step.__name__, error=type(error).__name__)
            set_aside(schedule, now)
    return len(batch)


def set_aside(schedule: Schedule, now: dt.datetime) -> None:
    later = now + SET_ASIDE
    Schedule.objects.filter(pk=schedule.pk, next_at__lt=later).update(next_at=later)
    planned(schedule).filter(open_from__lt=later).update(open_from=later)


def plan(schedule: Schedule, now: dt.datetime) -> None:
    """The slots that have come become occurrences, of which only the newest is to be told."""
    usable = usable_days(schedule)
    due = slots_due(schedule.rhythm, after=schedule.planned_until, now=now, usable=usable)
    newest = next((slot for slot in reversed(due) if slot.due_at), None)
    if newest:
        replace_waiting(schedule, newest)
    rows = [occurrence_of(schedule, slot, newest, usable) for slot in due]
    Occurrence.objects.bulk_create(rows, ignore_conflicts=True)
    if due:
        schedule.planned_until = due[-1].period.last
    schedule.next_at = next_look(schedule, usable)
    schedule.save(update_fields=["planned_until", "next_at"])


def replace_waiting(schedule: Schedule, newest: Slot) -> None:
    """One that waits is left out for a newer one; of the same period it is the same one, at its new hour."""
    same = Q(slot_key=newest.period.key)
    planned(schedule).filter(same).update(due_at=newest.due_at, open_from=newest.due_at)
    planned(schedule).exclude(same).update(state=OccurrenceState.SKIPPED, skipped_for=Skipped.COALESCED)


def occurrence_of(schedule: Schedule, slot: Slot, newest: Slot | None, usable: UsableDays) -> Occurrence:
    row = Occurrence(schedule=schedule, slot_key=slot.period.key, due_at=slot.due_at, open_from=slot.due_at)
    if slot is not newest:
        row.state = OccurrenceState.SKIPPED
        row.skipped_for = Skipped.COALESCED if slot.due_at else usable.why_none_in(slot.period)
    return row


def open_or_wait(schedule: Schedule, now: dt.datetime) -> None:
    """Open the planned occurrence, or put it off to when the person may be disturbed again."""
    occurrence = planned(schedule).first()
    if occurrence is None:
        # Another process was faster between this one's look and its lock.
        return
    open_from = humane(schedule.quiet, now, schedule.zone, usable_days(schedule))
    if open_from > now:
        planned(schedule).update(open_from=open_from)
        return
    schedule.occurrences.filter(state=OccurrenceState.OPEN).update(state=OccurrenceState.CLOSED)
    planned(schedule).update(state=OccurrenceState.OPEN)
    Notice.objects.create(occurrence=occurrence)
    if schedule.mail != MailTo.NOWHERE:
        enqueue(Delivery, kind=REMINDER, occurrence=occurrence)


def planned(schedule: Schedule) -> QuerySet[Occurrence]:
    return schedule.occurrences.filter(state=OccurrenceState.PLANNED)
