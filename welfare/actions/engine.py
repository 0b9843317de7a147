"""The reminder engine: what has come due becomes rows, then notices, each exactly once.

Any number of processes may run it at once and be killed at any point: every step locks the schedule it
works on, in one transaction, and what is locked by another is left to it. The only clock is the database's.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import structlog
from django.db import transaction
from django.db.models import QuerySet

from welfare.actions.contact import run_contacts_once
from welfare.actions.holidays import keep_calendars
from welfare.actions.settling import Fields, follow, passed_over
from welfare.actions.writing import Writes
from welfare.enums import MailTo, OccurrenceState, Skipped
from welfare.kinds.calendar import FreeFor, Slot, humane, slots_due
from welfare.models import Occurrence, Schedule
from welfare.models.wall import CONNECTION, as_engine, database_now
from welfare.queries.days import UsableDays, next_look, usable_days_of
from welfare.queries.holidays import holidays_in
from welfare.queries.proposals import newest_revision, proposals_for
from welfare.queries.settling import settled, told_in, when

# Rows a transaction; small, so that a kill repeats little and others find work.
BATCH = 100
# How long a schedule that could not be worked on is left alone, so that it holds up nobody else. Every other
# look is at a local time and so at a whole second: by this one a schedule is known that was set aside.
SET_ASIDE, ASIDE = dt.timedelta(hours=1), 1

# How long a date that somebody asked for is not replaced by what comes after it.
ITS_OWN_DAY = dt.timedelta(days=1)

log = structlog.get_logger(__name__)


@dataclass
class Known:
    """What every step of a batch needs, asked once for all of it."""

    now: dt.datetime
    usable: Mapping[int, UsableDays]
    free: Mapping[str, FreeFor]
    standing: Mapping[int, list[Occurrence]]
    proposals: Mapping[int, Fields]

    @cached_property
    def told(self) -> Mapping[int, set[str]]:
        """The periods that were decided already, by schedule; asked where a proposal is taken up."""
        return told_in(self.usable)

    def usable_anew(self, schedule: Schedule) -> UsableDays:
        """By what a schedule says by now of working days and holidays."""
        days = frozenset(schedule.working_days)
        return UsableDays(days, self.usable[schedule.pk].away, self.free[schedule.holidays])


Step = Callable[[Schedule, Known], Writes]


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


def look_again(schedule: Schedule, known: Known) -> Writes:
    # What came due before the change is planned by what held then.
    if has_come(schedule, known.now):
        return plan(schedule, known)
    writes = Writes()
    if not take_up_proposal(schedule, known, writes):
        settle(schedule, known, writes)
    return writes


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
    """A step for each of a batch, written by a few statements; one that fails is set aside.

    Where those are refused, each is written in a savepoint of its own.
    """
    # Once each, of however many occurrences a schedule was found by.
    batch = list(dict.fromkeys(found.select_for_update(of=("self",), skip_locked=True)[:BATCH]))
    if not batch:
        return 0
    known, writes = known_of(batch), dict[Schedule, Writes]()
    for schedule in batch:
        try:
            writes[schedule] = step(schedule, known)
        except Exception as error:
            set_aside(schedule, known.now, step, error)
    if not written(writes.values()):
        for schedule, own in writes.items():
            try:
                with transaction.atomic(using=CONNECTION):
                    own.write()
            except Exception as error:
                set_aside(schedule, known.now, step, error)
    return len(batch)


def written(several: Collection[Writes]) -> bool:
    """All of them in one savepoint, or nothing."""
    together = Writes()
    for one in several:
        together.add(one)
    try:
        with transaction.atomic(using=CONNECTION):
            together.write()
    except Exception as error:
        log.warning("a batch is written one by one", error=type(error).__name__)
        return False
    return True


def known_of(batch: Sequence[Schedule]) -> Known:
    """To be asked once the batch is locked, so that nothing of it changes."""
    standing: dict[int, list[Occurrence]] = {schedule.pk: [] for schedule in batch}
    states = (OccurrenceState.PLANNED, OccurrenceState.OPEN)
    for row in Occurrence.objects.filter(schedule__in=standing, state__in=states).order_by("open_from", "pk"):
        standing[row.schedule_id].append(row)
    followers = [schedule.user_id for schedule in batch if schedule.follows]
    proposals = proposals_for(followers) if followers else {}
    named = {schedule.holidays for schedule in batch} | {each["holidays"] for each in proposals.values()}
    free = holidays_in(named)
    return Known(
        now=database_now(),
        usable=usable_days_of(batch, free),
        free=free,
        standing=standing,
        proposals=proposals,
    )


def set_aside(schedule: Schedule, now: dt.datetime, step: Step, error: Exception) -> None:
    # Its kind alone: a message could hold a row.
    log.error("schedule set aside", step=step.__name__, error=type(error).__name__)
    later = (now + SET_ASIDE).replace(microsecond=ASIDE)
    Schedule.objects.filter(pk=schedule.pk, next_at__lt=later).update(next_at=later)
    waiting = schedule.occurrences.filter(state=OccurrenceState.PLANNED)
    waiting.filter(open_from__lt=later).update(open_from=later)


def plan_what_has_come(schedule: Schedule) -> None:
    """Of one schedule that somebody holds: what came due a moment ago is not lost to a change of it."""
    if has_come(schedule, database_now()):
        plan(schedule, known_of([schedule])).write()


def plan(schedule: Schedule, known: Known) -> Writes:
    """The slots that have come become occurrences, of which only the newest is to be told."""
    usable, writes = known.usable[schedule.pk], Writes()
    due = slots_due(schedule.rhythm, after=schedule.planned_until, now=known.now, usable=usable)
    newest = next((slot for slot in reversed(due) if slot.due_at), None)
    if newest:
        replace_waiting(schedule, newest, known, writes)
    writes.planned += [occurrence_of(schedule, slot, newest, usable) for slot in due]
    if due:
        schedule.planned_until = due[-1].period.last
    if not take_up_proposal(schedule, known, writes):
        schedule.next_at = next_look(schedule, usable)
        writes.schedules.append(schedule)
    return writes


def take_up_proposal(schedule: Schedule, known: Known, writes: Writes) -> bool:
    """Settle a schedule that follows something which is proposed otherwise by now; whether it was one."""
    before = when(schedule)
    if not follow(schedule, known.proposals.get(schedule.user_id)):
        return False
    settle(schedule, known, writes, anew=when(schedule) != before)
    return True


def settle(schedule: Schedule, known: Known, writes: Writes, *, anew: bool = False) -> None:
    """As welfare.actions.settling has it, of one of a batch that is not written yet."""
    replaced = set(writes.coalesced)
    decided = {row.slot_key for row in known.standing[schedule.pk] if row.pk in replaced}
    decided |= {row.slot_key for row in writes.planned if row.state != OccurrenceState.PLANNED}
    found = settled(
        schedule,
        known.now,
        anew=anew,
        usable=known.usable_anew(schedule),
        told=decided | known.told[schedule.pk],
    )
    if found.passed_over:
        writes.planned.append(passed_over(schedule, found.passed_over))
    schedule.planned_until, schedule.next_at = found.planned_until, found.next_at
    writes.schedules.append(schedule)


def replace_waiting(schedule: Schedule, newest: Slot, known: Known, writes: Writes) -> None:
    """One that waits is left out for a newer one; of the same period it is the same one, at its new hour."""
    for waiting in known.standing[schedule.pk]:
        if waiting.state != OccurrenceState.PLANNED or waiting.is_event:
            continue
        if waiting.slot_key == newest.period.key and newest.due_at:
            writes.moved.append((waiting.pk, newest.due_at))
        else:
            writes.coalesced.append(waiting.pk)


def occurrence_of(schedule: Schedule, slot: Slot, newest: Slot | None, usable: UsableDays) -> Occurrence:
    row = Occurrence(schedule=schedule, slot_key=slot.period.key, due_at=slot.due_at, open_from=slot.due_at)
    if slot is not newest:
        row.state = OccurrenceState.SKIPPED
        row.skipped_for = Skipped.COALESCED if slot.due_at else usable.why_none_in(slot.period)
    return row


def open_or_wait(schedule: Schedule, known: Known) -> Writes:
    """Open the planned occurrence that came first, or put it off to when it may disturb."""
    writes, standing = Writes(), known.standing[schedule.pk]
    come = (row for row in standing if row.state == OccurrenceState.PLANNED and opens_by(row, known.now))
    occurrence = next(come, None)
    if occurrence is None:
        # Another process was faster between this one's look and its lock.
        return writes
    stood = [row for row in standing if row.state == OccurrenceState.OPEN]
    open_from = may_open_from(schedule, occurrence, stood, known)
    if open_from > known.now:
        writes.put_off.append((occurrence.pk, open_from))
        return writes
    if stood:
        writes.over.append(schedule.pk)
    if occurrence.is_event:
        occurrence.open_from = known.now
    writes.opened.append(occurrence)
    if schedule.mail != MailTo.NOWHERE:
        writes.mailed.append(occurrence)
    return writes


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
