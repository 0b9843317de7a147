"""What follows for a schedule from a change of it, or of what is proposed to everybody who follows that."""

from collections.abc import Mapping
from typing import Any

from welfare.enums import OccurrenceState
from welfare.kinds.proposals import of_groups
from welfare.models import Occurrence, Schedule
from welfare.models.wall import database_now
from welfare.queries.proposals import proposal_for
from welfare.queries.settling import PassedOver, settled

Fields = Mapping[str, Any]


def settle(schedule: Schedule, *, anew: bool = False) -> None:
    """Have the engine look again when the schedule, as it is now, next comes due; saves it."""
    found = settled(schedule, database_now(), anew=anew)
    if found.passed_over:
        Occurrence.objects.bulk_create([passed_over(schedule, found.passed_over)], ignore_conflicts=True)
    schedule.planned_until, schedule.next_at = found.planned_until, found.next_at
    schedule.save()


def passed_over(schedule: Schedule, passed: PassedOver) -> Occurrence:
    """To be written where its period has no row yet."""
    state = OccurrenceState.SKIPPED
    return Occurrence(schedule=schedule, slot_key=passed.slot_key, state=state, skipped_for=passed.why)


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
