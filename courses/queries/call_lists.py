"""Who on the list of a call is who on a register, and what a mark would say of them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from courses.enums import Presence
from courses.kinds.calls import Came
from courses.models import Participation, SessionVersion
from courses.queries.registers import called
from lms.kit.names import folded, is_same_name
from lms.people.models import User

# Who comes or goes within this time of the hour was there from the beginning, or to the end.
GRACE = dt.timedelta(minutes=10)
# A list whose clock is farther from the plan than this is of another zone: its times say nothing.
SAME_CLOCK = dt.timedelta(hours=3)


class How(StrEnum):
    """By what somebody was found; a name only suggests."""

    ADDRESS = "address"
    NAME = "name"
    NOT = "not"


@dataclass(frozen=True)
class Found:
    came: Came
    participation: int | None
    how: How
    presence: str


def matched(people: Iterable[Participation], came: Sequence[Came], version: SessionVersion) -> list[Found]:
    """Each line with the one person it can be of; a name or address of several is nobody's. One query."""
    known = [one for one in people if one.person]
    persons = [one.person_id for one in known if one.person_id]
    logins = dict(User.objects.filter(person__in=persons).values_list("person", "email"))
    by_address: dict[str, set[int]] = {}
    for one in known:
        for address in (one.person.email if one.person else "", logins.get(one.person_id or 0, "")):
            if address:
                by_address.setdefault(address.casefold(), set()).add(one.pk)
    return [_found(one, known, by_address, version) for one in came]


def _found(
    came: Came, known: Sequence[Participation], by_address: dict[str, set[int]], version: SessionVersion
) -> Found:
    said = presence(came, version)
    own = by_address.get(came.email, set()) if came.email else set()
    if len(own) == 1:
        return Found(came, next(iter(own)), How.ADDRESS, said)
    same = [one.pk for one in known if one.person and _is_called(came.name, one)]
    if len(same) == 1:
        return Found(came, same[0], How.NAME, said)
    return Found(came, None, How.NOT, said)


def _is_called(name: str, one: Participation) -> bool:
    """Zoom puts the original of a changed name in brackets, Teams an organisation: either may be theirs."""
    person = one.person
    if person is None or not folded(name):
        return False
    outside, _bracket, inside = name.partition("(")
    names = [each for each in (name, outside, inside.rstrip(") ")) if folded(each)]
    known = ((person.given_name, person.family_name), (called(person), ""))
    return any(is_same_name(each, *own) for each in names for own in known)


def presence(came: Came, version: SessionVersion) -> Presence:
    """Late or gone early by the clock of the list, where it can be that of the session's place."""
    zone = ZoneInfo(version.timezone)
    start = version.starts_at.astimezone(zone).replace(tzinfo=None)
    end = version.ends_at.astimezone(zone).replace(tzinfo=None)
    if came.first is None or came.last is None or abs(came.first - start) > SAME_CLOCK:
        return Presence.PRESENT
    if came.first > start + GRACE:
        return Presence.LATE
    return Presence.LEFT_EARLY if came.last < end - GRACE else Presence.PRESENT
