"""Reminders as somebody wants them: begun, changed and stopped by that login alone."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from lms.kit.errors import Refused
from lms.people.models import User
from welfare.actions.engine import plan_what_has_come
from welfare.actions.erasing import erase, eraser
from welfare.actions.settling import follow, settle
from welfare.enums import Group
from welfare.kinds.proposals import groups_of
from welfare.models import Leave, Schedule
from welfare.models.wall import as_user, database_now
from welfare.queries.proposals import newest_revision
from welfare.queries.settling import when


def set_reminders(*, by: User, follows: Iterable[str] | None = None, **wishes: Any) -> None:
    """Begin or change the reminders of ``by``; fields of Schedule by name.

    The groups (Group) in ``follows`` are as proposed, whatever is wished for them. Without it, those with a
    wish are one's own and the others stay as they are, proposed at the beginning. A change never reminds at
    once, and never a second time in a period: see docs/adr/0016.
    """
    with as_user(by.pk):
        schedule, made = begun(by, wishes)
        before = when(schedule)
        for name, value in wishes.items():
            setattr(schedule, name, value)
        schedule.follows = followed(schedule, follows, wishes)
        schedule.revision = newest_revision()
        follow(schedule)
        settle(schedule, anew=made or when(schedule) != before)


def begun(by: User, wishes: dict[str, Any]) -> tuple[Schedule, bool]:
    """Held against the engine, and whether it was made just now; to be settled at once."""
    now = database_now()
    # Another request that begins them at the same moment waits here.
    first = {"planned_until": now.date(), "next_at": now, "follows": Group.values, **wishes}
    schedule, made = Schedule.objects.select_for_update().get_or_create(user_id=by.pk, defaults=first)
    if not made:
        plan_what_has_come(schedule)
    return schedule, made


def followed(schedule: Schedule, follows: Iterable[str] | None, wishes: dict[str, Any]) -> list[str]:
    """Which groups are as proposed from now on, in their own order."""
    own = () if follows is not None else groups_of(wishes)
    asked = schedule.follows if follows is None else list(follows)
    return [group for group in Group.values if group in asked and group not in own]


def resume(*, by: User) -> None:
    """The pause is over now; pressing twice changes nothing."""
    with as_user(by.pk):
        if schedule := locked(by):
            schedule.paused_until = None
            settle(schedule)


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
