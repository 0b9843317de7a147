"""The reminder engine: what has come due becomes rows, then notices, each exactly once.

Any number of processes may run it at once and be killed at any point: every step locks the schedule it
works on, in one transaction, and what is locked by another is left to it. The only clock is the database's.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import QuerySet

from lms.outbox.moves import enqueue
from welfare.actions.contact import run_contacts_once
from welfare.actions.holidays import keep_calendars
from welfare.actions.settling import Fields, settle, take_up_proposal
from welfare.enums import MailTo, OccurrenceState, Skipped
from welfare.kinds.calendar import Slot, humane, slots_due
from welfare.models import Delivery, Notice, Occurrence, Schedule
from welfare.models.deliveries import REMINDER
from welfare.models.wall import CONNECTION, as_engine, database_now
from welfare.queries.days import UsableDays, next_look, usable_days_of
from welfare.queries.proposals import newest_revision, proposals_for

# Rows a transaction; small, so that a kill repeats little and others find work.
BATCH = 100
# How long a schedule that could not be worked on is left alone, so that it holds up nobody else. Every other
# look is at a local time and so at a whole second: by this one a schedule is known that was set aside.
SET_ASIDE, ASIDE = dt.timedelta(hours=1), 1

# How long a date that somebody asked for is not replaced by what comes after it.
ITS_OWN_DAY = dt.timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """What every step of a batch needs, asked once for all of it."""

    now: dt.datetime
    usable: Mapping[int, UsableDays]
    standing: Mapping[int, list[Occurrence]]
    proposals: Mapping[int, Fields]


Step = Callable[[Schedule, Known], None]


def run_once() -> int:
    """Do all that is due; how many rows were worked on. Celery, a loop and cron all call this."""
    keep_calendars()
    reminded = run_through(look_again_batch) + run_through(plan_batch) + run_through(open_batch)
    return reminded + run_contacts_once()


def run_through(batch: Callable[[], int]) -> int:
    done = 0
    while worked := batch():
        done += worked
    return done


def look_again_batch() -> int:
    """Have those planned by former defaults or holidays take up the new ones."""
    with as_engine():
        revision = newest_revision()
        stale = Schedule.objects.filter(revision__lt=revision).order_by("revision")
        batch = list(stale.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        # Of one that fails, too: it takes them up when it is planned next, and is not tried without end.
        Schedule.objects.filter(pk__in=batch).update(revision=revision)
        return each(Schedule.objects.filter(pk__in=batch), look_again)


def look_again(schedule: Schedule, known: Known) -> None:
    # What came due before the change is planned by what held then.
    if has_come(schedule, known.now):
        plan(schedule, known)
    elif not take_up_proposal(schedule, known.proposals.get(schedule.user_id)):
        settle(schedule)


def has_come(schedule: Schedule, now: dt.datetime) -> bool:
    """Its moment is over, or was and it is set aside: a change must not take that for a day left behind."""
    return schedule.next_at <= now or schedule.next_at.microsecond == ASIDE


def plan_batch() -> int:
    """Make the occurrences of schedules whose time has come."""
    with as_engine():
        return each(Schedule.objects.filter(next_at__lte=database_now()).order_by("next_at"), plan)


def open_batch() -> int:
    """Tell of occurrences whose time has come, where somebody may be disturbed now."""
    with as_engine():
        waiting = {
            "occurrences__state": OccurrenceState.PLANNED,
            "occurrences__open_from__lte": database_now(),
        }
        return each(Schedule.objects.filter(**waiting).order_by("occurrences__open_from"), open_or_wait)


def each(found: QuerySet[Schedule], step: Step) -> int:
    """A step for each of a batch, in a savepoint of its own: one that fails is set aside."""
    # Once each, of however many occurrences a schedule was found by.
    batch = list(dict.fromkeys(found.select_for_update(of=("self",), skip_locked=True)[:BATCH]))
    if not batch:
        return 0
    known = known_of(batch)
    for schedule in batch:
        try:
            with transaction.atomic(using=CONNECTION):
                step(schedule, known)
        except Exception as error:
            # Its kind alone: a message could hold a row.
            log.error("schedule set aside", step=step.__name__, error=type(error).__name__)
            set_aside(schedule, known.now)
    return len(batch)


def known_of(batch: Sequence[Schedule]) -> Known:
    """To be asked once the batch is locked, so that nothing of it changes."""
    standing: dict[int, list[Occurrence]] = {schedule.pk: [] for schedule in batch}
    states = (OccurrenceState.PLANNED, OccurrenceState.OPEN)
    for row in Occurrence.objects.filter(schedule__in=standing, state__in=states).order_by("open_from", "pk"):
        standing[row.schedule_id].append(row)
    followers = [schedule.user_id for schedule in batch if schedule.follows]
    return Known(
        now=database_now(),
        usable=usable_days_of(batch),
        standing=standing,
        proposals=proposals_for(followers) if followers else {},
    )


def set_aside(schedule: Schedule, now: dt.datetime) -> None:
    later = (now + SET_ASIDE).replace(microsecond=ASIDE)
    Schedule.objects.filter(pk=schedule.pk, next_at__lt=later).update(next_at=later)
    planned(schedule).filter(open_from__lt=later).update(open_from=later)


def plan(schedule: Schedule, known: Known) -> None:
    """The slots that have come become occurrences, of which only the newest is to be told."""
    usable = known.usable[schedule.pk]
    due = slots_due(schedule.rhythm, after=schedule.planned_until, now=known.now, usable=usable)
    newest = next((slot for slot in reversed(due) if slot.due_at), None)
    if newest:
        replace_waiting(schedule, newest, known)
    rows = [occurrence_of(schedule, slot, newest, usable) for slot in due]
    Occurrence.objects.bulk_create(rows, ignore_conflicts=True)
    if due:
        schedule.planned_until = due[-1].period.last
    if take_up_proposal(schedule, known.proposals.get(schedule.user_id)):
        return
    schedule.next_at = next_look(schedule, usable)
    schedule.save(update_fields=["planned_until", "next_at"])


def replace_waiting(schedule: Schedule, newest: Slot, known: Known) -> None:
    """One that waits is left out for a newer one; of the same period it is the same one, at its new hour."""
    for waiting in known.standing[schedule.pk]:
        if waiting.state != OccurrenceState.PLANNED or waiting.is_event:
            continue
        row = planned(schedule).filter(pk=waiting.pk)
        if waiting.slot_key == newest.period.key:
            row.update(due_at=newest.due_at, open_from=newest.due_at)
        else:
            row.update(state=OccurrenceState.SKIPPED, skipped_for=Skipped.COALESCED)


def occurrence_of(schedule: Schedule, slot: Slot, newest: Slot | None, usable: UsableDays) -> Occurrence:
    row = Occurrence(schedule=schedule, slot_key=slot.period.key, due_at=slot.due_at, open_from=slot.due_at)
    if slot is not newest:
        row.state = OccurrenceState.SKIPPED
        row.skipped_for = Skipped.COALESCED if slot.due_at else usable.why_none_in(slot.period)
    return row


def open_or_wait(schedule: Schedule, known: Known) -> None:
    """Open the planned occurrence that came first, or put it off to when it may disturb."""
    standing = known.standing[schedule.pk]
    come = (row for row in standing if row.state == OccurrenceState.PLANNED and opens_by(row, known.now))
    occurrence = next(come, None)
    if occurrence is None:
        # Another process was faster between this one's look and its lock.
        return
    stood = [row for row in standing if row.state == OccurrenceState.OPEN]
    open_from = may_open_from(schedule, occurrence, stood, known)
    if open_from > known.now:
        planned(schedule).filter(pk=occurrence.pk).update(open_from=open_from)
        return
    if stood:
        schedule.occurrences.filter(state=OccurrenceState.OPEN).update(state=OccurrenceState.CLOSED)
    # From when a date asked for has its own day.
    since = {"open_from": known.now} if occurrence.is_event else {}
    planned(schedule).filter(pk=occurrence.pk).update(state=OccurrenceState.OPEN, **since)
    Notice.objects.create(occurrence=occurrence)
    if schedule.mail != MailTo.NOWHERE:
        enqueue(Delivery, kind=REMINDER, occurrence=occurrence)


def opens_by(occurrence: Occurrence, now: dt.datetime) -> bool:
    return occurrence.open_from is not None and occurrence.open_from <= now


def may_open_from(
    schedule: Schedule, occurrence: Occurrence, stood: Sequence[Occurrence], known: Known
) -> dt.datetime:
    """A date asked for is no matter of working days; and one that is open has a day to itself first."""
    now = known.now
    for asked_for in stood:
        if asked_for.is_event and asked_for.open_from:
            now = max(now, asked_for.open_from + ITS_OWN_DAY)
    usable = known.usable[schedule.pk]
    days = usable.is_there if occurrence.is_event else usable
    return humane(schedule.quiet, now, schedule.zone, days)


def planned(schedule: Schedule) -> QuerySet[Occurrence]:
    return schedule.occurrences.filter(state=OccurrenceState.PLANNED)
