"""Reminders as somebody wants them: begun, changed and stopped by that login alone."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.models import User
from welfare.actions.engine import plan
from welfare.actions.erasing import erase, eraser
from welfare.enums import OccurrenceState, Skipped
from welfare.kinds.calendar import Slot, planned_through, slots
from welfare.models import Leave, Occurrence, Schedule
from welfare.models.wall import as_user, database_now
from welfare.queries.days import next_look, usable_days

# What says when; the rest of a schedule says how it is told.
WHEN = ("cadence", "day", "at", "zone")


def set_reminders(*, by: User, **wishes: Any) -> None:
    """Begin or change the reminders of ``by``; fields of Schedule by name.

    A change never reminds at once, and never a second time in a period: see docs/adr/0016.
    """
    with as_user(by.pk):
        now = database_now()
        # Settled below; another request that begins them at the same moment waits here.
        begun = wishes | {"planned_until": now.date(), "next_at": now}
        schedule, made = Schedule.objects.select_for_update().get_or_create(user_id=by.pk, defaults=begun)
        if not made:
            plan_what_has_come(schedule)
        moved = any(getattr(schedule, name) != wishes.get(name, getattr(schedule, name)) for name in WHEN)
        for name, value in wishes.items():
            setattr(schedule, name, value)
        settle(schedule, anew=made or moved)


def stop_reminders(*, by: User) -> None:
    """Nothing is left of them, nor comes back with an old backup; pressing twice changes nothing."""
    erase("reminders", by=by)


@eraser("reminders")
def remove_schedule(user_id: int) -> bool:
    removed, _of_each = Schedule.objects.filter(user_id=user_id).delete()
    return removed > 0


def add_leave(*, by: User, first: dt.date, last: dt.date) -> None:
    """Days without a reminder, both ends included. Raises Refused without reminders or for a turned span."""
    if last < first:
        raise Refused(_("The last day comes before the first."), field="last")
    with as_user(by.pk):
        schedule = locked(by)
        if schedule is None:
            raise Refused(_("There are no reminders to keep away: switch them on first."))
        Leave.objects.get_or_create(schedule=schedule, first=first, last=last)
        settle(schedule)


def remove_leave(*, by: User, leave: int) -> None:
    """Another's is not there to be removed."""
    with as_user(by.pk):
        if schedule := locked(by):
            Leave.objects.filter(schedule=schedule, pk=leave).delete()
            settle(schedule)


def locked(by: User) -> Schedule | None:
    """Held against the engine until the change is there."""
    schedule = Schedule.objects.select_for_update().filter(user_id=by.pk).first()
    if schedule:
        plan_what_has_come(schedule)
    return schedule


def plan_what_has_come(schedule: Schedule) -> None:
    """By the settings before the change: what came due a moment ago is not lost to it."""
    if schedule.next_at <= (now := database_now()):
        plan(schedule, now)


def settle(schedule: Schedule, *, anew: bool = False) -> None:
    """Have the engine look again when the schedule, as it is now, next comes due.

    ``anew`` where its days or hours changed: the present period then counts while its time lies ahead and
    nothing was told in it.
    """
    usable, now = usable_days(schedule), database_now()
    if anew:
        schedule.planned_until = planned_through(schedule.rhythm, now=now, usable=usable)
    ahead = next(slots(schedule.rhythm, after=schedule.planned_until, usable=usable))
    known = schedule.occurrences.filter(slot_key=ahead.period.key).exclude(state=OccurrenceState.PLANNED)
    if known.exists():
        schedule.planned_until = ahead.period.last
    elif ahead.due_at and ahead.due_at <= now:
        pass_over(schedule, ahead)
    schedule.next_at = next_look(schedule, usable)
    schedule.save()


def pass_over(schedule: Schedule, slot: Slot) -> None:
    """The change leaves only days of the period that are over: nobody is reminded at once for it."""
    Occurrence.objects.get_or_create(
        schedule=schedule,
        slot_key=slot.period.key,
        defaults={"state": OccurrenceState.SKIPPED, "skipped_for": Skipped.LEAVE},
    )
    schedule.planned_until = slot.period.last
