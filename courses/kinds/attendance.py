"""When somebody has attended: a pure function of what the registers say, whatever their order."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from courses.enums import Presence


@dataclass(frozen=True)
class AttendanceRule:
    """At how many training sessions somebody must have been, and for how many minutes at each (None: any)."""

    sessions: int = 1
    minutes: int | None = None


@dataclass(frozen=True)
class Said:
    """The word in force on somebody at one training session of their own activity.

    ``day`` is that of the session they were at, in the reporting zone: another's, where ``made_up``, and one
    of the cohort that they were moved out of, where ``brought``.
    """

    session: int
    presence: str
    minutes: int | None
    day: dt.date
    made_up: bool = False
    brought: bool = False


@dataclass(frozen=True)
class Attended:
    """What follows: attended on a day, or (``absent``) at none of the sessions; neither is not known yet.

    ``here`` is the day from which on that is a fact of their own activity: none, where all of it was brought
    along, as it is one of the activity they were moved out of.
    """

    on: dt.date | None = None
    absent: bool = False
    here: dt.date | None = None


def attended(
    rule: AttendanceRule, said: Iterable[Said], *, sessions: frozenset[int], closed: bool
) -> Attended:
    """Dated by the session that met the rule.

    ``sessions`` are those that take place. Somebody marked at each of them and there at none was absent, as
    soon as the register of the last is ``closed``.
    """
    words = [one for one in said if one.presence]
    days = sorted(first_days(rule, words).values())
    if len(days) >= rule.sessions:
        on = days[rule.sessions - 1]
        own = first_days(rule, [one for one in words if not one.brought]).values()
        return Attended(on=on, here=max(on, min(own)) if own else None)
    marked = {one.session for one in words if not (one.made_up or one.brought)}
    came = any(one.presence in Presence.there() for one in words)
    return Attended(absent=closed and not came and bool(sessions) and marked >= sessions)


def first_days(rule: AttendanceRule, said: Iterable[Said]) -> dict[int, dt.date]:
    """Each session that counts, with the first day on which it did: the session itself, or made up."""
    found: dict[int, dt.date] = {}
    for one in said:
        if counts(rule, one):
            found[one.session] = min(one.day, found.get(one.session, one.day))
    return found


def counts(rule: AttendanceRule, said: Said) -> bool:
    """Where nobody counted the minutes, being there is enough."""
    if said.presence not in Presence.there():
        return False
    return rule.minutes is None or said.minutes is None or said.minutes >= rule.minutes
