"""What is proposed to whoever asks to be reminded, said by welfare officers."""

from typing import Any

from lms.people.models import User
from welfare.actions.revisions import next_revision
from welfare.models import ReminderDefault
from welfare.models.wall import as_officer


def set_default(*, hotline: int | None, by: User, **fields: Any) -> None:
    """Fields of ReminderDefault by name; null leaves that part to the network, or to what is built in.

    ``hotline`` is a number, None the network; the caller asked whether ``by`` may. Nobody's schedule is
    touched here: the engine takes it up for everybody who follows it, never reminding at once nor twice in a
    period.
    """
    with as_officer(by.pk):
        revision = next_revision()
        ReminderDefault.objects.update_or_create(hotline_id=hotline, defaults=fields | {"revision": revision})
