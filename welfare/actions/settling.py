"""What follows for a schedule from a change of it, or of what is proposed to everybody who follows that."""

from collections.abc import Mapping
from typing import Any

from welfare.enums import OccurrenceState
from welfare.kinds.proposals import of_groups
from welfare.models import Occurrence, Schedule
from welfare.models.wall import database_now
from welfare.queries.proposals import proposal_for
from welfare.queries.settling import PassedOver, settled, when

Fields = Mapping[str, Any]


def settle(schedule: Schedule, *, anew: bool = False) -> None:
    """Have the engine look again when the schedule, as it is now, next comes due; saves it."""
    found = settled(schedule, database_now(), anew=anew)
    if found.passed_over:
        pass_over(schedule, found.passed_over)
    schedule.planned_until, schedule.next_at = found.planned_until, found.next_at
    schedule.save()


def pass_over(schedule: Schedule, passed: PassedOver) -> None:
    Occurrence.objects.get_or_create(
        schedule=schedule,
        slot_key=passed.slot_key,
        defaults={"state": OccurrenceState.SKIPPED, "skipped_for": passed.why},
    )


def take_up_proposal(schedule: Schedule, proposal: Fields | None = None) -> bool:
    """Settle a schedule that follows something which is proposed otherwise by now; whether it was one."""
    before = when(schedule)
    if not follow(schedule, proposal):
        return False
    settle(schedule, anew=when(schedule) != before)
    return True


def follow(schedule: Schedule, proposal: Fields | None = None) -> bool:
    """Have the groups that follow say what is proposed now; whether that is new. Saves nothing.

    ``proposal`` is what was found for this login already; without it, it is looked up.
    """
    if not schedule.follows:
        return False
    fields = of_groups(proposal or proposal_for(schedule.user_id), schedule.follows)
    new = {name: value for name, value in fields.items() if getattr(schedule, name) != value}
    for name, value in new.items():
        setattr(schedule, name, value)
    return bool(new)
