"""Where a schedule stands after a change of it: asked by whatever changes one or shows that beforehand."""

import datetime as dt
from collections.abc import Collection, Container
from dataclasses import dataclass

from lms.kit.clock import instant
from welfare.enums import OccurrenceState, Skipped
from welfare.kinds.calendar import planned_through, slot_of, slots
from welfare.kinds.periods import ONE_DAY, Period
from welfare.models import Occurrence, Schedule
from welfare.queries.days import UsableDays, look_after, usable_days

# What says when; the rest of a schedule says on which days it is told, and how.
WHEN = ("cadence", "day", "at", "zone")


@dataclass(frozen=True)
class PassedOver:
    slot_key: str
    why: Skipped


@dataclass(frozen=True)
class Settled:
    """``passed_over`` is a period with no day left that lies ahead: nobody is reminded at once for it."""

    planned_until: dt.date
    next_at: dt.datetime
    passed_over: PassedOver | None = None


def settled(
    schedule: Schedule,
    now: dt.datetime,
    *,
    anew: bool,
    usable: UsableDays | None = None,
    told: Container[str] | None = None,
) -> Settled:
    """``anew`` where its days or hours changed: the present period then counts while its time lies ahead and
    nothing was told in it (docs/adr/0016-when-a-reminder-falls-due.md).

    Whoever asks for many gives the days that can be used and the periods that were decided already.
    """
    usable, until = usable or usable_days(schedule), schedule.planned_until
    if anew:
        until = planned_through(schedule.rhythm, now=now, usable=usable)
    ahead = next(slots(schedule.rhythm, after=until, usable=usable))
    key = ahead.period.key
    if key in told if told is not None else is_told(schedule, key):
        return Settled(ahead.period.last, look_after(schedule, ahead.period.last, usable))
    if ahead.due_at and ahead.due_at <= now:
        return without_what_is_over(schedule, ahead.period, until, now, usable)
    return Settled(until, look_after(schedule, until, usable))


def without_what_is_over(
    schedule: Schedule, period: Period, until: dt.date, now: dt.datetime, usable: UsableDays
) -> Settled:
    """The day it would have been is over: a later one of the period serves, else the period passes."""

    def lies_ahead(day: dt.date) -> bool:
        return instant(dt.datetime.combine(day, schedule.at), schedule.zone) > now

    later = slot_of(schedule.rhythm, period, lambda day: lies_ahead(day) and usable(day)).due_at
    if later:
        return Settled(until, later)
    today = now.astimezone(schedule.rhythm.place).date()
    why = usable.why_none_in(Period(period.key, max(period.first, today + ONE_DAY), period.last))
    return Settled(period.last, look_after(schedule, period.last, usable), PassedOver(period.key, why))


def is_told(schedule: Schedule, key: str) -> bool:
    """Or decided otherwise; one that still waits is not."""
    of_period = schedule.occurrences.filter(slot_key=key)
    return of_period.exclude(state=OccurrenceState.PLANNED).exists()


def told_in(schedules: Collection[int]) -> dict[int, set[str]]:
    """The keys of all periods that were told, or decided otherwise, by schedule. One query."""
    found: dict[int, set[str]] = {number: set() for number in schedules}
    rows = Occurrence.objects.filter(schedule__in=found).exclude(state=OccurrenceState.PLANNED)
    for number, key in rows.values_list("schedule", "slot_key"):
        found[number].add(key)
    return found


def when(schedule: Schedule) -> list[object]:
    return [getattr(schedule, name) for name in WHEN]
