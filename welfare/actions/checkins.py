"""What a check-in leaves behind: that it is over, and not how."""

from lms.people.models import User
from welfare.enums import OccurrenceState
from welfare.models import Occurrence
from welfare.models.wall import as_user


def close_checkin(*, by: User) -> None:
    """The open reminder is over, answered or "not this time": the database cannot tell which, nor when."""
    with as_user(by.pk):
        Occurrence.objects.filter(schedule__user_id=by.pk, state=OccurrenceState.OPEN).update(
            state=OccurrenceState.CLOSED
        )
