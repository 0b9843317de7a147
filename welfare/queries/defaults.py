"""The defaults as officers see them: what is said where, and nothing of who follows it."""

from dataclasses import dataclass
from typing import Any

from lms.people.models import Hotline, User
from welfare import rules
from welfare.models import ReminderDefault
from welfare.models.wall import as_user
from welfare.queries.proposals import NAMES, said_anywhere

UNSAID: dict[str, Any] = dict.fromkeys(NAMES)


@dataclass(frozen=True)
class Said:
    """What is said at a hotline; None is the network. Fields are null where nothing is."""

    hotline: Hotline | None
    fields: dict[str, Any]


def defaults_kept_by(user: User) -> list[Said]:
    """The network's and every hotline's that this officer may set, by name. Two queries."""
    hotlines = [None, *Hotline.objects.order_by("name")]
    with as_user(user.pk):
        said = said_anywhere()
    return [
        Said(hotline, said.get(hotline.pk if hotline else None, UNSAID))
        for hotline in hotlines
        if rules.may_set_default(user, hotline)
    ]


def default_at(hotline: int | None, *, reader: User) -> dict[str, Any]:
    """The fields said at a hotline, by number, or for None of the network."""
    with as_user(reader.pk):
        return ReminderDefault.objects.filter(hotline_id=hotline).values(*NAMES).first() or UNSAID
