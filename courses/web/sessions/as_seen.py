"""What trainers see of somebody for the sake of training sessions."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from courses.models import Enrolment
from lms.people.enums import Role
from lms.web.as_seen import Said


def seen_of(enrolments: Sequence[Enrolment]) -> Iterator[Said]:
    """In words: no page of training sessions names who takes part."""
    if not any(not one.hidden for one in enrolments):
        return
    text = _(
        "To find an hour for a cohort, its trainers see how many of its people are in each time zone, without"
        " names: the zone you chose, else that of your hotline's country."
    )
    yield Said(Role.TRAINER, text, ("teach-slots",))
